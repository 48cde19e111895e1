import LakeCore

/// What a record of a subject says about consent. Everything but `granted` means no.
package enum GrantAnswer: Int, Sendable, Hashable, CaseIterable {
  case granted
  /// The key is absent, or null.
  case missing
  /// 0 or less, where a moment should be.
  case zeroOrNegative
  case emptyText
  /// Text where a moment should be.
  case text
  case notANumber
  /// A moment that has not come yet.
  case future
  /// The condition of GRANTED WHEN is not true.
  case refused

  /// As plans and runs call it.
  package var explanation: String {
    switch self {
    case .granted: "granted"
    case .missing: "missing or null"
    case .zeroOrNegative: "0 or negative"
    case .emptyText: "an empty text"
    case .text: "text"
    case .notANumber: "not a number"
    case .future: "in the future"
    case .refused: "not true"
    }
  }
}

/// How the grant is read from a value of its column.
package enum GrantUnit: String, Sendable, Hashable {
  case milliseconds
  case seconds
  /// The column is a date or a timestamp.
  case moment

  /// The moment that a value stands for, in microseconds since 1970, or why it stands for none. Of
  /// a moment in the future, when it comes.
  package func read(
    _ value: Value, type: DataType, startedAt: Int64
  ) -> (answer: GrantAnswer, since: Int64) {
    switch value {
    case .null: return (.missing, 0)
    case .string(let text): return (text.isEmpty ? .emptyText : .text, 0)
    case .int(let number): return read(Int128(number), type, startedAt)
    case .int128(let number): return read(number, type, startedAt)
    case .double(let number): return read(number, startedAt)
    case .float(let number): return read(Double(number), startedAt)
    case .bool, .bytes, .list, .row: return (.text, 0)
    }
  }

  private func read(
    _ number: Int128, _ type: DataType, _ startedAt: Int64
  ) -> (answer: GrantAnswer, since: Int64) {
    guard number > 0 else { return (.zeroOrNegative, 0) }
    let (micros, overflow) = number.multipliedReportingOverflow(by: scale(of: type))
    guard !overflow, let since = Int64(exactly: micros) else { return (.future, .max) }
    return (since <= startedAt ? .granted : .future, since)
  }

  private func read(
    _ number: Double, _ startedAt: Int64
  ) -> (answer: GrantAnswer, since: Int64) {
    guard number == number else { return (.notANumber, 0) }
    guard number > 0 else { return (.zeroOrNegative, 0) }
    let micros = number * Double(self == .seconds ? 1_000_000 : 1000)
    guard let since = Int64(exactly: micros.rounded()) else { return (.future, .max) }
    return (since <= startedAt ? .granted : .future, since)
  }

  /// Microseconds in one of what the column counts.
  private func scale(of type: DataType) -> Int128 {
    switch self {
    case .milliseconds: 1000
    case .seconds: 1_000_000
    case .moment: type == .date ? 86_400_000_000 : 1
    }
  }

  /// Whether a column of a type can hold the grant. Text can: it grants nothing, and is counted.
  func fits(_ type: DataType) -> Bool {
    switch type {
    case .varchar, .unseen: return true
    case .date, .timestamp, .localTimestamp: return self == .moment
    case .tinyint, .smallint, .integer, .bigint, .real, .double: return self != .moment
    case .decimal(_, let scale): return self != .moment && scale == 0
    default: return false
    }
  }
}
