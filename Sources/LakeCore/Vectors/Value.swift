/// One value by itself: for messages, tests and code that works row by row. Batches never hold
/// values.
///
/// A value says how it lies in memory and not what it means; the type that goes with it is the
/// column's. A date is an `int` of days, a decimal an `int` or `int128` without its point, a map a
/// `list` of `row`s of key and value.
package enum Value: Sendable, Hashable {
  case null
  case bool(Bool)
  /// All integers up to 64 bits, days, microseconds, months and decimals of up to 18 digits.
  case int(Int64)
  /// Decimals of more than 18 digits, and uuids (the first byte is the most significant).
  case int128(Int128)
  case float(Float)
  case double(Double)
  /// Text: varchar and json.
  case string(String)
  case bytes([UInt8])
  case list([Value])
  case row([Value])

  package var isNull: Bool {
    if case .null = self { true } else { false }
  }
}

extension Value {
  /// The same to the last bit: −0 is not 0 here, and a NaN is itself. `==` follows IEEE 754.
  package func isIdentical(to other: Value) -> Bool {
    switch (self, other) {
    case (.float(let a), .float(let b)): a.bitPattern == b.bitPattern
    case (.double(let a), .double(let b)): a.bitPattern == b.bitPattern
    case (.list(let a), .list(let b)), (.row(let a), .row(let b)):
      a.count == b.count && zip(a, b).allSatisfy { $0.isIdentical(to: $1) }
    default: self == other
    }
  }
}

extension ColumnVector {
  /// The value of one row, nested ones with all that is in them.
  package func value(at row: Int) -> Value {
    guard let (column, position) = position(of: row) else { return .null }
    return column.value(at: position, type: type)
  }

  /// The values of all rows.
  package var allValues: [Value] {
    (0..<count).map { value(at: $0) }
  }
}

extension FlatColumn {
  /// The value of a row that is not null.
  func value(at row: Int, type: DataType) -> Value {
    switch values {
    case .none: return .null
    case .fixed(let buffer): return Value(in: buffer, row: row, physical: type.physical)
    case .strings(let strings):
      let view = strings.pointer[row]
      return type == .varbinary ? .bytes(view.withBytes { Array($0) }) : .string(view.text)
    case .list(let lists):
      let (start, end) = (Int(lists.pointer[row]), Int(lists.pointer[row + 1]))
      return .list((start..<end).map { lists.child.value(at: $0) })
    case .row(let children):
      return .row(children.map { $0.value(at: row) })
    }
  }
}

extension Value {
  fileprivate init(in buffer: Buffer, row: Int, physical: PhysicalType) {
    switch physical {
    case .boolean: self = .bool(buffer.pointer(as: UInt8.self)[row] != 0)
    case .int8: self = .int(Int64(buffer.pointer(as: Int8.self)[row]))
    case .int16: self = .int(Int64(buffer.pointer(as: Int16.self)[row]))
    case .int32: self = .int(Int64(buffer.pointer(as: Int32.self)[row]))
    case .int64: self = .int(buffer.pointer(as: Int64.self)[row])
    case .int128: self = .int128(buffer.pointer(as: Int128.self)[row])
    case .float32: self = .float(buffer.pointer(as: Float.self)[row])
    case .float64: self = .double(buffer.pointer(as: Double.self)[row])
    case .string, .list, .row, .none: self = .null
    }
  }
}
