import LakeCore

/// Bytes that come one after the other: a plain file, or what a decompressor makes of one. Used by
/// one thread at a time.
package protocol ByteSource: AnyObject {
  /// Up to `count` bytes; 0 only at the end. A source that finds its input damaged first gives all
  /// the bytes that it could save and throws at the next call.
  func read(into target: UnsafeMutableRawPointer, count: Int) throws(LakeError) -> Int
}

/// A file as it lies on disk, from the beginning.
package final class PlainSource: ByteSource {
  private let file: any ReadableFile
  private var offset = 0

  package init(_ file: any ReadableFile) {
    self.file = file
  }

  package func read(
    into target: UnsafeMutableRawPointer, count: Int
  ) throws(LakeError) -> Int {
    let got = try file.read(into: target, count: count, at: offset)
    offset += got
    return got
  }
}
