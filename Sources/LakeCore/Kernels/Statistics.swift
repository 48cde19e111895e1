/// Least, greatest, number of nulls and sum of a column, added up batch by batch.
///
/// Minimum and maximum are by the order of `compare`; NaN is left out of them and counted, since
/// one NaN would make both useless for skipping. Rows of nested types and json are only counted.
/// The sum of integers and decimals is exact; it is nil after it has left 128 bits. The sum of
/// doubles is taken in the order of rows.
package struct ColumnStatistics: Sendable {
  package let type: DataType
  package private(set) var rowCount = 0
  package private(set) var nullCount = 0
  package private(set) var nanCount = 0
  /// Nil until there is a value that has an order.
  package private(set) var minimum: Value?
  package private(set) var maximum: Value?
  package private(set) var sum: Value?
  private var sumHasOverflowed = false

  package init(type: DataType) {
    self.type = type
  }

  /// Adds the rows of a vector that a selection (nil: all) names.
  package mutating func add(
    _ vector: ColumnVector, within selection: Selection? = nil, _ kernels: Kernels = Kernels()
  ) throws(LakeError) {
    precondition(vector.type == type)
    let dense = try selection.map { (rows) throws(LakeError) in
      try kernels.gather(vector, rows)
    }
    let vector = dense ?? vector
    rowCount += vector.count
    nullCount += vector.nullCount
    if vector.nullCount == vector.count { return }
    let flat = try vector.flattened(kernels)
    switch flat.values {
    case .fixed(let buffer): add(buffer, flat)
    case .strings(let strings): add(strings, flat)
    case .list, .row, .none: break
    }
  }

  private mutating func add(_ buffer: Buffer, _ flat: FlatColumn) {
    if type == .uuid {
      let range = FixedStatistics.range(UInt128.self, buffer, flat)
      return widen(range) { .int128(Int128(truncatingIfNeeded: $0)) }
    }
    switch type.physical {
    case .boolean: widen(FixedStatistics.range(UInt8.self, buffer, flat)) { .bool($0 != 0) }
    case .int8: addIntegers(Int8.self, buffer, flat)
    case .int16: addIntegers(Int16.self, buffer, flat)
    case .int32: addIntegers(Int32.self, buffer, flat)
    case .int64: addIntegers(Int64.self, buffer, flat)
    case .int128:
      widen(FixedStatistics.range(Int128.self, buffer, flat)) { .int128($0) }
      addWide(buffer, flat)
    case .float32:
      widen(FixedStatistics.range(Float.self, buffer, flat)) { .float($0) }
      addFloats(Float.self, buffer, flat)
    case .float64:
      widen(FixedStatistics.range(Double.self, buffer, flat)) { .double($0) }
      addFloats(Double.self, buffer, flat)
    case .string, .list, .row, .none: break
    }
  }

  private mutating func addIntegers<T: FixedWidthInteger & BitwiseCopyable>(
    _ width: T.Type, _ buffer: Buffer, _ flat: FlatColumn
  ) {
    widen(FixedStatistics.range(width, buffer, flat)) { .int(Int64($0)) }
    if type.isSummable { add(FixedStatistics.sum(width, buffer, flat)) }
  }

  private mutating func addWide(_ buffer: Buffer, _ flat: FlatColumn) {
    let values = buffer.pointer(as: Int128.self)
    for row in 0..<flat.count where !flat.isNull(row) { add(values[row]) }
  }

  private mutating func add(_ part: Int128) {
    if sumHasOverflowed { return }
    var sum: Int128 = 0
    if case .int128(let known) = self.sum { sum = known }
    let (total, overflow) = sum.addingReportingOverflow(part)
    sumHasOverflowed = overflow
    self.sum = overflow ? nil : .int128(total)
  }

  private mutating func addFloats<T: BinaryFloatingPoint & BitwiseCopyable>(
    _ width: T.Type, _ buffer: Buffer, _ flat: FlatColumn
  ) {
    let values = buffer.pointer(as: width)
    var total = 0.0
    if case .double(let known) = sum { total = known }
    for row in 0..<flat.count where !flat.isNull(row) {
      if values[row] != values[row] { nanCount += 1 }
      total += Double(values[row])
    }
    sum = .double(total)
  }

  private mutating func widen<T: Comparable>(_ range: (T, T)?, _ value: (T) -> Value) {
    guard let (least, greatest) = range else { return }
    let (low, high) = (value(least), value(greatest))
    if minimum.map({ isLess(low, $0) }) ?? true { minimum = low }
    if maximum.map({ isLess($0, high) }) ?? true { maximum = high }
  }

  private mutating func add(_ strings: StringValues, _ flat: FlatColumn) {
    if type == .json { return }
    let views = strings.pointer
    var least: Int?
    var greatest: Int?
    for row in 0..<flat.count where !flat.isNull(row) {
      if least.map({ views[row] < views[$0] }) ?? true { least = row }
      if greatest.map({ views[$0] < views[row] }) ?? true { greatest = row }
    }
    guard let least, let greatest else { return }
    let (low, high) = (flat.value(at: least, type: type), flat.value(at: greatest, type: type))
    if minimum.map({ isLess(low, $0) }) ?? true { minimum = low }
    if maximum.map({ isLess($0, high) }) ?? true { maximum = high }
  }

  private func isLess(_ a: Value, _ b: Value) -> Bool {
    switch (a, b) {
    case (.bool(let x), .bool(let y)): !x && y
    case (.int(let x), .int(let y)): x < y
    case (.int128(let x), .int128(let y)):
      type == .uuid ? UInt128(bitPattern: x) < UInt128(bitPattern: y) : x < y
    case (.float(let x), .float(let y)): x < y
    case (.double(let x), .double(let y)): x < y
    // By bytes, as the views are; `String` would compare characters.
    case (.string(let x), .string(let y)): x.utf8.lexicographicallyPrecedes(y.utf8)
    case (.bytes(let x), .bytes(let y)): x.lexicographicallyPrecedes(y)
    default: false
    }
  }
}

extension DataType {
  /// Whether adding values means something.
  fileprivate var isSummable: Bool {
    switch self {
    case .tinyint, .smallint, .integer, .bigint, .decimal, .intervalYearToMonth,
      .intervalDayToSecond:
      true
    default: false
    }
  }
}

/// The loops.
private enum FixedStatistics {
  /// The least and the greatest of the valid values that equal themselves.
  static func range<T: Comparable & BitwiseCopyable>(
    _ type: T.Type, _ buffer: Buffer, _ flat: FlatColumn
  ) -> (T, T)? {
    let values = buffer.pointer(as: type)
    guard let first = firstNumber(values, flat) else { return nil }
    var (least, greatest) = (values[first], values[first])
    let count = flat.count
    if let words = flat.validity?.words {
      for row in first..<count {
        // A null counts as a value that is in the range already.
        let value = Bitmap.bit(words, row) ? values[row] : least
        least = value < least ? value : least
        greatest = greatest < value ? value : greatest
      }
    } else {
      for row in first..<count {
        let value = values[row]
        least = value < least ? value : least
        greatest = greatest < value ? value : greatest
      }
    }
    return (least, greatest)
  }

  private static func firstNumber<T: Comparable & BitwiseCopyable>(
    _ values: UnsafeMutablePointer<T>, _ flat: FlatColumn
  ) -> Int? {
    for row in 0..<flat.count where !flat.isNull(row) && values[row] == values[row] { return row }
    return nil
  }

  /// In halves of 32 bits, whose sums fit in 64 for up to 2^31 rows.
  static func sum<T: FixedWidthInteger & BitwiseCopyable>(
    _ type: T.Type, _ buffer: Buffer, _ flat: FlatColumn
  ) -> Int128 {
    let values = buffer.pointer(as: type)
    let words = flat.validity?.words
    var total: Int128 = 0
    var start = 0
    while start < flat.count {
      let end = min(flat.count, start &+ 1 << 30)
      var (low, high): (Int64, Int64) = (0, 0)
      for row in start..<end {
        if let words, !Bitmap.bit(words, row) { continue }
        let value = Int64(truncatingIfNeeded: values[row])
        low &+= value & 0xFFFF_FFFF
        high &+= value &>> 32
      }
      // No overflow: 2^31 rows of 2^63 at most for each of fewer than 2^33 parts.
      total &+= Int128(high) << 32 &+ Int128(low)
      start = end
    }
    return total
  }
}
