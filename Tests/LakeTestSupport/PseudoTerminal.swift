import Foundation

/// A program at a terminal, as somebody sits before it: keys in, and what is to be seen out.
package final class PseudoTerminal {
  private let leader: Int32
  private let process: pid_t
  private var status: Int32?
  /// Everything that was written, without sequences that move or colour.
  package private(set) var seen = ""
  private var raw: [UInt8] = []

  /// - parameter command: Given to `/bin/sh`.
  package init(
    _ command: String, in directory: String, environment: [String: String], columns: UInt16 = 80,
    lines: UInt16 = 24
  ) throws {
    leader = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
    var (number, isLocked) = (Int32(0), Int32(0))
    // TIOCSPTLCK and TIOCGPTN, which are macros that Swift does not see: man 2 ioctl_tty.
    guard leader >= 0, ioctl(leader, 0x4004_5431, &isLocked) == 0,
      ioctl(leader, 0x8004_5430, &number) == 0
    else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
    let name = "/dev/pts/\(number)"
    var size = winsize(ws_row: lines, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
    _ = ioctl(leader, UInt(TIOCSWINSZ), &size)

    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    // The first terminal that the leader of a session opens is its own.
    posix_spawn_file_actions_addopen(&actions, 0, name, O_RDWR, 0)
    posix_spawn_file_actions_adddup2(&actions, 0, 1)
    posix_spawn_file_actions_adddup2(&actions, 0, 2)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    let newSession: Int16 = 0x80
    posix_spawnattr_setflags(&attributes, newSession)
    let words = ["/bin/sh", "-c", #"cd -- "$1" && eval "exec $2""#, "sh", directory, command]
    let arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
    let variables: [UnsafeMutablePointer<CChar>?] =
      environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { (arguments + variables).forEach { free($0) } }
    var process = pid_t()
    let failure = posix_spawn(&process, "/bin/sh", &actions, &attributes, arguments, variables)
    guard failure == 0 else { throw POSIXError(POSIXErrorCode(rawValue: failure) ?? .EIO) }
    self.process = process
  }

  deinit {
    if status == nil {
      kill(process, SIGKILL)
      waitpid(process, nil, 0)
    }
    close(leader)
  }

  package func type(_ keys: String) {
    var bytes = Array(keys.utf8)[...]
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes { write(leader, $0.baseAddress, $0.count) }
      guard count > 0 else { return }
      bytes = bytes.dropFirst(count)
    }
  }

  /// Waits until a text is to be seen that was not there before `mark`; false if it never is.
  package func waitFor(_ text: String, seconds: Double = 20) -> Bool {
    let deadline = Date().addingTimeInterval(seconds)
    while !seen.contains(text) {
      guard Date() < deadline, readMore() else { return seen.contains(text) }
    }
    return true
  }

  /// Waits until a text is the last thing that is to be seen. Keys that a program is to see as they
  /// are come after its prompt: before, the terminal itself takes some of them.
  package func waitForLast(_ text: String, seconds: Double = 20) -> Bool {
    let deadline = Date().addingTimeInterval(seconds)
    while !seen.hasSuffix(text) {
      guard Date() < deadline, readMore() else { return seen.hasSuffix(text) }
    }
    return true
  }

  /// Forgets what was seen.
  package func clear() {
    seen = ""
    raw = []
  }

  /// The exit code, or nil if the program does not end.
  package func waitForExit(seconds: Double = 20) -> Int32? {
    let deadline = Date().addingTimeInterval(seconds)
    var status: Int32 = 0
    while waitpid(process, &status, WNOHANG) == 0 {
      guard Date() < deadline else { return nil }
      _ = readMore()
    }
    self.status = status
    let signal = status & 0x7F
    return signal == 0 ? (status >> 8) & 0xFF : 128 + signal
  }

  /// False where nobody writes any more.
  private func readMore() -> Bool {
    var request = pollfd(fd: leader, events: Int16(POLLIN), revents: 0)
    guard poll(&request, 1, 20) > 0 else { return true }
    var bytes = [UInt8](repeating: 0, count: 4096)
    let count = read(leader, &bytes, bytes.count)
    guard count > 0 else { return false }
    raw += bytes[..<count]
    seen = String(decoding: raw, as: UTF8.self)
      .replacingOccurrences(
        of: "\u{1B}\\[[0-9;?]*[A-Za-z]", with: "", options: .regularExpression
      )
      .replacingOccurrences(of: "\r", with: "")
    return true
  }
}
