import LakeCore
import LakeFormats

/// Which type a column can take on so that it keeps all it had and takes what is new.
enum TypeWidening {
  /// The type that a column of type `old` gets where its files say `new` and were `seen`: the old
  /// one where all fits, a wider one where nothing is lost, nil where something would be.
  static func widened(_ old: DataType, to new: DataType, _ seen: TypeEvidence) -> DataType? {
    if old == new || new == .unseen { return old }
    if old == .unseen { return new }
    switch (old, new) {
    case (.row(let oldFields), .row(let newFields)):
      return row(oldFields, newFields, seen)
    case (.array(let oldElement), .array(let newElement)):
      let element = seen.element.first ?? TypeEvidence()
      return widened(oldElement, to: newElement, element).map { .array($0) }
    default:
      break
    }
    if seen.fits(old) { return old }
    if isLossless(old, new) { return new }
    // A few values stand against the type of all others: rejects, as in a new table.
    return outliersOnly(old, new, seen) ? old : nil
  }

  /// Whether every value of one type is read as a value of another without a loss.
  static func holds(_ wide: DataType, _ narrow: DataType) -> Bool {
    if wide == narrow || narrow == .unseen { return true }
    switch (wide, narrow) {
    case (.row(let fields), .row(let others)):
      return others.allSatisfy { other in
        fields.contains {
          $0.name.lowercased() == other.name.lowercased() && holds($0.type, other.type)
        }
      }
    case (.array(let element), .array(let other)): return holds(element, other)
    case (.map(let key, let value), .map(let otherKey, let otherValue)):
      return holds(key, otherKey) && holds(value, otherValue)
    // Without the digits themselves at hand, only what a double surely holds.
    case (.double, .bigint): return false
    case (.decimal, .double), (.decimal, .real): return false
    default: return isLossless(narrow, wide)
    }
  }

  private static func row(
    _ old: [Field], _ new: [Field], _ seen: TypeEvidence
  ) -> DataType? {
    var fields = old
    for field in new {
      let place = fields.firstIndex { $0.name.lowercased() == field.name.lowercased() }
      guard let place else {
        fields.append(field)
        continue
      }
      let member = seen.members.first { $0.name.lowercased() == field.name.lowercased() }
      guard let type = widened(fields[place].type, to: field.type, member?.evidence ?? .init())
      else { return nil }
      fields[place].type = type
    }
    return .row(fields)
  }

  /// Whether every value of one type is also one of the other, the values being numbers as they
  /// are written.
  private static func isLossless(_ old: DataType, _ new: DataType) -> Bool {
    if let a = integerWidth(old), let b = integerWidth(new) { return a <= b }
    switch (old, new) {
    // What was read as an integer was seen by whoever decided for doubles: it fits in 2^53.
    case (_, .double): return integerWidth(old) != nil || old == .real
    case (.double, .decimal), (.real, .decimal): return true
    case (.decimal(let p, let s), .decimal(let q, let t)): return t >= s && q - t >= p - s
    case (_, .decimal(let precision, let scale)):
      return integerWidth(old) != nil && precision - scale >= 19
    default: return false
    }
  }

  private static func integerWidth(_ type: DataType) -> Int? {
    switch type {
    case .tinyint: 1
    case .smallint: 2
    case .integer: 4
    case .bigint: 8
    default: nil
    }
  }

  /// Whether the decision is for the type that is there, in its widest form, but for a few values.
  private static func outliersOnly(
    _ old: DataType, _ new: DataType, _ seen: TypeEvidence
  ) -> Bool {
    seen.decision.outlierCount > 0 && new != .varchar && integerWidth(old) != nil
      && integerWidth(new) != nil
  }
}
