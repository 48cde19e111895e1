extension DataType {
  /// The narrowest type that holds every value of both; nil where there is none.
  package func joined(with other: DataType) -> DataType? {
    if self == other || other == .unseen { return self }
    if self == .unseen { return other }
    if let (digits, scale) = exactDigits, let (others, otherScale) = other.exactDigits {
      return DataType.exact(self, other, digits: max(digits, others), max(scale, otherScale))
    }
    switch (self, other) {
    case (.row(let a), .row(let b)): return DataType.joined(a, b)
    case (.array(let a), .array(let b)): return a.joined(with: b).map { .array($0) }
    case (.map(let key, let value), .map(let otherKey, let otherValue)):
      guard let key = key.joined(with: otherKey), let value = value.joined(with: otherValue)
      else { return nil }
      return .map(key: key, value: value)
    case (.real, .double), (.double, .real): return .double
    // A double holds all integers of up to 53 bits.
    case (.tinyint, .real), (.real, .tinyint), (.smallint, .real), (.real, .smallint): return .real
    case (.integer, .real), (.real, .integer): return .double
    case (.tinyint, .double), (.smallint, .double), (.integer, .double): return .double
    case (.double, .tinyint), (.double, .smallint), (.double, .integer): return .double
    default: return nil
    }
  }

  /// For integers and decimals: digits before the point, and behind it.
  private var exactDigits: (digits: Int, scale: Int)? {
    switch self {
    case .tinyint: (3, 0)
    case .smallint: (5, 0)
    case .integer: (10, 0)
    case .bigint: (19, 0)
    case .decimal(let precision, let scale): (precision - scale, scale)
    default: nil
    }
  }

  private static func exact(
    _ a: DataType, _ b: DataType, digits: Int, _ scale: Int
  ) -> DataType? {
    let integers: [DataType] = [.tinyint, .smallint, .integer, .bigint]
    if let one = integers.firstIndex(of: a), let other = integers.firstIndex(of: b) {
      return integers[max(one, other)]
    }
    return digits + scale <= 38 ? .decimal(precision: digits + scale, scale: scale) : nil
  }

  /// Fields of both rows, by name.
  private static func joined(_ a: [Field], _ b: [Field]) -> DataType? {
    var joined = Schema(a)
    for field in b {
      guard let place = joined.index(of: field.name) else {
        joined.fields.append(field)
        continue
      }
      guard let type = joined.fields[place].type.joined(with: field.type) else { return nil }
      joined.fields[place].type = type
    }
    return .row(joined.fields)
  }
}
