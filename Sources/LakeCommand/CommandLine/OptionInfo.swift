/// One thing that a command takes by name, as help, completion and the parser see it.
package struct OptionInfo: Sendable, Hashable {
  /// Without the dashes.
  package var long: String
  package var short: Character?
  /// What help shows for the value; nil for a flag.
  package var valueName: String?
  package var help: String
  /// Every value there is, where they can be counted.
  package var choices: [String] = []
  package var completion: Completion = .none

  package var takesValue: Bool { valueName != nil }

  /// As it is typed: `--scale`.
  package var spelling: String { "--\(long)" }
}

/// One thing that a command takes by its place.
package struct ArgumentInfo: Sendable, Hashable {
  package enum Arity: Sendable, Hashable {
    case one
    case optional
    case oneOrMore
    case zeroOrMore
  }

  /// In capitals: `DIR`.
  package var name: String
  package var help: String
  package var arity: Arity
  package var completion: Completion = .none

  package var isRequired: Bool { arity == .one || arity == .oneOrMore }

  /// As the usage line shows it: `IN...`, `[TOPIC]`.
  package var usage: String {
    switch arity {
    case .one: name
    case .optional: "[\(name)]"
    case .oneOrMore: "\(name)..."
    case .zeroOrMore: "[\(name)...]"
    }
  }
}

/// What a shell offers for a value.
package enum Completion: Sendable, Hashable {
  case none
  case files
  case directories
}

/// A line that can be typed as it stands, with a sentence that says what it does. Every example of
/// every command is run or parsed by a test.
package struct Example: Sendable, Hashable {
  package var line: String
  package var explanation: String

  package init(_ line: String, _ explanation: String) {
    self.line = line
    self.explanation = explanation
  }
}
