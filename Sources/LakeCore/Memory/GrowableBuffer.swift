import Glibc

/// A buffer that is being filled: it doubles as it grows, and is handed over once.
package struct GrowableBuffer {
  private var buffer: Buffer
  /// Bytes in use.
  package private(set) var byteCount = 0
  private let tracker: MemoryTracker?

  package init(capacity: Int = 64, tracker: MemoryTracker? = nil) throws(LakeError) {
    self.tracker = tracker
    buffer = try Buffer(byteCount: capacity, tracker: tracker)
  }

  package mutating func append<T: BitwiseCopyable>(_ value: T) throws(LakeError) {
    let size = MemoryLayout<T>.stride
    if byteCount + size > buffer.byteCount { try grow(by: size) }
    buffer.base.storeBytes(of: value, toByteOffset: byteCount, as: T.self)
    byteCount += size
  }

  package mutating func appendZeroes(_ count: Int) throws(LakeError) {
    if byteCount + count > buffer.byteCount { try grow(by: count) }
    memset(buffer.base + byteCount, 0, count)
    byteCount += count
  }

  /// Writes into what was appended.
  package func withPointer<T: BitwiseCopyable, R>(
    as type: T.Type, _ body: (UnsafeMutablePointer<T>) -> R
  ) -> R {
    body(buffer.pointer(as: type))
  }

  /// The filled buffer; this one starts anew.
  package mutating func take() throws(LakeError) -> Buffer {
    let filled = buffer
    buffer = try Buffer(byteCount: 64, tracker: tracker)
    byteCount = 0
    return filled
  }

  private mutating func grow(by extra: Int) throws(LakeError) {
    let larger = try Buffer(byteCount: max(byteCount + extra, byteCount * 2), tracker: tracker)
    memcpy(larger.base, buffer.base, byteCount)
    buffer = larger
  }
}
