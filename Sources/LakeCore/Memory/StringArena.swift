import Glibc

/// Owned bytes of strings, for operators that keep rows after the batch that brought them.
///
/// Bytes go into chunks that never move, so that views stay right while the arena grows. A chunk is
/// twice as large as the one before, from 4 KB to 1 MB; a longer string gets a chunk of its own.
package struct StringArena {
  /// Everything that the views of this arena point into.
  package private(set) var owners: [Buffer] = []
  private var free: UnsafeMutableRawPointer?
  private var freeBytes = 0
  private var nextChunkBytes = 4096
  private let tracker: MemoryTracker?

  private static let chunkBytesMax = 1 << 20

  package init(tracker: MemoryTracker? = nil) {
    self.tracker = tracker
  }

  /// A view of a copy of the bytes; up to twelve need no room.
  package mutating func append(
    _ bytes: UnsafeRawPointer, count: Int
  ) throws(LakeError) -> StringView {
    guard count > StringView.inlineMax else { return StringView(bytes, count: count) }
    guard count <= Int(UInt32.max) else {
      throw LakeError(.limitExceeded, "a string of \(count) bytes is longer than 4 GB")
    }
    let target = try room(for: count)
    memcpy(target, bytes, count)
    return StringView(UnsafeRawPointer(target), count: count)
  }

  /// A view of the same string whose bytes are here.
  package mutating func append(_ view: StringView) throws(LakeError) -> StringView {
    view.isInline ? view : try append(view.pointer, count: view.count)
  }

  /// Room for `count` bytes, to be written by the caller before the next call.
  package mutating func room(for count: Int) throws(LakeError) -> UnsafeMutableRawPointer {
    if let free, count <= freeBytes {
      self.free = free + count
      freeBytes -= count
      return free
    }
    if count > nextChunkBytes / 2 {
      let own = try Buffer(byteCount: count, tracker: tracker)
      owners.append(own)
      return own.base
    }
    let chunk = try Buffer(byteCount: nextChunkBytes, tracker: tracker)
    owners.append(chunk)
    free = chunk.base + count
    freeBytes = chunk.byteCount - count
    nextChunkBytes = min(nextChunkBytes * 2, StringArena.chunkBytesMax)
    return chunk.base
  }

  /// Bytes of memory that the arena holds.
  package var byteCount: Int { owners.reduce(0) { $0 + $1.byteCount } }
}
