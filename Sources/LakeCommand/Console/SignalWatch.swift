import Glibc
import LakeCore
import Synchronization

/// Whether somebody asked the work to end, and by which signal. The work itself looks at `flag`.
package final class Interruption: Sendable {
  package let flag = CancellationFlag()
  private let signal = Atomic<Int32>(0)

  package init() {}

  package var isRequested: Bool { flag.isCancelled }

  /// The exit code that answers the signal.
  package var exitCode: ExitCode? {
    switch signal.load(ordering: .relaxed) {
    case 0: nil
    case SIGTERM: .terminated
    default: .interrupted
    }
  }

  /// Whether what ended the work is meant for this piece of work alone: Ctrl-C, and not SIGTERM.
  package var isForOneStatement: Bool { signal.load(ordering: .relaxed) == SIGINT }

  /// Takes a Ctrl-C back, so that the next piece of work can begin. SIGTERM stays.
  package func reset() {
    let (exchanged, _) = signal.compareExchange(
      expected: SIGINT, desired: 0, ordering: .relaxed)
    guard exchanged else { return }
    flag.reset()
    // What came meanwhile stays.
    if signal.load(ordering: .relaxed) != 0 { flag.cancel() }
  }

  package func request(_ number: Int32) {
    _ = signal.compareExchange(expected: 0, desired: number, ordering: .relaxed)
    flag.cancel()
  }
}

/// Turns the first SIGINT or SIGTERM into a request, and lets a second one end the process.
///
/// The signals are blocked in every thread and fetched by one that does nothing else, so that no
/// code ever runs inside a signal handler. To be started before any other thread is.
package enum SignalWatch {
  package static func start(_ interruption: Interruption) {
    signal(SIGPIPE, SIG_IGN)
    var set = sigset_t()
    sigemptyset(&set)
    sigaddset(&set, SIGINT)
    sigaddset(&set, SIGTERM)
    guard pthread_sigmask(SIG_BLOCK, &set, nil) == 0 else { return }
    var thread = pthread_t()
    let box = Unmanaged.passRetained(interruption)
    let failure = pthread_create(
      &thread, nil, { SignalWatch.watch($0) }, box.toOpaque())
    if failure != 0 {
      // Without the thread the signals end the process at once, as they do by themselves.
      box.release()
      pthread_sigmask(SIG_UNBLOCK, &set, nil)
    } else {
      pthread_detach(thread)
    }
  }

  private static func watch(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let argument else { return nil }
    let interruption = Unmanaged<Interruption>.fromOpaque(argument).takeRetainedValue()
    var set = sigset_t()
    sigemptyset(&set)
    sigaddset(&set, SIGINT)
    sigaddset(&set, SIGTERM)
    while true {
      var number: Int32 = 0
      guard sigwait(&set, &number) == 0 else { continue }
      if interruption.isRequested { _exit(128 + number) }
      interruption.request(number)
    }
  }
}
