/// Raw memory that vectors point into: aligned to 64 bytes, readable 64 bytes past its end.
///
/// A buffer is written by the one who made it and is immutable from the moment it is shared. It
/// counts against the tracker that it was reserved from, once, however many vectors share it, and
/// gives the bytes back when the last of them lets go.
// @unchecked Sendable: written by its maker only, before it is handed to anyone else.
package final class Buffer: @unchecked Sendable {
  package static let alignment = 64
  /// Bytes behind the end that may be read (never written), so that loads may run over.
  package static let padding = 64

  package let base: UnsafeMutableRawPointer
  package let byteCount: Int
  private let tracker: MemoryTracker?
  /// Whose memory this is a part of; nil where it is its own.
  private let owner: Buffer?
  /// Where the memory begins that was asked for; nil where it is not its own.
  private let allocation: UnsafeMutableRawPointer?

  /// Memory that is not cleared. The padding is, so that results never depend on what lay there.
  package init(byteCount: Int, tracker: MemoryTracker? = nil) throws(LakeError) {
    precondition(byteCount >= 0)
    try tracker?.reserve(byteCount)
    self.tracker = tracker
    self.byteCount = byteCount
    owner = nil
    (allocation, base) = Buffer.allocate(byteCount)
  }

  /// Memory outside any account, for small fixed things such as constants.
  package init(untracked byteCount: Int) {
    precondition(byteCount >= 0)
    tracker = nil
    owner = nil
    self.byteCount = byteCount
    (allocation, base) = Buffer.allocate(byteCount)
  }

  /// A part of a finished buffer, which lives as long as its parts. What may be read behind the end
  /// of a part is what follows in the whole.
  package init(part offset: Int, byteCount: Int, of owner: Buffer) {
    precondition(offset >= 0 && offset % Buffer.alignment == 0 && byteCount >= 0)
    precondition(byteCount <= owner.byteCount - offset)
    tracker = nil
    self.owner = owner
    self.byteCount = byteCount
    allocation = nil
    base = owner.base + offset
  }

  /// Aligned here and not by the C library, which takes a piece out of a larger one for it and
  /// frees what is left over, each time under the lock of its heap.
  private static func allocate(
    _ byteCount: Int
  ) -> (allocation: UnsafeMutableRawPointer, base: UnsafeMutableRawPointer) {
    let natural = MemoryLayout<Int>.alignment
    let allocation = UnsafeMutableRawPointer.allocate(
      byteCount: byteCount + padding + alignment - natural, alignment: natural)
    let base = allocation.alignedUp(toMultipleOf: alignment)
    base.advanced(by: byteCount).initializeMemory(as: UInt8.self, repeating: 0, count: padding)
    return (allocation, base)
  }

  deinit {
    guard let allocation else { return }
    allocation.deallocate()
    tracker?.release(byteCount)
  }

  /// The buffer as values of one type. The type is one of the trivial physical types.
  @inlinable
  package func pointer<T: BitwiseCopyable>(as type: T.Type) -> UnsafeMutablePointer<T> {
    base.assumingMemoryBound(to: type)
  }
}
