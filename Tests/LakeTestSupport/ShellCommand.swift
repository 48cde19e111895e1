import Foundation

/// A command line as a person would type it: run by `/bin/sh`, waited for, with all that it said.
package struct ShellCommand: Sendable {
  package var text: String
  /// Where it runs.
  package var directory: String
  /// The whole environment; nothing is inherited.
  package var environment: [String: String]
  package var secondsMax: Double

  package init(
    _ text: String, in directory: String, environment: [String: String] = [:],
    secondsMax: Double = 60
  ) {
    self.text = text
    self.directory = directory
    self.environment = environment
    self.secondsMax = secondsMax
  }

  package struct Result: Sendable, Equatable {
    package var output: [UInt8]
    package var error: [UInt8]
    /// The exit code, or 128 and the signal's number, as a shell would say.
    package var exitCode: Int32
    /// Whether it was killed since it took longer than `secondsMax`.
    package var timedOut = false

    package var outputText: String { String(decoding: output, as: UTF8.self) }
    package var errorText: String { String(decoding: error, as: UTF8.self) }
  }

  /// Runs to the end. Both outputs go to files, so that however much is said nothing blocks.
  package func run() throws -> Result {
    let scratch = try TemporaryDirectory()
    let outputPath = scratch.file("output")
    let errorPath = scratch.file("error")
    let process = try spawn(output: outputPath, error: errorPath)
    let (status, timedOut) = wait(for: process)
    return Result(
      output: Array(try Data(contentsOf: URL(fileURLWithPath: outputPath))),
      error: Array(try Data(contentsOf: URL(fileURLWithPath: errorPath))),
      exitCode: status, timedOut: timedOut)
  }

  /// Starts the shell as the leader of a process group of its own, so that a pipeline can be ended
  /// as a whole.
  private func spawn(output: String, error: String) throws -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    let write = O_WRONLY | O_CREAT | O_TRUNC
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, output, write, 0o600)
    posix_spawn_file_actions_addopen(&actions, 2, error, write, 0o600)

    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var nothing = sigset_t()
    sigemptyset(&nothing)
    posix_spawnattr_setsigmask(&attributes, &nothing)
    posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETPGROUP) | Int16(POSIX_SPAWN_SETSIGMASK))

    let enter = #"cd -- "$1" && exec /bin/sh -c "$2""#
    let words = ["/bin/sh", "-c", enter, "sh", directory, text]
    let arguments: [UnsafeMutablePointer<CChar>?] = words.map { word in strdup(word) } + [nil]
    let pairs = environment.map { "\($0.key)=\($0.value)" }
    let variables: [UnsafeMutablePointer<CChar>?] = pairs.map { pair in strdup(pair) } + [nil]
    defer { (arguments + variables).forEach { free($0) } }
    var process = pid_t()
    let status = posix_spawn(&process, "/bin/sh", &actions, &attributes, arguments, variables)
    guard status == 0 else { throw POSIXError(POSIXErrorCode(rawValue: status) ?? .EIO) }
    return process
  }

  private func wait(for process: pid_t) -> (status: Int32, timedOut: Bool) {
    let deadline = Date().addingTimeInterval(secondsMax)
    var status: Int32 = 0
    var timedOut = false
    while waitpid(process, &status, WNOHANG) == 0 {
      if !timedOut, Date() > deadline {
        kill(-process, SIGKILL)
        timedOut = true
      }
      usleep(500)
    }
    let signal = status & 0x7F
    return (signal == 0 ? (status >> 8) & 0xFF : 128 + signal, timedOut)
  }
}
