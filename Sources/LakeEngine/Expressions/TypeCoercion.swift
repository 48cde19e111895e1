import LakeCore

/// Which types stand for which others without a CAST, as in Trino:
///
///     tinyint → smallint → integer → bigint → decimal → real → double
///     date → timestamp without zone → timestamp
///     unknown → anything
///
/// An integer becomes a decimal of as many digits as its type has (3, 5, 10, 19). Two decimals meet
/// in one that has the digits of both before and behind the point, but never more than 38 in all.
/// Arrays, maps and rows follow their members; rows of equal length meet under the names of the
/// first.
///
/// Text is never read as a number or a date by itself, nor numbers written as text: a comparison of
/// a varchar with a number is a mistake that is told, not one that is guessed at. json is no
/// varchar either.
package enum TypeCoercion {
  /// The type that values of both types have in a comparison, a CASE, an IN or a UNION; nil where
  /// there is none.
  package static func common(_ a: DataType, _ b: DataType) -> DataType? {
    if a == b { return a }
    switch (a, b) {
    case (.unseen, _): return b
    case (_, .unseen): return a
    case (.array(let x), .array(let y)): return common(x, y).map { .array($0) }
    case (.map(let k, let v), .map(let l, let w)):
      guard let key = common(k, l), let value = common(v, w) else { return nil }
      return .map(key: key, value: value)
    case (.row(let x), .row(let y)): return commonRow(x, y)
    case (.decimal, .decimal), (.decimal, _), (_, .decimal): return commonDecimal(a, b)
    default: return commonScalar(a, b)
    }
  }

  /// Whether a value of one type may stand where another is asked for, without a CAST.
  package static func canCoerce(_ from: DataType, to target: DataType) -> Bool {
    if from == target { return true }
    switch (from, target) {
    case (.unseen, _): return true
    case (.array(let x), .array(let y)): return canCoerce(x, to: y)
    case (.map(let k, let v), .map(let l, let w)):
      return canCoerce(k, to: l) && canCoerce(v, to: w)
    case (.row(let x), .row(let y)):
      return x.count == y.count && zip(x, y).allSatisfy { canCoerce($0.type, to: $1.type) }
    default: return common(from, target) == target
    }
  }

  /// The decimal that holds all values of an integer type; a decimal itself.
  static func decimal(holding type: DataType) -> (precision: Int, scale: Int)? {
    switch type {
    case .tinyint: (3, 0)
    case .smallint: (5, 0)
    case .integer: (10, 0)
    case .bigint: (19, 0)
    case .decimal(let precision, let scale): (precision, scale)
    default: nil
    }
  }

  private static func commonDecimal(_ a: DataType, _ b: DataType) -> DataType? {
    if a == .double || b == .double { return .double }
    if a == .real || b == .real { return .real }
    guard let x = decimal(holding: a), let y = decimal(holding: b) else { return nil }
    let scale = max(x.scale, y.scale)
    let whole = max(x.precision - x.scale, y.precision - y.scale)
    return .decimal(precision: min(DecimalText.precisionMax, whole + scale), scale: scale)
  }

  private static let ladders: [[DataType]] = [
    [.tinyint, .smallint, .integer, .bigint, .real, .double],
    [.date, .localTimestamp, .timestamp],
  ]

  private static func commonScalar(_ a: DataType, _ b: DataType) -> DataType? {
    for ladder in ladders {
      if let x = ladder.firstIndex(of: a), let y = ladder.firstIndex(of: b) {
        return ladder[max(x, y)]
      }
    }
    return nil
  }

  private static func commonRow(_ x: [Field], _ y: [Field]) -> DataType? {
    guard x.count == y.count else { return nil }
    var fields: [Field] = []
    for (first, second) in zip(x, y) {
      guard let type = common(first.type, second.type) else { return nil }
      fields.append(Field(first.name, type, isNullable: first.isNullable || second.isNullable))
    }
    return .row(fields)
  }
}
