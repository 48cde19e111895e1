import Glibc
import LakeCommand

@main
struct Main {
  static func main() {
    allowManyFiles()
    let interruption = Interruption()
    SignalWatch.start(interruption)
    let code = Program.run(
      Array(CommandLine.arguments.dropFirst()), root: .lake, console: .process(color: .auto),
      interruption: interruption)
    exit(code.rawValue)
  }

  /// A directory of landing files can hold thousands, and all inputs of a command are open at once:
  /// the soft limit on descriptors is raised to what the process may have.
  private static func allowManyFiles() {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
    limit.rlim_cur = limit.rlim_max
    _ = setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
  }
}
