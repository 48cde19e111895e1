import LakeCore

/// Bytes that are in memory already, one after the other.
package final class BufferSource: ByteSource {
  private let buffer: Buffer
  private var offset = 0

  package init(_ buffer: Buffer) {
    self.buffer = buffer
  }

  package func read(into target: UnsafeMutableRawPointer, count: Int) -> Int {
    let taken = min(count, buffer.byteCount - offset)
    target.copyMemory(from: buffer.base + offset, byteCount: taken)
    offset += taken
    return taken
  }
}
