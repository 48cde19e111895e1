import LakeTestSupport
import Synchronization
import LakeCommand

/// A command line run inside the test, with what it wrote and how it ended.
struct CommandRun {
  let output: String
  let errors: String
  let code: ExitCode

  init(
    _ words: [String], root: Command = .lake,
    traits: SinkTraits = SinkTraits(isTerminal: false), interruption: Interruption = Interruption()
  ) {
    let console = Console(
      output: TextSink(), errors: TextSink(), outputTraits: traits,
      errorTraits: traits)
    code = Program.run(words, root: root, console: console, interruption: interruption)
    output = console.output.kept
    errors = console.errors.kept
  }

  /// Splits a line as a shell does that knows blanks and quotes, and drops `lake`.
  static func words(of line: String) -> [String] {
    var words: [String] = []
    var word: String?
    var quote: Character?
    for character in line {
      switch character {
      case "'" where quote != "\"", "\"" where quote != "'":
        quote = quote == nil ? character : nil
        word = word ?? ""
      case " " where quote == nil:
        if let done = word { words.append(done) }
        word = nil
      default: word = (word ?? "") + String(character)
      }
    }
    if let done = word { words.append(done) }
    return Array(words.dropFirst(words.first == "lake" ? 1 : 0))
  }

  /// Parses the words for one declaration, without running anything: the options, or the error as
  /// it is told.
  static func parse<Options: Sendable>(
    _ declaration: Declaration<Options>, _ words: [String]
  ) -> (options: Options?, globals: GlobalOptions?, run: CommandRun) {
    let box = Mutex<(Options, GlobalOptions)?>(nil)
    let command = Command(declaration) { options, context in
      box.withLock { $0 = (options, context.globals) }
      return .done
    }
    let root = Command(name: "lake", summary: "Test", subcommands: [command])
    let run = CommandRun([declaration.name] + words, root: root)
    let result = box.withLock { $0 }
    return (result?.0, result?.1, run)
  }
}

/// A line given to a shell in which `lake` is the real binary.
struct BinaryRun {
  let output: String
  let errors: String
  let status: Int32

  init(shell line: String, in directory: String = "/") throws {
    let result = try ShellCommand(
      "lake() { '\(Repository.lakeBinary)' \"$@\"; }; \(line)", in: directory,
      environment: ["PATH": "/usr/bin:/bin"]
    ).run()
    output = result.outputText
    errors = result.errorText
    status = result.exitCode
  }
}
