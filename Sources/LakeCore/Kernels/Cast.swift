/// What becomes of a value that the target type cannot hold.
package enum CastMode: Sendable, Hashable {
  /// CAST: null, and the row is a failure.
  case strict
  /// TRY_CAST: null.
  case orNull
}

/// Casts between types, as Trino has them where Trino has them:
///
/// - *numbers*: out of range fails; doubles and decimals are rounded to the nearest, halves away
///   from zero; a double becomes the decimal of its shortest text; a double too large for real is
///   infinity; NaN has no integer and no decimal; every number but 0 is true.
/// - *text*: numbers as `IntegerText`, `DecimalText` and `DoubleText` read and write them, with
///   nothing around them; `true`, `t`, `1`, `false`, `f`, `0` in any case.
/// - *time*: a date is the midnight of its day, and a timestamp's date that of its day, in UTC.
/// - *json*: a value as JSON text, and a JSON scalar as a value; JSON null is null.
/// - *nested*: member by member; row fields by name, or by position where no name fits. A value
///   fails if anything in it does.
/// - `unseen` becomes anything: it is null.
///
/// All rows in memory are cast. What fails in rows that are null, unselected or behind no index is
/// no failure.
extension Kernels {
  package func cast(
    _ vector: ColumnVector, to target: DataType, _ mode: CastMode = .strict
  ) throws(LakeError) -> CheckedVector {
    var memo = DictionaryMemo()
    return try cast(vector, to: target, mode, memo: &memo)
  }

  /// As above; `memo` belongs to this cast, and keeps what became of a dictionary.
  package func cast(
    _ vector: ColumnVector, to target: DataType, _ mode: CastMode = .strict,
    memo: inout DictionaryMemo
  ) throws(LakeError) -> CheckedVector {
    if vector.type == target { return CheckedVector(vector) }
    guard vector.type.canCast(to: target) else {
      throw LakeError(.invalidInput, "values of type \(vector.type) cannot be cast to \(target)")
    }
    let outcome = try castForms(vector, target, &memo)
    switch mode {
    case .strict: return outcome.checked(.cast(vector, to: target))
    case .orNull: return CheckedVector(outcome.vector)
    }
  }

  private func castForms(
    _ vector: ColumnVector, _ target: DataType, _ memo: inout DictionaryMemo
  ) throws(LakeError) -> Outcome {
    if vector.isConstantNull {
      return Outcome(try .nulls(type: target, count: vector.count))
    }
    switch vector.form {
    case .constant(let one):
      return try constantOutcome(
        try castFlat(one, from: vector.type, to: target), count: vector.count)
    case .dictionary(let column):
      let entry = try memo.entry(for: column, type: vector.type) {
        (values) throws(LakeError) -> Outcome in
        try castFlat(try values.flattened(self), from: values.type, to: target)
      }
      if let entry { return try look(up: entry, for: column, keepsForm: true) }
      return try castFlat(try vector.flattened(self), from: vector.type, to: target)
    case .flat(let flat):
      return try castFlat(flat, from: vector.type, to: target)
    }
  }

  /// A vector of any form, inside a cast.
  func castInside(_ vector: ColumnVector, to target: DataType) throws(LakeError) -> Outcome {
    if vector.type == target { return Outcome(vector) }
    var memo = DictionaryMemo()
    return try castForms(vector, target, &memo)
  }

  /// One step after the other; what fails in the first is null for the second.
  func castThrough(
    _ middle: DataType, _ flat: FlatColumn, from source: DataType, to target: DataType
  ) throws(LakeError) -> Outcome {
    let first = try castFlat(flat, from: source, to: middle)
    var second = try castInside(first.vector, to: target)
    second.failed = try Bitmap.union(first.failed, second.failed, tracker: tracker)
    return second
  }

  func castFlat(
    _ flat: FlatColumn, from source: DataType, to target: DataType
  ) throws(LakeError) -> Outcome {
    if source == target { return Outcome(ColumnVector(type: target, flat: flat)) }
    switch (source, target) {
    case (.unseen, _): return Outcome(try .nulls(type: target, count: flat.count))
    case (_, .json): return try castToJSON(flat, from: source)
    case (.json, .array), (.json, .map), (.json, .row):
      return try castFromJSONNested(flat, to: target)
    case (.json, _): return try castFromJSON(flat, to: target)
    case (.varchar, .varbinary): return Outcome(ColumnVector(type: target, flat: flat))
    case (.varbinary, .varchar): return try castBytesToText(flat)
    case (_, .varchar): return try castToText(flat, from: source)
    case (.varchar, _): return try castFromText(flat, to: target)
    case (.array, _), (.map, _), (.row, _):
      return try castNested(flat, from: source, to: target)
    case (.decimal, _), (_, .decimal): return try castDecimal(flat, from: source, to: target)
    case (.date, _), (.timestamp, _), (.localTimestamp, _):
      return try castTime(flat, from: source, to: target)
    default: return try castNumber(flat, from: source, to: target)
    }
  }
}

extension DataType {
  /// Whether a cast exists. Single values may fail all the same.
  package func canCast(to target: DataType) -> Bool {
    if self == target { return true }
    switch (self, target) {
    case (.unseen, _): return true
    case (_, .unseen): return false
    case (_, .json): return canBecomeJSON
    case (.json, .array(let element)): return DataType.json.canCast(to: element)
    case (.json, .map(let key, let value)):
      return DataType.varchar.canCast(to: key) && DataType.json.canCast(to: value)
    case (.json, .row(let fields)):
      return fields.allSatisfy { DataType.json.canCast(to: $0.type) }
    case (.json, _): return target == .varchar || target.isNumberOrBoolean || target.isTime
    case (.varchar, .varbinary), (.varbinary, .varchar): return true
    case (.varchar, _): return target.isNumberOrBoolean || target.isTime || target == .uuid
    case (_, .varchar): return isNumberOrBoolean || isTime || self == .uuid || isInterval
    case (.array(let a), .array(let b)): return a.canCast(to: b)
    case (.map(let k, let v), .map(let l, let w)): return k.canCast(to: l) && v.canCast(to: w)
    case (.row(let a), .row(let b)):
      guard let sources = DataType.sources(of: b, in: a) else { return false }
      return zip(sources, b).allSatisfy { source, field in
        source.map { a[$0].type.canCast(to: field.type) } ?? true
      }
    case (.date, .timestamp), (.date, .localTimestamp): return true
    case (.timestamp, .date), (.timestamp, .localTimestamp), (.timestamp, .time): return true
    case (.localTimestamp, .date), (.localTimestamp, .timestamp), (.localTimestamp, .time):
      return true
    default: return isNumberOrBoolean && target.isNumberOrBoolean
    }
  }

  var isNumberOrBoolean: Bool {
    switch self {
    case .boolean, .tinyint, .smallint, .integer, .bigint, .real, .double, .decimal: true
    default: false
    }
  }

  var isTime: Bool {
    switch self {
    case .date, .time, .timestamp, .localTimestamp: true
    default: false
    }
  }

  var isInterval: Bool { self == .intervalYearToMonth || self == .intervalDayToSecond }

  private var canBecomeJSON: Bool {
    switch self {
    case .array(let element): element == .json || element.canBecomeJSON
    case .map(let key, let value):
      (key == .varchar || key.canCast(to: .varchar)) && (value == .json || value.canBecomeJSON)
    case .row(let fields): fields.allSatisfy { $0.type == .json || $0.type.canBecomeJSON }
    case .varbinary: false
    default: true
    }
  }
}
