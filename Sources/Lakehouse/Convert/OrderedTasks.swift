import LakeCore

/// Work that one thread hands to a pool piece by piece, and its results in the same order: while
/// the pool works, the thread makes the next pieces. At most a fixed number is under way.
///
/// Belongs to the thread that submits, which is none of the pool's.
final class OrderedTasks<Piece: Sendable> {
  private typealias Slot = Monitor<Result<Piece, any Error>?>

  private let pool: ThreadPool
  private let window: Int
  /// Submitted and not yet taken, the oldest at `first`.
  private var slots: [Slot] = []
  private var first = 0

  init(on pool: ThreadPool) {
    self.pool = pool
    window = 4 * pool.threadCount
  }

  /// Starts a task; gives the oldest result where enough tasks are under way.
  func submit(_ work: @escaping @Sendable () throws -> Piece) throws -> Piece? {
    let slot = Slot(nil)
    slots.append(slot)
    pool.submit { _ in
      let result = Result { try work() }
      slot.withLock { $0 = result }
      slot.wakeAll()
    }
    return slots.count - first > window ? try next() : nil
  }

  /// Waits for the oldest task that was not taken yet; nil where there is none.
  func next() throws -> Piece? {
    guard first < slots.count else { return nil }
    let slot = slots[first]
    first += 1
    if first >= 64 {
      slots.removeFirst(first)
      first = 0
    }
    return try OrderedTasks.wait(slot)?.get()
  }

  /// Waits for all tasks and drops what they give: nothing of them runs any more.
  func finish() {
    for slot in slots[first...] { _ = OrderedTasks.wait(slot) }
    slots = []
    first = 0
  }

  private static func wait(_ slot: Slot) -> Result<Piece, any Error>? {
    slot.waitUntil({ $0 != nil }, then: { $0 })
  }
}
