import LakeCore

/// What is wrong with a command line, as data. `UsageFailure` makes the text.
package enum UsageFault: Error, Sendable, Equatable {
  /// As it was typed, with the closest option there is.
  case unknownOption(String, suggestion: String?)
  case unknownCommand(String, suggestion: String?)
  case unknownTopic(String, suggestion: String?)
  case missingCommand
  case missingValue(of: String)
  case unexpectedValue(of: String)
  case missingArgument(String)
  case unexpectedArgument(String)
  case badValue(of: String, text: String, expected: String)
  /// A value with a grammar of its own, and what is wrong with it.
  case faultyValue(of: String, fault: String, hint: String?)
  /// Options or arguments that are right by themselves and wrong together.
  case contradiction(String)

  /// An error out of a setter, of which all are faults already.
  static func wrap(_ error: any Error) -> UsageFault {
    (error as? UsageFault) ?? .contradiction("\(error)")
  }
}

/// A fault and the command that it was found at.
package struct UsageFailure: Error, Sendable {
  package let fault: UsageFault
  /// The usage line of the command: `lake generate stedi [OPTIONS] DIR`.
  package let usage: String
  /// What to type for help: `lake generate stedi`.
  package let path: String

  package init(_ fault: UsageFault, usage: String, path: String) {
    self.fault = fault
    self.usage = usage
    self.path = path
  }

  /// One sentence without a full stop.
  package var message: String {
    switch fault {
    case .unknownOption(let typed, _): "unknown option '\(typed)'"
    case .unknownCommand(let typed, _): "unknown command '\(typed)'"
    case .unknownTopic(let typed, _): "no help on '\(typed)'"
    case .missingCommand: "missing a subcommand of '\(path)'"
    case .missingValue(let option): "missing value for '\(option)'"
    case .unexpectedValue(let option): "the option '\(option)' takes no value"
    case .missingArgument(let name): "missing expected argument '\(name)'"
    case .unexpectedArgument(let typed): "unexpected argument '\(typed)'"
    case .badValue(let name, let text, let expected):
      "the value '\(text)' is invalid for '\(name)': expected \(expected)"
    case .faultyValue(let name, let fault, _): "the value of '\(name)' is invalid: \(fault)"
    case .contradiction(let text): text
    }
  }

  /// What to do about it.
  package var hint: String {
    switch fault {
    case .unknownOption(_, let suggestion?): "Did you mean '\(suggestion)'?"
    case .unknownCommand(_, let suggestion?), .unknownTopic(_, let suggestion?):
      "Did you mean '\(suggestion)'?"
    case .missingValue(let option):
      "A value that begins with two dashes is written '\(option)=--value'."
    case .unexpectedArgument(let typed) where typed.contains("*"):
      "See '\(path) --help'; a pattern is put in quotes."
    case .faultyValue(_, _, let hint?): hint
    default: "See '\(path) --help'."
    }
  }
}
