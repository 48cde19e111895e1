import LakeCore

/// Room for text that does not stand in the source as it is meant: strings with escapes. Made
/// anew for each batch; the vectors of the batch own what was used.
struct TextArena {
  private(set) var buffers: [Buffer] = []
  private var next: UnsafeMutablePointer<UInt8>?
  private var room = 0
  private let tracker: MemoryTracker?

  init(tracker: MemoryTracker?) {
    self.tracker = tracker
  }

  /// A place for up to `count` bytes; `take` says how many were used.
  mutating func reserve(_ count: Int) throws(LakeError) -> UnsafeMutablePointer<UInt8> {
    if let next, room >= count { return next }
    let buffer = try Buffer(byteCount: max(count, 16 << 10), tracker: tracker)
    buffers.append(buffer)
    let start = buffer.pointer(as: UInt8.self)
    next = start
    room = buffer.byteCount
    return start
  }

  mutating func take(_ count: Int) {
    precondition(count <= room)
    next = next.map { $0 + count }
    room -= count
  }

  /// The buffers used so far, which the arena lets go.
  mutating func release() -> [Buffer] {
    defer { self = TextArena(tracker: tracker) }
    return buffers
  }
}
