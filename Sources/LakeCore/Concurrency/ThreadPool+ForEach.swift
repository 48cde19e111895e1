import Synchronization

extension ThreadPool {
  /// Runs `body` for every index below `count`, in parallel, and waits for all of them. Indices
  /// begin in ascending order.
  ///
  /// If some fail, no further ones begin, and the error of the lowest index that failed is thrown:
  /// the same one on every run, since all lower indices had begun before it. `worker` numbers the
  /// thread, so that a body can keep a state for each. Called from outside of the pool.
  package func forEach(
    count: Int, cancellation: CancellationFlag? = nil,
    body: @escaping @Sendable (_ worker: Int, _ index: Int) throws -> Void
  ) throws {
    precondition(count >= 0)
    precondition(!isCalledFromOwnThread, "a task must not wait for other tasks of its pool")
    let taskCount = min(count, threadCount)
    let loop = ParallelLoop(
      count: count, taskCount: taskCount, cancellation: cancellation, body: body)
    for _ in 0..<taskCount {
      submit { worker in loop.runTask(worker: worker) }
    }
    try loop.finish()
  }
}

/// One call of `ThreadPool.forEach`.
private final class ParallelLoop: Sendable {
  typealias Body = @Sendable (_ worker: Int, _ index: Int) throws -> Void

  private struct State {
    var taskCount: Int
    /// Nil when the loop is over.
    var body: Body?
    var failure: (index: Int, error: any Error)?
  }

  private let count: Int
  private let cancellation: CancellationFlag?
  private let nextIndex = Atomic<Int>(0)
  private let state: Monitor<State>

  init(count: Int, taskCount: Int, cancellation: CancellationFlag?, body: @escaping Body) {
    self.count = count
    self.cancellation = cancellation
    state = Monitor(State(taskCount: taskCount, body: body))
  }

  func runTask(worker: Int) {
    runIndices(worker: worker)
    let isLast = state.withLock { state in
      state.taskCount -= 1
      return state.taskCount == 0
    }
    if isLast { state.wakeAll() }
  }

  /// Waits for all tasks, and throws what the lowest failed index threw.
  func finish() throws {
    let failure = state.waitUntil {
      $0.taskCount == 0
    } then: { state in
      state.body = nil
      return state.failure
    }
    if let failure { throw failure.error }
    try cancellation?.check()
  }

  // Not inlined, so that everything it holds is released before the task counts as ended.
  @inline(never)
  private func runIndices(worker: Int) {
    guard let body = state.withLock({ $0.body }) else { return }
    while true {
      if let cancellation, cancellation.isCancelled { return }
      let index = nextIndex.wrappingAdd(1, ordering: .relaxed).oldValue
      guard index < count else { return }
      do {
        try body(worker, index)
      } catch {
        fail(index: index, error)
        return
      }
    }
  }

  private func fail(index: Int, _ error: any Error) {
    nextIndex.store(count, ordering: .relaxed)
    state.withLock { state in
      if let failure = state.failure, failure.index < index { return }
      state.failure = (index, error)
    }
  }
}
