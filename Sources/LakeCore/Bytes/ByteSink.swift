import Glibc

/// A growable run of raw bytes that writers append to.
///
/// Appending is one comparison and a store; growth is out of the way. Writers of many small pieces
/// ask for room once and then write through `cursor`:
///
///     try sink.reserve(IntegerText.byteCountMax)
///     sink.advance(by: IntegerText.write(value, to: sink.cursor))
///
/// Behind the reserved room lie `slack` more bytes that may be scribbled on, so that sixteen bytes
/// can be stored where fewer count. A sink is owned by one writer; it is handed on as `inout`.
package struct ByteSink: ~Copyable {
  /// Bytes behind the reserved room that may be written, though they do not count.
  @inlinable package static var slack: Int { 64 }

  @usableFromInline package private(set) var base: UnsafeMutablePointer<UInt8>
  package private(set) var capacity: Int
  @usableFromInline var end: UnsafeMutablePointer<UInt8>
  @usableFromInline var limit: UnsafeMutablePointer<UInt8>
  private let tracker: MemoryTracker?

  /// An empty sink with room for `capacity` bytes, which count against the tracker.
  package init(capacity: Int = 256, tracker: MemoryTracker? = nil) throws(LakeError) {
    precondition(capacity >= 0)
    try tracker?.reserve(capacity)
    self.tracker = tracker
    self.capacity = capacity
    base = ByteSink.allocate(capacity)
    end = base
    limit = base + capacity
  }

  deinit {
    base.deallocate()
    tracker?.release(capacity)
  }

  /// The bytes appended so far.
  @inlinable package var count: Int { end - base }
  @inlinable package var isEmpty: Bool { end == base }

  /// Where the next byte goes. Valid until the next `reserve` or append.
  @inlinable package var cursor: UnsafeMutablePointer<UInt8> { end }

  /// What was appended. Valid until the next `reserve` or append.
  @inlinable package var view: ByteView {
    ByteView(UnsafePointer<UInt8>(base), count: count)
  }

  /// Makes room for `more` bytes at `cursor`.
  @inlinable @inline(__always)
  package mutating func reserve(_ more: Int) throws(LakeError) {
    if limit - end < more { try grow(by: more) }
  }

  /// Counts bytes that were written at `cursor`, into room that was reserved.
  @inlinable @inline(__always)
  package mutating func advance(by count: Int) {
    assert(count >= 0 && limit - end >= count)
    end += count
  }

  @inlinable @inline(__always)
  package mutating func append(_ byte: UInt8) throws(LakeError) {
    try reserve(1)
    end.pointee = byte
    end += 1
  }

  @inlinable
  package mutating func append(_ bytes: UnsafeRawPointer, count: Int) throws(LakeError) {
    try reserve(count)
    memcpy(end, bytes, count)
    end += count
  }

  @inlinable
  package mutating func append(_ view: ByteView) throws(LakeError) {
    try append(UnsafeRawPointer(view.start), count: view.count)
  }

  @inlinable
  package mutating func append(_ text: StaticString) throws(LakeError) {
    try append(UnsafeRawPointer(text.utf8Start), count: text.utf8CodeUnitCount)
  }

  package mutating func append(_ text: String) throws(LakeError) {
    var text = text
    let count = text.utf8.count
    try reserve(count)
    text.withUTF8 { bytes in
      if let start = bytes.baseAddress { memcpy(end, start, bytes.count) }
    }
    end += count
  }

  /// Forgets the bytes and keeps the room.
  @inlinable package mutating func removeAll() { end = base }

  /// Forgets all bytes from `count` on.
  @inlinable
  package mutating func truncate(to count: Int) {
    precondition(count >= 0 && count <= self.count)
    end = base + count
  }

  @inline(never) @usableFromInline
  mutating func grow(by more: Int) throws(LakeError) {
    precondition(more >= 0)
    let used = end - base
    let (needed, overflow) = used.addingReportingOverflow(more)
    guard !overflow, needed <= Int.max / 4 else {
      throw LakeError(.limitExceeded, "\(more) bytes are more than a buffer can hold")
    }
    let newCapacity = max(needed, capacity * 2, 256)
    // Old and new room exist side by side while the bytes move.
    try tracker?.reserve(newCapacity)
    let newBase = ByteSink.allocate(newCapacity)
    memcpy(newBase, base, used)
    base.deallocate()
    tracker?.release(capacity)
    base = newBase
    capacity = newCapacity
    end = newBase + used
    limit = newBase + newCapacity
  }

  private static func allocate(_ capacity: Int) -> UnsafeMutablePointer<UInt8> {
    .allocate(capacity: capacity + slack)
  }
}
