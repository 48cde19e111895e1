/// How two values are compared.
package enum Comparison: Sendable, Hashable, CaseIterable {
  case equal, notEqual, less, lessOrEqual, greater, greaterOrEqual
  /// IS DISTINCT FROM and its opposite: null is a value like any other.
  case distinct, notDistinct

  /// The comparison that holds for (b, a) where this one holds for (a, b).
  package var swapped: Comparison {
    switch self {
    case .less: .greater
    case .lessOrEqual: .greaterOrEqual
    case .greater: .less
    case .greaterOrEqual: .lessOrEqual
    case .equal, .notEqual, .distinct, .notDistinct: self
    }
  }

  var isOrdering: Bool {
    switch self {
    case .less, .lessOrEqual, .greater, .greaterOrEqual: true
    case .equal, .notEqual, .distinct, .notDistinct: false
    }
  }
}

extension DataType {
  /// Whether `<` is defined: not for maps and json, nor for what holds them.
  package var isOrderable: Bool {
    switch self {
    case .map, .json: false
    case .array(let element): element.isOrderable
    case .row(let fields): fields.allSatisfy { $0.type.isOrderable }
    default: true
    }
  }
}

/// Comparison of two vectors of one type, as Trino has it:
///
/// - `=` and `<` are null where a side is null. IS DISTINCT FROM never is.
/// - Text is compared by its bytes, json too. −0 equals 0.
/// - NaN: `=` and all orders are false, `<>` is true, as in IEEE 754. For IS DISTINCT FROM, for
///   hashes and where lists and rows are ordered, NaN equals itself and comes after all numbers.
/// - Lists and rows are equal when their members are, different when one pair of members or the
///   length is, and else null if a null was met. Maps likewise, in any order of their entries.
/// - Lists and rows are ordered by the first members that differ. A null that is met before is
///   neither here nor there: the row is a failure.
extension Kernels {
  package func compare(
    _ comparison: Comparison, _ left: ColumnVector, _ right: ColumnVector
  ) throws(LakeError) -> CheckedVector {
    var memo = DictionaryMemo()
    return try compare(comparison, left, right, memo: &memo)
  }

  /// As above; `memo` belongs to this comparison with this constant.
  package func compare(
    _ comparison: Comparison, _ left: ColumnVector, _ right: ColumnVector,
    memo: inout DictionaryMemo
  ) throws(LakeError) -> CheckedVector {
    guard left.type == right.type, left.count == right.count else {
      throw LakeError(
        .internal, "a comparison of \(left.count) \(left.type) and \(right.count) \(right.type)")
    }
    if comparison.isOrdering, !left.type.isOrderable {
      throw LakeError(.invalidInput, "values of type \(left.type) have no order")
    }
    let outcome = try compareForms(comparison, left, right, &memo)
    return outcome.checked(.ordering(left, right))
  }

  /// Brings a constant to the right and a dictionary to flat.
  private func compareForms(
    _ comparison: Comparison, _ left: ColumnVector, _ right: ColumnVector,
    _ memo: inout DictionaryMemo
  ) throws(LakeError) -> Outcome {
    if let known = try compareNull(comparison, left, right) { return Outcome(known) }
    if case .constant(let a) = left.form {
      guard case .constant(let b) = right.form else {
        return try compareForms(comparison.swapped, right, left, &memo)
      }
      let one = try compareColumns(comparison, a, b, type: left.type, isConstant: false)
      return try constantOutcome(one, count: left.count)
    }
    guard case .constant(let constant) = right.form else {
      return try compareColumns(
        comparison, try left.flattened(self), try right.flattened(self), type: left.type,
        isConstant: false)
    }
    // A null is no value of the dictionary, so IS DISTINCT FROM is left to the rows.
    if case .dictionary(let column) = left.form, comparison != .distinct,
      comparison != .notDistinct
    {
      let entry = try memo.entry(for: column, type: left.type) {
        (values) throws(LakeError) -> Outcome in
        try compareColumns(
          comparison, try values.flattened(self), constant, type: values.type, isConstant: true)
      }
      if let entry { return try look(up: entry, for: column, keepsForm: false) }
    }
    return try compareColumns(
      comparison, try left.flattened(self), constant, type: left.type, isConstant: true)
  }

  /// The answer where a side is nothing but null.
  private func compareNull(
    _ comparison: Comparison, _ left: ColumnVector, _ right: ColumnVector
  ) throws(LakeError) -> ColumnVector? {
    guard left.isConstantNull || right.isConstantNull else { return nil }
    let other = left.isConstantNull ? right : left
    switch comparison {
    case .distinct: return try isNotNull(other)
    case .notDistinct: return try isNull(other)
    default: return try constant(nil, count: left.count)
    }
  }

  func constantOutcome(_ one: Outcome, count: Int) throws(LakeError) -> Outcome {
    let flat = try one.vector.flattened(self)
    let vector = ColumnVector(type: one.vector.type, constant: flat, count: count)
    guard one.failed != nil else { return Outcome(vector) }
    return Outcome(
      vector, failed: try Bitmap(repeating: true, count: count, tracker: tracker))
  }

  /// Two flat columns, or one and the single row of a constant that is not null.
  private func compareColumns(
    _ comparison: Comparison, _ left: FlatColumn, _ right: FlatColumn, type: DataType,
    isConstant: Bool
  ) throws(LakeError) -> Outcome {
    let right =
      isConstant && type.isNested ? try repeated(right, type: type, count: left.count) : right
    let rightValidity = isConstant ? nil : right.validity
    let count = left.count
    let (bytes, members, failed) = try compareValues(
      comparison, left, right, type: type, isConstant: isConstant)
    if comparison == .distinct || comparison == .notDistinct {
      try mixNulls(
        into: bytes, left.validity, rightValidity, count: count,
        differs: comparison == .distinct ? 1 : 0)
      return Outcome(booleans(bytes, count: count, validity: nil))
    }
    var validity = try Bitmap.intersection(left.validity, rightValidity, tracker: tracker)
    let raised = try Bitmap.intersection(failed, validity, tracker: tracker)
    validity = try Bitmap.intersection(validity, members, tracker: tracker)
    if failed != nil, let raised {
      validity = try Bitmap.subtracting(raised, from: validity, tracker: tracker)
      return Outcome(booleans(bytes, count: count, validity: validity), failed: raised)
    }
    return Outcome(booleans(bytes, count: count, validity: validity))
  }

  /// The bytes of the answer as if no row were null; for nested types the answers that nulls among
  /// the members take away, and the rows that fail.
  private func compareValues(
    _ comparison: Comparison, _ left: FlatColumn, _ right: FlatColumn, type: DataType,
    isConstant: Bool
  ) throws(LakeError) -> (bytes: Buffer, members: Bitmap?, failed: Bitmap?) {
    let count = left.count
    switch (left.values, right.values) {
    case (.fixed(let a), .fixed(let b)):
      let pair = FixedPair(left: a, right: b, count: count, isConstant: isConstant)
      return (try compareFixed(comparison, pair, type: type), nil, nil)
    case (.strings(let a), .strings(let b)):
      let bytes = try compareStrings(comparison, a, b, count: count, isConstant: isConstant)
      return (bytes, nil, nil)
    default:
      let (a, b) = (ColumnVector(type: type, flat: left), ColumnVector(type: type, flat: right))
      if comparison.isOrdering { return try orderNested(comparison, a, b) }
      let (bytes, members) = try equateNested(comparison, left, right, type: type)
      return (bytes, members, nil)
    }
  }

  /// Rows where one side is null differ, rows where both are do not.
  private func mixNulls(
    into bytes: Buffer, _ left: Bitmap?, _ right: Bitmap?, count: Int, differs: UInt8
  ) throws(LakeError) {
    if left == nil, right == nil { return }
    let out = bytes.pointer(as: UInt8.self)
    for row in 0..<count {
      let a = left.map { Bitmap.bit($0.words, row) } ?? true
      let b = right.map { Bitmap.bit($0.words, row) } ?? true
      if a && b { continue }
      out[row] = a != b ? differs : 1 ^ differs
    }
  }
}
