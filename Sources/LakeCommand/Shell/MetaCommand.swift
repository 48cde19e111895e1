import LakeCore

/// A command of the shell itself: a line that begins with a dot, or with a back-slash as in psql.
struct MetaCommand: Sendable {
  /// What the shell does, with the words behind the name.
  typealias Action = @Sendable (SQLShell, [String]) throws -> Void

  let name: String
  /// As psql calls it, without the back-slash.
  let short: String?
  /// What stands behind the name: `[TABLE]`.
  let usage: String
  let help: String
  let argument: Argument
  let run: Action

  /// What can be completed behind the name.
  enum Argument: Sendable {
    case none, table, file
    case words([String])
  }

  init(
    _ name: String, short: String? = nil, _ usage: String = "", _ help: String,
    argument: Argument = .none, run: @escaping Action
  ) {
    self.name = name
    self.short = short
    self.usage = usage
    self.help = help
    self.argument = argument
    self.run = run
  }

  /// How it is typed, first the long way.
  var spellings: [String] { [".\(name)"] + (short.map { ["\\\($0)"] } ?? []) }

  /// Whether a line is one for the shell.
  static func isMeta(_ line: some StringProtocol) -> Bool {
    guard let first = line.first(where: { !$0.isWhitespace }) else { return false }
    return first == "." || first == "\\"
  }

  /// What other shells call things that are called otherwise here.
  private static let otherNames = [
    "?": "help", "h": "help", "exit": "quit", "e": "quit", "dt": "tables", "indexes": "tables",
    "desc": "describe", "i": "read", "o": "output", "g": "once", "dv": "views", "df": "functions",
    "l": "databases", "dn": "databases", "timing": "timer", "settings": "show", "maxrows": "rows",
    "limit": "rows", "maxwidth": "width", "pset": "mode", "format": "mode",
  ]

  /// The command of a name, with or without its mark.
  static func named(_ word: String) -> MetaCommand? {
    let bare = word.drop { $0 == "." || $0 == "\\" }.lowercased()
    let name = otherNames[bare] ?? bare
    return all.first { $0.name == name || $0.short == name }
  }

  static func unknown(_ word: String) -> LakeError {
    let mark = word.hasPrefix("\\") ? "\\" : "."
    let bare = String(word.drop { $0 == "." || $0 == "\\" })
    let names = all.map(\.name)
    let nearest = Suggestion.nearest(to: bare, among: names).map { "Did you mean '.\($0)'?" }
    return LakeError(
      .invalidInput, "there is no command '\(mark)\(bare)'", hint: nearest ?? "See .help.")
  }

  /// The words of a line: blanks separate them, quotes hold them together.
  static func words(of line: String) -> [String] {
    var words: [String] = []
    var word: String?
    var quote: Character?
    for character in line {
      if character == quote {
        quote = nil
      } else if quote == nil, character == "'" || character == "\"" {
        quote = character
        word = word ?? ""
      } else if quote == nil, character.isWhitespace || character == ";" {
        if let done = word { words.append(done) }
        word = nil
      } else {
        word = (word ?? "") + String(character)
      }
    }
    return words + (word.map { [$0] } ?? [])
  }
}
