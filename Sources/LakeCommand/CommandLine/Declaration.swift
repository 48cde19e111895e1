/// A command's whole interface as data: what it is called, what it takes, and how each thing lands
/// in a value of the type `Options`.
///
///     struct Inspect: Sendable {
///       var files: [String] = []
///       var isExact = false
///
///       static let declaration = Declaration(
///         name: "inspect",
///         summary: "Say what a file is",
///         initial: Inspect(),
///         arguments: [.oneOrMore("FILE", .file, "Files to look at.") { $0.files.append($1) }],
///         options: [.flag("exact", "Read every record.") { $0.isExact = true }],
///         examples: [Example("lake inspect a.json", "What is in a.json.")])
///     }
///
/// Parsing, help, completion and the tests all read the same declaration, so that they cannot
/// disagree.
package struct Declaration<Options: Sendable>: Sendable {
  package let name: String
  /// One line, without a full stop.
  package let summary: String
  /// Paragraphs below the summary, separated by empty lines.
  package let discussion: String
  package let initial: Options
  package let arguments: [ArgumentDeclaration<Options>]
  package let options: [OptionDeclaration<Options>]
  package let examples: [Example]

  package init(
    name: String, summary: String, discussion: String = "", initial: Options,
    arguments: [ArgumentDeclaration<Options>] = [], options: [OptionDeclaration<Options>] = [],
    examples: [Example] = []
  ) {
    self.name = name
    self.summary = summary
    self.discussion = discussion
    self.initial = initial
    self.arguments = arguments
    self.options = options
    self.examples = examples
  }

  /// Turns what was typed into options, or says what is wrong with it.
  package func build(_ matches: Matches) throws(UsageFault) -> Options {
    var result = initial
    for match in matches.options {
      guard let option = options.first(where: { $0.info.long == match.long }) else { continue }
      try option.apply(&result, match.value)
    }
    let shares = try shareOut(matches.positionals)
    for (argument, values) in zip(arguments, shares) {
      for value in values {
        try argument.apply(&result, value)
      }
    }
    return result
  }

  /// Deals the positional values out to the arguments: those after a repeated one keep theirs.
  private func shareOut(_ values: [String]) throws(UsageFault) -> [ArraySlice<String>] {
    var shares: [ArraySlice<String>] = []
    var rest = values[...]
    for (index, argument) in arguments.enumerated() {
      let wantedLater = arguments[(index + 1)...].count { $0.info.isRequired }
      let available = rest.count - wantedLater
      let taken: Int
      switch argument.info.arity {
      case .one: taken = 1
      case .optional: taken = available > 0 ? 1 : 0
      case .oneOrMore: taken = max(1, available)
      case .zeroOrMore: taken = max(0, available)
      }
      guard rest.count >= taken else { throw .missingArgument(argument.info.name) }
      shares.append(rest.prefix(taken))
      rest = rest.dropFirst(taken)
    }
    if let extra = rest.first { throw .unexpectedArgument(extra) }
    return shares
  }
}

/// A declared option together with what it does to the command's options.
package struct OptionDeclaration<Options: Sendable>: Sendable {
  package let info: OptionInfo
  private let set: @Sendable (inout Options, String?) throws -> Void

  package func apply(_ options: inout Options, _ value: String?) throws(UsageFault) {
    do {
      try set(&options, value)
    } catch {
      throw .wrap(error)
    }
  }

  package static func flag(
    _ long: String, short: Character? = nil, _ help: String,
    set: @escaping @Sendable (inout Options) -> Void
  ) -> Self {
    OptionDeclaration(info: OptionInfo(long: long, short: short, help: help)) { options, _ in
      set(&options)
    }
  }

  package static func option<Value>(
    _ long: String, short: Character? = nil, _ valueName: String, _ parser: ValueParser<Value>,
    _ help: String, set: @escaping @Sendable (inout Options, Value) -> Void
  ) -> Self {
    let info = OptionInfo(
      long: long, short: short, valueName: valueName, help: help, choices: parser.choices,
      completion: parser.completion)
    return OptionDeclaration(info: info) { options, text in
      let text = text ?? ""
      guard let value = parser.parse(text) else {
        throw UsageFault.badValue(of: info.spelling, text: text, expected: parser.expected)
      }
      set(&options, value)
    }
  }
}

/// A declared positional argument together with what it does to the command's options.
package struct ArgumentDeclaration<Options: Sendable>: Sendable {
  package let info: ArgumentInfo
  private let set: @Sendable (inout Options, String) throws -> Void

  package func apply(_ options: inout Options, _ value: String) throws(UsageFault) {
    do {
      try set(&options, value)
    } catch {
      throw .wrap(error)
    }
  }

  package static func one<Value>(
    _ name: String, _ parser: ValueParser<Value>, _ help: String,
    set: @escaping @Sendable (inout Options, Value) -> Void
  ) -> Self { make(name, .one, parser, help, set) }

  package static func optional<Value>(
    _ name: String, _ parser: ValueParser<Value>, _ help: String,
    set: @escaping @Sendable (inout Options, Value) -> Void
  ) -> Self { make(name, .optional, parser, help, set) }

  /// At most one argument of a command is repeated.
  package static func oneOrMore<Value>(
    _ name: String, _ parser: ValueParser<Value>, _ help: String,
    set: @escaping @Sendable (inout Options, Value) -> Void
  ) -> Self { make(name, .oneOrMore, parser, help, set) }

  package static func zeroOrMore<Value>(
    _ name: String, _ parser: ValueParser<Value>, _ help: String,
    set: @escaping @Sendable (inout Options, Value) -> Void
  ) -> Self { make(name, .zeroOrMore, parser, help, set) }

  private static func make<Value>(
    _ name: String, _ arity: ArgumentInfo.Arity, _ parser: ValueParser<Value>, _ help: String,
    _ set: @escaping @Sendable (inout Options, Value) -> Void
  ) -> Self {
    let info = ArgumentInfo(name: name, help: help, arity: arity, completion: parser.completion)
    return ArgumentDeclaration(info: info) { options, text in
      guard let value = parser.parse(text) else {
        throw UsageFault.badValue(of: name, text: text, expected: parser.expected)
      }
      set(&options, value)
    }
  }
}
