import LakeCore

/// What was typed for one command, in its order and not looked into.
package struct Matches: Sendable, Equatable {
  package struct Option: Sendable, Equatable {
    package var long: String
    package var value: String?
  }

  package var options: [Option] = []
  package var positionals: [String] = []

  package init() {}
}

/// What a command line asks for.
package enum Request: Sendable {
  /// Run an action of the command that `path` names.
  case run(Command.Action, GlobalOptions, path: [String])
  case help(path: [String], GlobalOptions)
  /// The screen for a bare `lake`.
  case overview(GlobalOptions)
  case version(GlobalOptions)
  case completionScript(Shell)
}

/// Walks the words of a command line once, from left to right.
///
/// A word is, in this order: anything after `--`; a long option (`--name`, `--name=value`); short
/// ones (`-q`, `-C dir`, `-Cdir`, several flags in one word); the name of a subcommand as long as
/// the command is a group; a positional value (`-` is one, and so is a negative number).
package struct CommandLineParser {
  private var words: ArraySlice<String>
  private var command: Command
  private var path: [String]
  private var optionsEnded = false
  private var globals = Matches()
  private var matches = Matches()

  private init(_ words: [String], root: Command) {
    self.words = words[...]
    command = root
    path = [root.name]
  }

  /// Whether JSON is asked for: known before, and also when, parsing fails.
  package static func wantsJSON(_ words: [String]) -> Bool {
    words.prefix { $0 != "--" }.contains("--json")
  }

  package static func parse(_ words: [String], root: Command) throws(UsageFailure) -> Request {
    var parser = CommandLineParser(words, root: root)
    do {
      return try parser.request()
    } catch {
      let path = parser.path.joined(separator: " ")
      throw UsageFailure(error, usage: parser.command.usage(path: path), path: path)
    }
  }

  private mutating func request() throws(UsageFault) -> Request {
    while let word = words.popFirst() {
      if let early = try take(word) { return early }
    }
    let global = try GlobalOptions.declaration.build(globals)
    if path.count == 1, command.isGroup { return .overview(global) }
    return .run(try command.prepare(matches), global, path: path)
  }

  /// Takes one word, and those that belong to it. Returns a request where it decides by itself.
  private mutating func take(_ word: String) throws(UsageFault) -> Request? {
    if optionsEnded {
      try takePlain(word)
    } else if word == "--" {
      optionsEnded = true
    } else if word.hasPrefix("--") {
      return try takeLong(word)
    } else if word.hasPrefix("-"), word.count > 1, !isNumber(word) {
      return try takeShort(word)
    } else {
      try takePlain(word)
    }
    return nil
  }

  private mutating func takePlain(_ word: String) throws(UsageFault) {
    guard command.isGroup else {
      matches.positionals.append(word)
      return
    }
    guard let next = command.subcommand(named: word) else {
      let names = command.subcommands.map(\.name)
      throw .unknownCommand(word, suggestion: Suggestion.nearest(to: word, among: names))
    }
    command = next
    path.append(next.name)
  }

  private mutating func takeLong(_ word: String) throws(UsageFault) -> Request? {
    let body = word.dropFirst(2)
    let name = String(body.prefix { $0 != "=" })
    let value = body.firstIndex(of: "=").map { String(body[body.index(after: $0)...]) }
    guard let option = known.first(where: { $0.long == name }) else {
      let names = known.map(\.spelling)
      throw .unknownOption(
        "--\(name)", suggestion: Suggestion.nearest(to: "--\(name)", among: names))
    }
    if !option.takesValue, value != nil { throw .unexpectedValue(of: option.spelling) }
    return try record(option, typed: option.spelling, attached: value)
  }

  private mutating func takeShort(_ word: String) throws(UsageFault) -> Request? {
    var rest = word.dropFirst()
    while let letter = rest.popFirst() {
      guard let option = known.first(where: { $0.short == letter }) else {
        throw .unknownOption("-\(letter)", suggestion: nil)
      }
      let attached = option.takesValue && !rest.isEmpty ? String(rest) : nil
      if let early = try record(option, typed: "-\(letter)", attached: attached) { return early }
      if option.takesValue { return nil }
    }
    return nil
  }

  /// Notes an option, with its value from the same word or the next.
  private mutating func record(
    _ option: OptionInfo, typed: String, attached: String?
  ) throws(UsageFault) -> Request? {
    var value = attached
    if option.takesValue, value == nil {
      guard let next = words.first, !next.hasPrefix("--") else { throw .missingValue(of: typed) }
      value = next
      words = words.dropFirst()
    }
    if GlobalOptions.help == option || option == GlobalOptions.version
      || option == GlobalOptions.completionScript
    {
      return try early(option, value: value)
    }
    let match = Matches.Option(long: option.long, value: value)
    if command.options.contains(option) {
      matches.options.append(match)
    } else {
      globals.options.append(match)
    }
    return nil
  }

  /// The request of an option that looks at nothing to its right but other global options.
  private func early(_ option: OptionInfo, value: String?) throws(UsageFault) -> Request {
    var global = try GlobalOptions.declaration.build(globals)
    global.wantsJSON = global.wantsJSON || CommandLineParser.wantsJSON(Array(words))
    if option == GlobalOptions.help { return .help(path: path, global) }
    if option == GlobalOptions.version { return .version(global) }
    guard let shell = Shell(rawValue: value ?? "") else {
      throw .badValue(of: option.spelling, text: value ?? "", expected: "bash, zsh or fish")
    }
    return .completionScript(shell)
  }

  private var known: [OptionInfo] {
    command.options + GlobalOptions.infos + (path.count == 1 ? GlobalOptions.rootInfos : [])
  }

  /// No short option is a digit, so that `-1` is a value.
  private func isNumber(_ word: String) -> Bool {
    word.dropFirst().first.map { $0.isASCII && ($0.isNumber || $0 == ".") } ?? false
  }
}
