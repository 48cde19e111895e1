import Glibc
import LakeCore
import Lakehouse

/// From the words of a command line to an exit code.
package enum Program {
  /// Runs one command line. Nothing below this function ends the process.
  package static func run(
    _ words: [String], root: Command, console original: Console, interruption: Interruption
  ) -> ExitCode {
    Machine.keepFreedMemory()
    var console = original
    var wantsJSON = CommandLineParser.wantsJSON(words)
    let code: ExitCode
    do {
      let request = try CommandLineParser.parse(words, root: root)
      let globals = request.globals
      console = original.colored(globals.color)
      wantsJSON = globals.wantsJSON
      if let directory = globals.directory { try change(to: directory) }
      let context = CommandContext(
        globals: globals, console: console, interruption: interruption, root: root)
      code = try perform(request, context)
      try console.output.flush()
    } catch let error as LakeError where error.isClosedPipe {
      return .closedPipe
    } catch {
      // What was found before the error is a result too.
      try? console.output.flush()
      return tell(error, on: console, asJSON: wantsJSON, interruption: interruption)
    }
    return code
  }

  private static func perform(_ request: Request, _ context: CommandContext) throws -> ExitCode {
    switch request {
    case .run(let action, _, let path):
      do {
        return try action(context)
      } catch let fault as UsageFault {
        throw failure(fault, path: path, root: context.root)
      }
    case .help(let path, _): try HelpScreen.write(path: path, context)
    case .overview: try StatusScreen.write(context)
    case .version: try Version.write(context)
    case .completionScript(let shell):
      try context.write(CompletionScript.make(for: shell, root: context.root))
    }
    return .done
  }

  private static func failure(_ fault: UsageFault, path: [String], root: Command) -> UsageFailure {
    let command = path.dropFirst().reduce(root) { $0.subcommand(named: $1) ?? $0 }
    let text = path.joined(separator: " ")
    return UsageFailure(fault, usage: command.usage(path: text), path: text)
  }

  private static func tell(
    _ error: any Error, on console: Console, asJSON: Bool, interruption: Interruption
  ) -> ExitCode {
    let report = ErrorReport(error, interruptedBy: interruption.exitCode)
    if asJSON {
      console.note(report.json.compact + "\n")
    } else {
      console.note(report.text(Style(console.errorTraits)))
    }
    return report.exit
  }

  private static func change(to directory: String) throws(LakeError) {
    guard chdir(directory) != 0 else { return }
    throw .system(
      errno, call: "chdir", action: "enter the directory of -C", at: .file(directory))
  }
}

extension Request {
  package var globals: GlobalOptions {
    switch self {
    case .run(_, let globals, _), .help(_, let globals): globals
    case .overview(let globals), .version(let globals): globals
    case .completionScript: GlobalOptions()
    }
  }
}
