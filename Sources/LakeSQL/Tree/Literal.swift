/// A value that stands in the text. Numbers keep their digits: which type they have is the binder's
/// matter.
package enum Literal: Sendable, Hashable {
  case null
  case boolean(Bool)
  /// Digits only.
  case integer(String)
  /// Digits with a point among them: `1.50`.
  case decimal(String)
  /// A number with an exponent: `1e3`.
  case double(String)
  /// What stands between the quotes, with `''` resolved.
  case string(String)
  /// `X'00ff'`.
  case binary([UInt8])
  /// `DATE '2024-05-31'`: the text, not yet checked.
  case date(String)
  case time(String)
  case timestamp(String)
  case interval(IntervalLiteral)
}

/// `INTERVAL '3' DAY`, `INTERVAL -'1-2' YEAR TO MONTH`.
package struct IntervalLiteral: Sendable, Hashable {
  package enum Unit: String, Sendable, Hashable, CaseIterable {
    case year = "YEAR"
    case quarter = "QUARTER"
    case month = "MONTH"
    case week = "WEEK"
    case day = "DAY"
    case hour = "HOUR"
    case minute = "MINUTE"
    case second = "SECOND"
    case millisecond = "MILLISECOND"
  }

  package var isNegative: Bool
  /// What stands between the quotes, not yet checked.
  package var text: String
  package var unit: Unit
  /// `TO SECOND`.
  package var lastUnit: Unit?

  package init(isNegative: Bool = false, text: String, unit: Unit, lastUnit: Unit? = nil) {
    self.isNegative = isNegative
    self.text = text
    self.unit = unit
    self.lastUnit = lastUnit
  }
}
