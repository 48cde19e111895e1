/// The help of one command as text, in sections: OVERVIEW, USAGE, SUBCOMMANDS, ARGUMENTS, OPTIONS,
/// GLOBAL OPTIONS, EXAMPLES.
package struct HelpText {
  private let command: Command
  private let path: String
  private let style: Style
  private let width: Int
  private var text = ""

  private init(_ command: Command, path: String, style: Style, width: Int) {
    self.command = command
    self.path = path
    self.style = style
    self.width = width
  }

  /// - parameter path: How the command is reached, its own name included.
  package static func make(
    _ command: Command, path: [String], traits: SinkTraits
  ) -> String {
    var help = HelpText(
      command, path: path.joined(separator: " "), style: Style(traits),
      width: min(traits.width, 100))
    help.addOverview()
    help.text += "\n" + help.style.bold("USAGE:") + " \(command.usage(path: help.path))\n"
    help.addList("SUBCOMMANDS", command.subcommands.map { ($0.name, $0.summary) })
    help.addList("ARGUMENTS", command.arguments.map { ($0.usage, $0.help) })
    help.addList("OPTIONS", command.options.map(HelpText.row))
    let onRoot = path.count == 1 ? GlobalOptions.rootInfos : []
    help.addList("GLOBAL OPTIONS", (GlobalOptions.infos + onRoot).map(HelpText.row))
    help.addExamples()
    help.addFooter()
    return help.text
  }

  private mutating func addOverview() {
    text += style.bold("OVERVIEW:") + " \(command.summary)\n"
    for paragraph in HelpText.paragraphs(command.discussion) {
      text +=
        "\n" + HelpText.wrap(paragraph, indent: 0, width: width).joined(separator: "\n") + "\n"
    }
  }

  /// A section of two columns.
  private mutating func addList(_ title: String, _ rows: [(label: String, help: String)]) {
    guard !rows.isEmpty else { return }
    let column = 26
    text += "\n" + style.bold(title + ":") + "\n"
    for row in rows {
      let lines = HelpText.wrap(row.help, indent: column, width: width)
      let label = "  " + row.label
      let fits = DisplayWidth.of(label) + 2 <= column
      let fill = String(repeating: " ", count: max(0, column - DisplayWidth.of(label)))
      text += style.cyan(label)
      if fits, let first = lines.first {
        text += fill + String(first.dropFirst(column)) + "\n"
        text += lines.dropFirst().map { $0 + "\n" }.joined()
      } else {
        text += "\n" + lines.map { $0 + "\n" }.joined()
      }
    }
  }

  private mutating func addExamples() {
    guard !command.examples.isEmpty else { return }
    text += "\n" + style.bold("EXAMPLES:") + "\n"
    for example in command.examples {
      text += style.dim("  # \(example.explanation)") + "\n  \(example.line)\n"
    }
  }

  private mutating func addFooter() {
    guard command.isGroup else { return }
    let name = path.split(separator: " ").dropFirst().map { $0 + " " }.joined()
    text += "\nSee 'lake help \(name)SUBCOMMAND' for the help of a subcommand.\n"
  }

  private static func row(_ option: OptionInfo) -> (label: String, help: String) {
    let short = option.short.map { "-\($0), " } ?? ""
    let value = option.valueName.map { " \($0)" } ?? ""
    return (short + option.spelling + value, option.help)
  }

  private static func paragraphs(_ text: String) -> [String] {
    text.split(separator: "\n", omittingEmptySubsequences: false)
      .split(whereSeparator: \.isEmpty)
      .map { $0.joined(separator: "\n") }
  }

  /// Breaks text at blanks into lines of at most `width` columns that begin with `indent` blanks.
  /// Line ends in the text stay.
  package static func wrap(_ text: String, indent: Int, width: Int) -> [String] {
    let margin = String(repeating: " ", count: indent)
    let available = max(20, width - indent)
    var lines: [String] = []
    for source in text.split(separator: "\n", omittingEmptySubsequences: false) {
      let inset = String(source.prefix { $0 == " " })
      var line = inset
      for word in source.split(separator: " ") {
        let isFirst = line.count == inset.count
        if !isFirst, DisplayWidth.of(line) + 1 + DisplayWidth.of(word) > available {
          lines.append(margin + line)
          line = inset + word
        } else {
          line += (isFirst ? "" : " ") + word
        }
      }
      lines.append(margin + line)
    }
    return lines
  }
}
