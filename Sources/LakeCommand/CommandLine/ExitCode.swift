/// What the command tells the shell. The same numbers mean the same in every command.
package enum ExitCode: Int32, Sendable, CaseIterable {
  case done = 0
  case failed = 1
  case planHasChanges = 2
  case limitFailed = 3
  case notFound = 4
  case conflict = 5
  case consent = 6
  case usage = 64
  case interrupted = 130
  case closedPipe = 141
  case terminated = 143

  /// For `lake help exit-codes`.
  package var explanation: String {
    switch self {
    case .done: "Done, as asked."
    case .failed: "Failed; the error says what, where and what to do."
    case .planHasChanges: "A plan has changes (only with --detailed-exitcode)."
    case .limitFailed: "A constraint, a quality rule or a limit on rejects failed."
    case .notFound: "A file or table that was named is not there."
    case .conflict: "Somebody else won, or holds a lock; trying again may help."
    case .consent: "Data would have been used without consent."
    case .usage: "The command line is wrong; nothing was done."
    case .interrupted: "Interrupted (SIGINT, Ctrl-C) and cleaned up."
    case .closedPipe: "The reader of standard output went away, as in '| head'; said silently."
    case .terminated: "Terminated (SIGTERM) and cleaned up."
    }
  }
}
