import Glibc
import LakeCore
import LakeSQL
import Lakehouse

/// `lake sql`: the options of the shell.
package struct SQL: Sendable, Equatable {
  /// What to carry out instead of a dialogue.
  package enum Input: Sendable, Equatable {
    case text(String)
    case file(String)
  }

  package var inputs: [Input] = []
  /// A file that is carried out first.
  package var initialFile: String?
  package var format: ResultFormat?
  package var parameters: [String: String] = [:]
  package var showsAll = false
  package var showsTimes = false
  package var endsAtErrors = false

  package init() {}

  package static let declaration = Declaration(
    name: "sql", summary: "Talk to tables and files in SQL",
    discussion: """
      A shell: statements end with a semicolon and may have several lines; temporary tables, USE \
      and what is set live as long as the shell. Tab completes words, tables, columns and files; \
      the arrows and Ctrl-R find what was entered before; Ctrl-C ends a query, Ctrl-D the shell. \
      Lines that begin with a dot, or a back-slash as in psql, are commands of the shell: .help \
      lists them.

      What is entered is kept in $XDG_STATE_HOME/lake/history (~/.local/state/lake/history), \
      which only you can read; what begins with a blank is not. LAKE_HISTORY names another file, \
      and empty none.

      With -c or -f, or where standard input is no terminal, statements are carried out one after \
      the other, without a dialogue. An error is told, the next statement is carried out, and the \
      exit code is that of the last error.
      """,
    initial: SQL(),
    options: [
      .option("command", short: "c", "SQL", .text, "Carry out SQL and leave; may come again.") {
        $0.inputs.append(.text($1))
      },
      .option("file", short: "f", "FILE", .file, "Carry out FILE and leave; may come again.") {
        $0.inputs.append(.file($1))
      },
      .option("init", "FILE", .file, "Carry out FILE first.") { $0.initialFile = $1 },
      .option("format", "FORMAT", .choice(), "How rows are written, as .mode sets it.") {
        $0.format = $1
      },
      .option("param", "NAME=VALUE", .assignment, "A value for :NAME; may come again.") {
        $0.parameters[$1.name.lowercased()] = $1.value
      },
      .flag("all", "Show all rows on a terminal too.") { $0.showsAll = true },
      .flag("timer", "Say how long each statement took, by parts.") { $0.showsTimes = true },
      .flag("bail", "Leave at the first error, where there is no dialogue.") {
        $0.endsAtErrors = true
      },
    ],
    examples: [
      Example("lake sql", "A dialogue."),
      Example("lake sql -c '.tables' -c 'SELECT 1'", "Without one."),
      Example("lake sql --bail -f script.sql", "A script, up to its first error."),
    ])
}

extension Command {
  package static let sql = Command(SQL.declaration) { options, context in
    let workspace = try context.workspace()
    let isTalking = options.inputs.isEmpty && isatty(STDIN_FILENO) == 1
    let shell = SQLShell(
      workspace, SQLSession(parameters: options.parameters), context,
      settings: try options.settings(context), isInteractive: isTalking)
    if let file = options.initialFile { try shell.read(file: file) }
    if options.inputs.isEmpty {
      workspace.refuseStandardInput()
      if isTalking {
        try ShellDialogue(shell, context).run()
        return .done
      }
      try PlainLines(shell, context).run()
    }
    for input in options.inputs where !shell.isEnded {
      switch input {
      case .text(let text): try shell.take(text: text)
      case .file(let path): try shell.read(file: path)
      }
    }
    try shell.setOutput(nil)
    return shell.exitCode
  }
}

extension SQL {
  fileprivate func settings(_ context: CommandContext) throws(UsageFault) -> ShellSettings {
    var settings = ShellSettings()
    settings.mode = format ?? (context.globals.wantsJSON ? .json : .table)
    settings.showsTimes = showsTimes
    settings.endsAtErrors = endsAtErrors
    if showsAll { settings.rowsMax = nil }
    guard settings.mode != .parquet else {
      throw .faultyValue(
        of: "--format", fault: "Parquet is no text for a terminal or a pipe",
        hint: "Write .once FILE.parquet before the query.")
    }
    return settings
  }
}
