import Glibc

/// Standard input, read from its beginning to its end by one thread at a time.
///
/// See: man 2 read, man 2 poll.
package final class StandardInput: Sendable {
  /// What stands in the place of a path in messages.
  package static let name = "standard input"

  private let descriptor: Int32
  private let cancellation: CancellationFlag?

  /// The descriptor stays open: 0 is standard input in every process. With a flag, a wait for bytes
  /// that nobody writes ends when the flag is set.
  package init(descriptor: Int32 = 0, cancellation: CancellationFlag? = nil) {
    self.descriptor = descriptor
    self.cancellation = cancellation
  }

  /// What is there now, up to `count` bytes; waits while there is nothing. 0 only at the end.
  package func read(
    into target: UnsafeMutableRawPointer, count: Int
  ) throws(LakeError) -> Int {
    precondition(count >= 0)
    if count == 0 { return 0 }
    while true {
      if let cancellation { try waitForBytes(cancellation) }
      let got = retryingInterrupted { Glibc.read(descriptor, target, count) }
      if got >= 0 { return got }
      // Whoever shares the other end may have made it one that does not wait.
      guard errno == EAGAIN else { throw failure(errno, call: "read") }
      _ = isReady(timeoutMilliseconds: -1)
    }
  }

  private func waitForBytes(_ cancellation: CancellationFlag) throws(LakeError) {
    try cancellation.check()
    while !isReady(timeoutMilliseconds: 100) { try cancellation.check() }
  }

  /// Whether a call to read would come back at once, be it with an error.
  private func isReady(timeoutMilliseconds: Int32) -> Bool {
    var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    return poll(&request, 1, timeoutMilliseconds) > 0
  }

  private func failure(_ number: Int32, call: String) -> LakeError {
    let place = LakeError.Place(path: StandardInput.name)
    switch number {
    case EBADF:
      return LakeError(
        .invalidInput, "cannot read: it is closed", at: place,
        hint: "Name a file, or connect a pipe.", cause: SystemError(number: number, call: call))
    case EISDIR:
      return LakeError(
        .invalidInput, "cannot read: it is a directory", at: place, hint: "Name the files in it.",
        cause: SystemError(number: number, call: call))
    default:
      return .system(number, call: call, action: "read", at: place)
    }
  }
}
