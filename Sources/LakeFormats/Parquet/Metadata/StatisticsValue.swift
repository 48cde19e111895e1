import LakeCore

/// Bounds as bytes: PLAIN, without a length.
enum StatisticsValue {
  /// The bytes of a bound.
  static func bytes(_ value: Value, leaf: LeafColumn, isMinimum: Bool) -> [UInt8]? {
    switch value {
    case .bool(let bool): [bool ? 1 : 0]
    case .int(let int):
      leaf.physical == .int32
        ? littleEndian(UInt32(truncatingIfNeeded: int))
        : littleEndian(UInt64(truncatingIfNeeded: int))
    // A zero is −0 as a minimum and 0 as a maximum, as the format asks.
    case .float(let float):
      littleEndian((float == 0 ? (isMinimum ? -0.0 : 0) : float).bitPattern)
    case .double(let double):
      littleEndian((double == 0 ? (isMinimum ? -0.0 : 0) : double).bitPattern)
    case .int128(let wide):
      (0..<leaf.typeLength).reversed().map {
        UInt8(truncatingIfNeeded: wide >> Int128($0 * 8))
      }
    case .string(let text): Array(text.utf8)
    case .bytes(let bytes): bytes
    case .null, .list, .row: nil
    }
  }

  private static func littleEndian<T: FixedWidthInteger>(_ value: T) -> [UInt8] {
    withUnsafeBytes(of: value.littleEndian) { Array($0) }
  }

  /// The bound that bytes stand for; nil where they are not what the column holds, or where the
  /// column's conversion does not keep order.
  static func value(_ bytes: [UInt8], leaf: LeafColumn) -> Value? {
    switch (leaf.physical, leaf.conversion) {
    case (_, .nothing), (_, .float16), (_, .int96): nil
    case (.boolean, _): bytes.count == 1 ? .bool(bytes[0] != 0) : nil
    case (.int32, .widenUnsigned):
      integer(bytes, UInt32.self).flatMap { converted(Int64($0), leaf) }
    case (.int32, _): integer(bytes, Int32.self).flatMap { converted(Int64($0), leaf) }
    case (.int64, .widenUnsigned):
      integer(bytes, UInt64.self).map { .int128(Int128($0)) }
    case (.int64, _): integer(bytes, Int64.self).flatMap { converted($0, leaf) }
    case (.float, _):
      integer(bytes, UInt32.self).flatMap { bits in
        let float = Float(bitPattern: bits)
        return float.isNaN ? nil : .float(float)
      }
    case (.double, _):
      integer(bytes, UInt64.self).flatMap { bits in
        let double = Double(bitPattern: bits)
        return double.isNaN ? nil : .double(double)
      }
    case (.byteArray, .none): TextBound.value(bytes, isText: leaf.type != .varbinary)
    case (.fixed, .none): leaf.type == .varbinary ? .bytes(bytes) : nil
    case (.fixed, .uuid): bytes.count == 16 ? .int128(bigEndian(bytes)) : nil
    case (.fixed, .bigEndian), (.byteArray, .bigEndian): decimal(bytes, leaf)
    default: nil
    }
  }

  /// The bounds that statistics give; nil where they give none.
  static func bounds(
    _ statistics: ParquetStatistics, leaf: LeafColumn, hasTypeOrder: Bool
  ) -> (minimum: Value?, maximum: Value?) {
    var (minimum, maximum) = (statistics.minimum, statistics.maximum)
    if !hasTypeOrder || (minimum == nil && maximum == nil) {
      // The older pair was ordered by signed values, which is right for these.
      let isSigned =
        leaf.physical != .byteArray && leaf.physical != .fixed
        && leaf.conversion != .widenUnsigned
      (minimum, maximum) =
        isSigned
        ? (minimum ?? statistics.legacyMinimum, maximum ?? statistics.legacyMaximum) : (nil, nil)
    }
    let low = minimum.flatMap { StatisticsValue.value($0, leaf: leaf) }
    let high = maximum.flatMap { StatisticsValue.value($0, leaf: leaf) }
    // Bounds the wrong way round bound nothing.
    if let low, let high, !ValueOrder.isAscending(low, high, type: leaf.type) {
      return (nil, nil)
    }
    return (low, high)
  }

  private static func integer<T: FixedWidthInteger>(_ bytes: [UInt8], _ type: T.Type) -> T? {
    guard bytes.count == T.bitWidth / 8 else { return nil }
    return T(littleEndian: bytes.withUnsafeBytes { $0.loadUnaligned(as: T.self) })
  }

  private static func converted(_ number: Int64, _ leaf: LeafColumn) -> Value? {
    switch leaf.conversion {
    case .divide(let divisor): .int(LeafConversion.floorDivide(number, by: divisor))
    case .milliseconds:
      number.multipliedReportingOverflow(by: 1000).overflow ? nil : .int(number &* 1000)
    default: leaf.type.physical == .int128 ? .int128(Int128(number)) : .int(number)
    }
  }

  private static func decimal(_ bytes: [UInt8], _ leaf: LeafColumn) -> Value? {
    guard (1...16).contains(bytes.count) else { return nil }
    let wide = bigEndian(bytes)
    if leaf.type.physical == .int128 { return .int128(wide) }
    return Int64(exactly: wide).map { .int($0) }
  }

  private static func bigEndian(_ bytes: [UInt8]) -> Int128 {
    var number: Int128 = (bytes.first ?? 0) >= 0x80 ? -1 : 0
    for byte in bytes { number = number << 8 | Int128(byte) }
    return number
  }
}

extension LeafConversion {
  /// Towards the past, also before 1970.
  @inline(__always)
  static func floorDivide(_ number: Int64, by divisor: Int64) -> Int64 {
    // The divisor is a positive constant.
    let quotient = number / divisor
    return quotient &* divisor > number ? quotient &- 1 : quotient
  }
}
