import LakeCore

/// `lake help [COMMAND...]`
package struct Help: Sendable {
  package var words: [String] = []

  package static let declaration = Declaration(
    name: "help", summary: "Explain a command or a topic",
    discussion: "Topics: exit-codes, environment.",
    initial: Help(),
    arguments: [.zeroOrMore("COMMAND", .text, "A command, or a topic.") { $0.words.append($1) }],
    examples: [
      Example("lake help generate stedi", "The help of one command."),
      Example("lake help exit-codes", "What the numbers mean."),
      Example("lake help environment", "Which variables count."),
    ])
}

extension Command {
  package static let help = Command(Help.declaration) { options, context in
    if options.words.count == 1, let topic = HelpTopic(rawValue: options.words[0]) {
      try context.write(topic.text)
      return .done
    }
    var command = context.root
    for word in options.words {
      guard let next = command.subcommand(named: word) else {
        let topics = HelpTopic.allCases.map(\.rawValue)
        let names = command.subcommands.map(\.name) + (word == options.words[0] ? topics : [])
        throw UsageFault.unknownTopic(
          word, suggestion: Suggestion.nearest(to: word, among: names))
      }
      command = next
    }
    try HelpScreen.write(path: [context.root.name] + options.words, context)
    return .done
  }
}

/// What is explained besides the commands.
package enum HelpTopic: String, Sendable, CaseIterable {
  case exitCodes = "exit-codes"
  case environment

  package var text: String {
    switch self {
    case .exitCodes:
      ExitCode.allCases.map { code in
        let number = String(code.rawValue)
        return String(repeating: " ", count: 5 - number.count) + number + "  " + code.explanation
      }.joined(separator: "\n") + "\n"
    case .environment:
      """
        LAKE_WORKSPACE   The directory of the workspace; -C is stronger.
        NO_COLOR         Not empty: no colour.
        CLICOLOR_FORCE   Neither empty nor 0: colour also off a terminal. NO_COLOR is stronger.
        TERM             dumb: no colour and no progress line.
        COLUMNS          The width to wrap help at where the output is no terminal.

      """
    }
  }
}

/// Help as `-h`, `--help` and `lake help` show it.
package enum HelpScreen {
  package static func write(path: [String], _ context: CommandContext) throws {
    let command = path.dropFirst().reduce(context.root) { $0.subcommand(named: $1) ?? $0 }
    try context.write(
      HelpText.make(command, path: path, traits: context.console.outputTraits))
  }
}
