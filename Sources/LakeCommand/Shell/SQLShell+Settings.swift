import LakeCore
import LakeSQL
import Lakehouse

/// The commands of a shell that set something or tell about it.
extension SQLShell {
  func setMode(_ name: String?) throws {
    guard let name else { return context.say("Rows are written as \(settings.mode.rawValue).") }
    let others = [
      "box": "table", "duckbox": "table", "column": "table", "jsonlines": "ndjson",
      "lines": "line", "tabs": "tsv", "md": "markdown",
    ]
    let known = others[name.lowercased()] ?? name.lowercased()
    guard let mode = ResultFormat(rawValue: known), mode != .parquet else {
      throw LakeError(
        .invalidInput, "there is no mode '\(name)'",
        hint: Suggestion.hint(for: name, among: ShellSettings.modes)
          ?? "There are \(ShellSettings.modes.joined(separator: ", ")).")
    }
    settings.mode = mode
  }

  func setTimer(_ word: String?) throws {
    switch word?.lowercased() {
    case nil: settings.showsTimes.toggle()
    case "on", "true", "1": settings.showsTimes = true
    case "off", "false", "0": settings.showsTimes = false
    case .some(let other):
      throw LakeError(.invalidInput, "the timer is on or off, not '\(other)'")
    }
    if word == nil { context.say("The timer is \(settings.showsTimes ? "on" : "off").") }
  }

  func setRows(_ word: String?) throws {
    settings.rowsMax = try number(word, none: "all", "rows", settings.rowsMax)
  }

  func setWidth(_ word: String?) throws {
    settings.columnWidthMax = try number(word, none: "auto", "width", settings.columnWidthMax)
  }

  /// A number, or none. Without a word the one that is set is told.
  private func number(
    _ word: String?, none: String, _ command: String, _ now: Int?
  ) throws -> Int? {
    guard let word else {
      context.say("\(command): \(now.map { String($0) } ?? none)")
      return now
    }
    if word.lowercased() == none || word == "0" { return nil }
    guard let number = Int(word), (1...1_000_000).contains(number) else {
      throw LakeError(
        .invalidInput, "'\(word)' is no number of its kind",
        hint: "Write .\(command) NUMBER, or .\(command) \(none).")
    }
    return number
  }

  func show() throws {
    let root = try? workspace.sessionIfAny?.layout.root
    let rows: [(String, String)] = [
      ("workspace", root ?? "none; files can be queried"),
      ("mode", settings.mode.rawValue),
      ("timer", settings.showsTimes ? "on" : "off"),
      ("rows", settings.rowsMax.map { String($0) } ?? "all"),
      ("width", settings.columnWidthMax.map { String($0) } ?? "auto"),
      ("output", outputPath ?? "here"),
      ("threads", String(context.threads)),
      ("memory", context.memoryLimit.map { Quantity.bytes($0) } ?? "no limit"),
    ]
    for (name, value) in rows {
      try context.write(name + String(repeating: " ", count: 11 - name.count) + value + "\n")
    }
    try context.console.output.flush()
  }

  func help(_ name: String?) throws {
    let style = Style(context.console.outputTraits)
    var commands = MetaCommand.all
    if let name {
      guard let command = MetaCommand.named(name) else { throw MetaCommand.unknown(name) }
      commands = [command]
    }
    let labels = commands.map { command in
      command.spellings.joined(separator: ", ") + (command.usage.isEmpty ? "" : " ")
        + command.usage
    }
    let width = (labels.map { DisplayWidth.of($0) }.max() ?? 0) + 2
    for (command, label) in zip(commands, labels) {
      let fill = String(repeating: " ", count: width - DisplayWidth.of(label))
      try context.write(style.cyan(label) + fill + command.help + "\n")
    }
    if name == nil {
      try context.write(
        "\nA statement ends with a semicolon. Tab completes, the arrows and Ctrl-R find what was\n"
          + "entered before; a line that begins with a blank is not kept. Ctrl-C ends a query.\n")
    }
    try context.console.output.flush()
  }

  /// The statements that make one table, or all.
  func showSchema(_ name: String?) throws {
    if let name { return try query("SHOW CREATE TABLE \(name)", like: nil) }
    for table in try workspace.session.catalog.tables() {
      let word = table.kind == .view ? "VIEW" : "TABLE"
      try query(
        "SHOW CREATE \(word) \(table.name.zone.rawValue).\(quoted(table.name.name))", like: nil)
    }
  }

  private func quoted(_ name: String) -> String {
    "\"\(name.replacing("\"", with: "\"\""))\""
  }
}
