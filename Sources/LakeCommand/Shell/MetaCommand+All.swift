import LakeCore

extension MetaCommand {
  /// All commands, in the order of `.help`.
  static let all = looking + writing + session

  private static let looking = [
    MetaCommand("tables", short: "dt", "[PATTERN]", "the tables and views", argument: .table) {
      try $0.query("SHOW TABLES", like: $1.first)
    },
    MetaCommand(
      "describe", short: "d", "[TABLE]", "the columns of a table; without one, the tables",
      argument: .table
    ) {
      guard let name = $1.first else { return try $0.query("SHOW TABLES", like: nil) }
      try $0.query("DESCRIBE \(name)", like: nil)
    },
    MetaCommand(
      "schema", "[TABLE]", "the statement that makes a table, or all of them", argument: .table
    ) { try $0.showSchema($1.first) },
    MetaCommand("views", short: "dv", "[PATTERN]", "the views") {
      try $0.query("SHOW VIEWS", like: $1.first)
    },
    MetaCommand("databases", short: "l", "", "the zones and databases") { shell, _ in
      try shell.query("SHOW SCHEMAS", like: nil)
    },
    MetaCommand("functions", short: "df", "[PATTERN]", "the functions that SQL can call") {
      try $0.query("SHOW FUNCTIONS", like: $1.first)
    },
  ]

  private static let writing = [
    MetaCommand(
      "mode", "[FORMAT]", "how rows are written: \(ShellSettings.modes.joined(separator: ", "))",
      argument: .words(ShellSettings.modes)
    ) { try $0.setMode($1.first) },
    MetaCommand("expanded", short: "x", "", "each column on a line of its own, or no more") {
      shell, _ in
      shell.settings.mode = shell.settings.mode == .line ? .table : .line
      shell.context.say("Rows are written as \(shell.settings.mode.rawValue).")
    },
    MetaCommand(
      "rows", "[NUMBER|all]", "how many rows a table shows on the terminal",
      argument: .words(["all"])
    ) { try $0.setRows($1.first) },
    MetaCommand(
      "width", "[NUMBER|auto]", "how wide a column of text may be on the terminal",
      argument: .words(["auto"])
    ) { try $0.setWidth($1.first) },
    MetaCommand(
      "output", short: "o", "[FILE]", "write what follows to a file; without one, here again",
      argument: .file
    ) { try $0.setOutput($1.first) },
    MetaCommand(
      "once", short: "g", "FILE", "write the next rows to a file, in the format of its name",
      argument: .file
    ) { try $0.setOnce($1.first) },
    MetaCommand(
      "timer", short: "timing", "[on|off]", "say how long each statement took, by parts",
      argument: .words(["on", "off"])
    ) { try $0.setTimer($1.first) },
  ]

  private static let session = [
    MetaCommand("read", short: "i", "FILE", "carry out the statements of a file", argument: .file) {
      guard let file = $1.first else {
        throw LakeError(.invalidInput, "no file is named", hint: "Write .read FILE.")
      }
      try $0.read(file: file)
    },
    MetaCommand("show", "", "what is set") { shell, _ in try shell.show() },
    MetaCommand("help", short: "?", "[COMMAND]", "this list, or what one command does") {
      try $0.help($1.first)
    },
    MetaCommand("quit", short: "q", "", "leave, as Ctrl-D does") { shell, _ in shell.end() },
  ]
}
