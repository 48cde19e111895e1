/// A value as SQLite stores it: what parameters are bound to and columns give.
package enum SQLiteValue: Sendable, Hashable {
  case null
  case integer(Int)
  case real(Double)
  case text(String)
  case blob([UInt8])
}

extension SQLiteValue {
  init(_ value: Int?) {
    self = value.map { .integer($0) } ?? .null
  }

  init(_ value: String?) {
    self = value.map { .text($0) } ?? .null
  }

  init(_ value: Double?) {
    self = value.map { .real($0) } ?? .null
  }

  init(_ value: Bool?) {
    self = value.map { .integer($0 ? 1 : 0) } ?? .null
  }

  /// All 64 bits, in the integer that has the same ones.
  init(bits value: UInt64?) {
    self = value.map { .integer(Int(bitPattern: UInt($0))) } ?? .null
  }
}

extension SQLiteValue: ExpressibleByIntegerLiteral, ExpressibleByStringLiteral,
  ExpressibleByNilLiteral
{
  package init(integerLiteral value: Int) { self = .integer(value) }
  package init(stringLiteral value: String) { self = .text(value) }
  package init(nilLiteral: ()) { self = .null }
}
