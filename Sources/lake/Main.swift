import Glibc
import LakeCommand

@main
struct Main {
  static func main() {
    let interruption = Interruption()
    SignalWatch.start(interruption)
    let code = Program.run(
      Array(CommandLine.arguments.dropFirst()), root: .lake, console: .process(color: .auto),
      interruption: interruption)
    exit(code.rawValue)
  }
}
