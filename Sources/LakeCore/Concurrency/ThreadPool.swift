import CLakeSystem
import Glibc

/// A fixed number of threads that take tasks from one queue, first come, first served.
///
/// A task computes or reads and then ends; it never waits for another task, so that a pool of any
/// size, even of one thread, always comes to an end. Whoever waits for tasks is not a thread of
/// the pool: `mapOrdered` and `forEach` are called from outside.
///
/// The pool goes away with its last reference: tasks that were submitted still run, then the
/// threads end, and the one who let go waits for them.
package final class ThreadPool: Sendable {
  /// Deep enough for a recursive descent to the depths that the parsers allow.
  package static let stackBytes = 8 << 20

  package let threadCount: Int
  private let queue: TaskQueue
  private let threads: [pthread_t]

  /// Starts the threads. Throws `limitExceeded` where the system does not give as many.
  package init(threadCount: Int) throws(LakeError) {
    precondition(threadCount > 0)
    self.threadCount = threadCount
    queue = TaskQueue()
    threads = try ThreadPool.startThreads(threadCount, on: queue)
  }

  deinit {
    queue.close()
    ThreadPool.join(threads)
  }

  /// Runs a task on the next free thread. `worker` is the number of that thread, less than
  /// `threadCount`: two tasks that get the same number never run at the same time.
  package func submit(_ task: @escaping @Sendable (_ worker: Int) -> Void) {
    queue.append(task)
  }

  /// Whether the caller is one of the pool's own threads, which must not wait for its tasks.
  var isCalledFromOwnThread: Bool {
    threads.contains { pthread_equal($0, pthread_self()) != 0 }
  }
}

extension ThreadPool {
  private static func startThreads(
    _ count: Int, on queue: TaskQueue
  ) throws(LakeError) -> [pthread_t] {
    // Threads inherit the mask: with all signals blocked, a signal is handled by the main thread.
    var all = sigset_t()
    var previous = sigset_t()
    sigfillset(&all)
    pthread_sigmask(SIG_SETMASK, &all, &previous)
    defer { pthread_sigmask(SIG_SETMASK, &previous, nil) }

    var threads: [pthread_t] = []
    for worker in 0..<count {
      var thread = pthread_t()
      let errorNumber = startThread(ThreadStart(worker: worker, queue: queue), &thread)
      guard errorNumber == 0 else {
        queue.close()
        join(threads)
        throw LakeError(
          .limitExceeded, "cannot start thread \(worker + 1) of \(count)",
          hint: "Use fewer threads, or raise the limit of processes (ulimit -u).",
          cause: SystemError(number: errorNumber, call: "pthread_create"))
      }
      threads.append(thread)
    }
    return threads
  }

  private static func startThread(_ start: ThreadStart, _ thread: inout pthread_t) -> Int32 {
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    defer { pthread_attr_destroy(&attributes) }
    pthread_attr_setstacksize(&attributes, stackBytes)
    let argument = Unmanaged.passRetained(start)
    let errorNumber = pthread_create(&thread, &attributes, runThread, argument.toOpaque())
    if errorNumber != 0 { argument.release() }
    return errorNumber
  }

  private static func join(_ threads: [pthread_t]) {
    for thread in threads {
      // A task can hold the last reference to its own pool; a thread cannot wait for itself.
      if pthread_equal(thread, pthread_self()) != 0 {
        pthread_detach(thread)
      } else {
        pthread_join(thread, nil)
      }
    }
  }
}

/// What a new thread is told. It holds the queue and not the pool, which could never go away
/// otherwise.
private final class ThreadStart: Sendable {
  let worker: Int
  let queue: TaskQueue

  init(worker: Int, queue: TaskQueue) {
    self.worker = worker
    self.queue = queue
  }
}

/// The life of one thread.
private func runThread(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
  guard let argument else { return nil }
  let start = Unmanaged<ThreadStart>.fromOpaque(argument).takeRetainedValue()
  lake_name_thread("lake-\(start.worker)")
  while let task = start.queue.next() { task(start.worker) }
  return nil
}
