import LakeCore

/// Random types, values and vectors. Values come from small pools, so that equal ones meet, and the
/// pools hold what goes wrong: NaN, −0, limits, strings that share their first bytes.
extension SeededRandom {
  package static let scalarTypes: [DataType] = [
    .boolean, .tinyint, .smallint, .integer, .bigint, .real, .double,
    .decimal(precision: 9, scale: 2), .decimal(precision: 38, scale: 10), .varchar, .varbinary,
    .date, .time, .timestamp, .localTimestamp, .intervalYearToMonth, .intervalDayToSecond, .json,
    .uuid,
  ]

  package mutating func type(depth: Int = 2) -> DataType {
    guard depth > 0, chance(3) else {
      return chance(25) ? .unseen : pick(SeededRandom.scalarTypes)
    }
    switch below(3) {
    case 0: return .array(type(depth: depth - 1))
    case 1: return .map(key: pick([.varchar, .bigint]), value: type(depth: depth - 1))
    default:
      let count = below(4)
      return .row((0..<count).map { Field("f\($0)", type(depth: depth - 1)) })
    }
  }

  package mutating func value(_ type: DataType, nulls: Bool = true) -> Value {
    if nulls, chance(5) { return .null }
    switch type {
    case .unseen: return .null
    case .boolean: return .bool(chance(2))
    case .tinyint: return .int(pick([0, 1, -1, 127, -128]))
    case .smallint: return .int(pick([0, 1, -1, 32767, -32768, 300]))
    case .date: return .int(pick([0, 1, -1, 19782, -719_528, 2_146_000_000, -2_146_000_000]))
    case .integer, .intervalYearToMonth:
      return .int(pick([0, 1, -1, 2_147_483_647, -2_147_483_648, 19000]))
    case .time: return .int(pick([0, 1, 86_399_999_999, 45_296_789_000]))
    case .bigint, .timestamp, .localTimestamp, .intervalDayToSecond:
      return .int(pick([0, 1, -1, .max, .min, 1 << 40, 1 << 53 + 1]))
    case .decimal(let precision, _):
      let limit = Int128(DecimalText.powerOfTen(precision)) - 1
      let wide = pick([0, 1, -1, limit, -limit, limit / 3])
      return precision <= 18 ? .int(Int64(wide)) : .int128(wide)
    case .uuid: return .int128(pick([0, 1, -1, .max, .min, 1 << 100]))
    case .real: return .float(pick([0, -0.0, 1.5, -1.5, .nan, .infinity, -.infinity]))
    case .double: return .double(pick([0, -0.0, 0.1, -1e300, .nan, .infinity, 1.5]))
    case .varchar: return .string(pick(SeededRandom.texts))
    case .json: return .string(pick(SeededRandom.jsonTexts))
    case .varbinary: return .bytes(Array(pick(SeededRandom.texts).utf8) + [0xFF])
    case .array(let element): return .list((0..<below(4)).map { _ in value(element) })
    case .map(let key, let item):
      var keys: [Value] = []
      for _ in 0..<below(4) {
        let next = value(key, nulls: false)
        if !keys.contains(next) { keys.append(next) }
      }
      return .list(keys.map { .row([$0, value(item)]) })
    case .row(let fields): return .row(fields.map { value($0.type) })
    }
  }

  package static let texts = [
    "", "a", "b", "abcd", "abcde", "abcdefghijkl", "abcdefghijklm", "abcdefghijkln", "abcd\0",
    "a rather long text that no view can hold", "a rather long text that no view can holf", "é",
    "abcdefghijklmnop", "abcdefghijklmnopq", "abcdefghijklmnoq", "1", "-12", "300", "1.5", "t",
    "FALSE", "2024-02-29", "2024-02-30", "12:30:00", "2024-02-29 12:30:00.5Z", "NaN", "1e400",
    "123456789012345678901234567890", "12151fd2-7586-11e9-8f9e-2a86e4085a59",
  ]

  package static let jsonTexts = [
    "null", "true", "1", "-12.5", "1e3", "\"a\"", "\"2024-02-29\"", "[1, 2]", "{}", " 7 ",
    "\"a rather long text that no view can hold\"", "\"\\u00e9\\n\\ud83d\\ude00\"",
  ]

  package mutating func values(_ type: DataType, count: Int) -> [Value] {
    let nulls = chance(2)
    // Now and then one value only, so that constants are met.
    if chance(4) { return Array(repeating: value(type, nulls: nulls), count: count) }
    return (0..<count).map { _ in value(type, nulls: nulls) }
  }

  /// A vector of the values in a random form, the nested vectors too.
  package mutating func vector(_ type: DataType, _ values: [Value]) throws -> ColumnVector {
    let flat = try ColumnVector.of(type, values)
    return try reshaped(flat, values)
  }

  private mutating func reshaped(
    _ vector: ColumnVector, _ values: [Value]
  ) throws -> ColumnVector {
    guard case .flat(let flat) = vector.form else { return vector }
    let inner = FlatColumn(
      count: flat.count, validity: flat.validity, values: try reshapedChildren(flat.values))
    let same = values.first.map { first in values.allSatisfy { $0.isSame(as: first) } } ?? false
    switch below(3) {
    case 0 where same:
      let one = try ColumnVector.of(vector.type, [values[0]])
      guard case .flat(let column) = one.form else { return one }
      return ColumnVector(type: vector.type, constant: column, count: values.count)
    case 1 where vector.type != .unseen:
      return try dictionary(vector.type, values)
    default:
      return ColumnVector(type: vector.type, flat: inner)
    }
  }

  private mutating func reshapedChildren(_ values: FlatColumn.Values) throws -> FlatColumn.Values {
    switch values {
    case .list(let lists):
      let child = try reshaped(lists.child, lists.child.allValues)
      return .list(ListValues(offsets: lists.offsets, child: child))
    case .row(let children):
      var shaped: [ColumnVector] = []
      for child in children { shaped.append(try reshaped(child, child.allValues)) }
      return .row(shaped)
    default: return values
    }
  }

  /// A dictionary with doubles, and with values that no row uses.
  private mutating func dictionary(
    _ type: DataType, _ values: [Value]
  ) throws -> ColumnVector {
    var entries = values.filter { !$0.isNull }
    entries += (0..<below(3)).map { _ in value(type, nulls: false) }
    entries.shuffle(using: &self)
    let indices = try Buffer(byteCount: values.count * 4)
    let validity = try ColumnBuilder(.boolean)
    for (row, value) in values.enumerated() {
      let index = value.isNull ? 0 : entries.firstIndex { $0.isSame(as: value) } ?? 0
      indices.pointer(as: UInt32.self)[row] = UInt32(index)
      try validity.append(value.isNull ? .null : .bool(true))
    }
    let dictionary = try ColumnVector.of(type, entries).flattened()
    return ColumnVector(
      type: type,
      dictionary: DictionaryColumn(
        count: values.count, validity: try validity.finish().rowValidity(), indices: indices,
        dictionary: VectorDictionary(values: dictionary)))
  }

  package mutating func selection(of count: Int) throws -> Selection {
    let rows = (0..<count).filter { _ in chance(2) }
    let buffer = try Buffer(byteCount: rows.count * 4)
    for (index, row) in rows.enumerated() {
      buffer.pointer(as: UInt32.self)[index] = UInt32(row)
    }
    return Selection(rows: buffer, count: rows.count)
  }
}

extension Value {
  /// The same to the last bit, NaN like NaN; unlike `==`, which follows IEEE 754.
  package func isSame(as other: Value) -> Bool {
    switch (self, other) {
    case (.float(let a), .float(let b)): a.isNaN ? b.isNaN : a.bitPattern == b.bitPattern
    case (.double(let a), .double(let b)): a.isNaN ? b.isNaN : a.bitPattern == b.bitPattern
    case (.list(let a), .list(let b)), (.row(let a), .row(let b)): areSame(a, b)
    default: self == other
    }
  }
}

/// Whether two lists of values are the same to the last bit.
package func areSame(_ a: [Value], _ b: [Value]) -> Bool {
  a.count == b.count && zip(a, b).allSatisfy { $0.isSame(as: $1) }
}
