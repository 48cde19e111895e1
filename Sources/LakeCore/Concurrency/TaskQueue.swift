/// Tasks in the order in which they were appended.
final class TaskQueue: Sendable {
  typealias Task = @Sendable (_ worker: Int) -> Void

  private struct State {
    var tasks: [Task?] = []
    /// The first task that was not taken; those before it are nil.
    var head = 0
    var isClosed = false

    var isEmpty: Bool { head == tasks.count }

    mutating func takeFirst() -> Task? {
      guard !isEmpty else { return nil }
      let task = tasks[head].take()
      head += 1
      if isEmpty {
        tasks.removeAll(keepingCapacity: true)
        head = 0
      } else if head >= 1024, head * 2 >= tasks.count {
        tasks.removeFirst(head)
        head = 0
      }
      return task
    }
  }

  private let state = Monitor(State())

  func append(_ task: @escaping Task) {
    state.withLock { state in
      precondition(!state.isClosed)
      state.tasks.append(task)
    }
    state.wakeOne()
  }

  /// Waits for a task; nil when the queue is closed and empty.
  func next() -> Task? {
    state.waitUntil {
      !$0.isEmpty || $0.isClosed
    } then: {
      $0.takeFirst()
    }
  }

  /// Lets those who wait end once the tasks are taken.
  func close() {
    state.withLock { $0.isClosed = true }
    state.wakeAll()
  }
}
