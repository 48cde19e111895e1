/// One call of `ThreadPool.mapOrdered`: what its tasks and the calling thread share.
///
///     source ── item k ──▶ transform ──▶ slots[k % window] ──▶ consume
///     one task at a time   in parallel   until it is its turn   calling thread
///
/// A task takes one item, transforms it and leaves the outcome in the item's slot. There are never
/// more tasks and filled slots together than the window, so a slot is always free when its item
/// comes; no task waits for anything but its turn at the source.
// @unchecked Sendable: `produce` is called under the lock of `source`, a state only by the thread
// of its worker number, the closures go when no task runs any more, and everything else that
// changes is inside of monitors.
final class OrderedPipeline<Item, State, Output>: @unchecked Sendable {
  private enum Slot {
    case empty
    case output(Output)
    case failure(any Error)
  }

  private struct Source {
    /// Nil when no more items are wanted or there are none.
    var produce: (() throws -> Item?)?
    /// The number of items that were begun; the number of the next one.
    var count = 0
  }

  private struct Board {
    var slots: [Slot]
    var taskCount = 0
    /// The number of all items, once it is known.
    var end: Int?
    /// The item that the calling thread waits for.
    var awaited = 0
  }

  private let source: Monitor<Source>
  private let board: Monitor<Board>
  private let states: UnsafeMutableBufferPointer<State?>
  /// Nil when all tasks have ended.
  private var makeState: (@Sendable () throws -> State)?
  private var transform: (@Sendable (inout State, Item) throws -> Output)?

  init(
    window: Int, workerCount: Int,
    makeState: @escaping @Sendable () throws -> State,
    produce: @escaping () throws -> Item?,
    transform: @escaping @Sendable (inout State, Item) throws -> Output
  ) {
    source = Monitor(Source(produce: produce))
    board = Monitor(Board(slots: Array(repeating: .empty, count: window)))
    states = .allocate(capacity: workerCount)
    states.initialize(repeating: nil)
    self.makeState = makeState
    self.transform = transform
  }

  deinit {
    states.deinitialize()
    states.deallocate()
  }

  // MARK: On the calling thread

  /// Says that a task will be submitted.
  func expectTask() {
    board.withLock { $0.taskCount += 1 }
  }

  /// Waits for the outcome of an item and frees its slot. Nil behind the last item.
  func waitForOutput(of index: Int) throws -> Output? {
    let slot = board.waitUntil { board in
      if let end = board.end, index >= end { return true }
      if case .empty = board.slots[index % board.slots.count] { return false }
      return true
    } then: { board in
      board.awaited = index + 1
      let position = index % board.slots.count
      let slot = board.slots[position]
      board.slots[position] = .empty
      return slot
    }
    switch slot {
    case .empty: return nil
    case .output(let output): return output
    case .failure(let error): throw error
    }
  }

  /// Whether a further task would find nothing to do.
  var isEndKnown: Bool { board.withLock { $0.end != nil } }

  /// Lets no further item begin, waits for the tasks that run and gives up what they left.
  func finish() {
    closeSource()
    board.waitUntil {
      $0.taskCount == 0
    } then: { board in
      for position in board.slots.indices { board.slots[position] = .empty }
    }
    // The states, and what the closures hold, go here and not with the last reference, which a task
    // that has just ended may still hold for a moment.
    for worker in states.indices { states[worker] = nil }
    (makeState, transform) = (nil, nil)
  }

  // MARK: On threads of the pool

  func runTask(worker: Int) {
    runOne(worker: worker)
    // After this nothing of the task is left but its reference to the pipeline.
    let isLast = board.withLock { board in
      board.taskCount -= 1
      return board.taskCount == 0
    }
    if isLast { board.wakeAll() }
  }

  // Not inlined, so that everything it holds is released before the task counts as ended.
  @inline(never)
  private func runOne(worker: Int) {
    switch takeItem() {
    case .item(let index, let item):
      do {
        put(.output(try transformItem(item, worker: worker)), at: index)
      } catch {
        // All items before this one have begun already: none that is needed is lost.
        closeSource()
        put(.failure(error), at: index)
      }
    case .failure(let index, let error):
      put(.failure(error), at: index)
    case .end(let count):
      board.withLock { $0.end = count }
      board.wakeAll()
    }
  }

  private enum Taken {
    case item(Int, Item)
    case failure(Int, any Error)
    /// There are no more items than this.
    case end(Int)
  }

  private func takeItem() -> Taken {
    source.withLock { source in
      let index = source.count
      guard let produce = source.produce else { return .end(index) }
      do {
        guard let item = try produce() else {
          source.produce = nil
          return .end(index)
        }
        source.count += 1
        return .item(index, item)
      } catch {
        // The failure counts as an item, so that it is met when its turn comes.
        source.produce = nil
        source.count += 1
        return .failure(index, error)
      }
    }
  }

  private func transformItem(_ item: Item, worker: Int) throws -> Output {
    guard let makeState, let transform else {
      preconditionFailure("the closures are there for as long as a task runs")
    }
    var state = try states[worker].take() ?? makeState()
    defer { states[worker] = state }
    return try transform(&state, item)
  }

  private func put(_ slot: Slot, at index: Int) {
    let isAwaited = board.withLock { board in
      board.slots[index % board.slots.count] = slot
      return board.awaited == index
    }
    if isAwaited { board.wakeAll() }
  }

  private func closeSource() {
    source.withLock { $0.produce = nil }
  }
}
