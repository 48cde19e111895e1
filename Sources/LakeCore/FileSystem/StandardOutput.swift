import Glibc

/// Standard output, buffered, used by one thread at a time.
///
/// When the reader goes away (`| head`), the next write throws an error whose `isClosedPipe` is
/// true, provided that the process ignores SIGPIPE; otherwise the signal ends the process, which
/// is up to the command and not to a library.
///
/// See: man 2 write, man 7 pipe.
package final class StandardOutput: OutputTarget {
  package let name = "standard output"
  private let descriptor: Int32
  private let buffer: WriteBuffer

  /// The descriptor stays open: 1 is standard output in every process.
  package init(descriptor: Int32 = 1, bufferBytes: Int = 64 << 10) {
    self.descriptor = descriptor
    buffer = WriteBuffer(byteCount: bufferBytes)
  }

  package func write(_ bytes: UnsafeRawBufferPointer) throws(LakeError) {
    try buffer.append(bytes) { bytes throws(LakeError) in try send(bytes) }
  }

  /// Lets the reader have what was written so far.
  package func flush() throws(LakeError) {
    try buffer.flush { bytes throws(LakeError) in try send(bytes) }
  }

  /// Flushes. There is nothing else to be done for a stream, and nothing that could be taken back.
  package func commit() throws(LakeError) {
    try flush()
  }

  private func send(_ bytes: UnsafeRawBufferPointer) throws(LakeError) {
    guard let base = bytes.baseAddress else { return }
    var done = 0
    while done < bytes.count {
      let count = retryingInterrupted {
        Glibc.write(descriptor, base + done, bytes.count - done)
      }
      if count >= 0 {
        done += count
      } else if errno == EAGAIN {
        // Whoever shares the other end may have made it one that does not wait.
        var request = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        _ = poll(&request, 1, -1)
      } else {
        throw failure(errno)
      }
    }
  }

  private func failure(_ number: Int32) -> LakeError {
    let place = LakeError.Place(path: name)
    guard number == EBADF else {
      return .system(number, call: "write", action: "write", at: place)
    }
    return LakeError(
      .invalidInput, "cannot write: it is closed", at: place,
      hint: "Name a file, or connect a pipe.", cause: SystemError(number: number, call: "write"))
  }
}
