import LakeCore

/// The text of single fields as values. Inference and decoder agree: what inference counts as a
/// value of a type, the decoder reads as one.
///
/// Text stays exact: digits behind a zero (`08123`), a plus sign or blanks around make a text that
/// is no number, since the number would not be written like that again.
enum CSVValue {
  /// Whether a text is a number, written without plus sign, leading zero or blanks. `.5` and `5.`
  /// are numbers.
  @inline(__always)
  static func isNumber(_ text: ByteView) -> Bool {
    guard text.count > 0 else { return false }
    let digits = text[unchecked: 0] == UInt8(ascii: "-") ? text.start + 1 : text.start
    guard digits < text.end, digits.pointee != UInt8(ascii: "+"),
      digits.pointee != UInt8(ascii: "-")
    else { return false }
    if digits.pointee != UInt8(ascii: "0") || digits + 1 == text.end { return true }
    // Safe: the text has a byte behind the zero.
    return digits[1] &- UInt8(ascii: "0") > 9
  }

  /// `true` and `false` in the three spellings that programs write.
  static func boolean(_ text: ByteView) -> Bool? {
    if text.count == 4 {
      let isTrue = text.equals("true") || text.equals("True") || text.equals("TRUE")
      return isTrue ? true : nil
    }
    let isFalse = text.equals("false") || text.equals("False") || text.equals("FALSE")
    return isFalse ? false : nil
  }

  /// What programs write for the doubles that are no numbers.
  static func name(_ text: ByteView) -> Double? {
    guard text.count >= 3, text.count <= 9 else { return nil }
    if text.equals("NaN") || text.equals("nan") { return .nan }
    if text.equals("Infinity") || text.equals("inf") { return .infinity }
    if text.equals("-Infinity") || text.equals("-inf") { return -.infinity }
    return nil
  }

  static func double(_ text: ByteView) -> Double? {
    guard isNumber(text), let value = DoubleText.parse(text.start, count: text.count) else {
      return name(text)
    }
    return value.isFinite ? value : nil
  }

  /// A number that is an integer by value, however it is written (`1e3`, `5.0`).
  static func integer(_ text: ByteView) -> Int64? {
    decimal(text, precision: 38, scale: 0).flatMap { Int64(exactly: $0) }
  }

  static func decimal(_ text: ByteView, precision: Int, scale: Int) -> Int128? {
    guard isNumber(text),
      case .value(let value) = DecimalText.parse(
        text.start, count: text.count, precision: precision, scale: scale)
    else { return nil }
    return value
  }

  /// Puts the value of a text into a row of a column; false where the text has none of its type.
  /// Behind the text 64 bytes are readable; it stays where it is as long as the column.
  static func store(
    _ text: ByteView, in column: UnsafeMutablePointer<CSVColumn>, at row: Int
  ) -> Bool {
    switch column.pointee.kind {
    case .passedOver:
      return true
    case .varchar, .json:
      column.pointee.store(StringView(padded: text.start, count: text.count), at: row)
      return true
    case .unseen, .varbinary:
      return false
    case .tinyint, .smallint, .integer, .bigint:
      return storeInteger(text, in: column, at: row)
    case .double:
      return column.pointee.store(double(text), at: row)
    case .real:
      return column.pointee.store(real(text), at: row)
    case .shortDecimal, .longDecimal:
      return storeDecimal(text, in: column, at: row)
    case .boolean:
      return column.pointee.store(boolean(text).map { $0 ? 1 : 0 as UInt8 }, at: row)
    case .date:
      return column.pointee.store(DateText.parse(text.start, count: text.count), at: row)
    case .time:
      return column.pointee.store(TimeText.parse(text.start, count: text.count), at: row)
    case .timestamp:
      let value = TimestampText.parse(text.start, count: text.count)
      return column.pointee.store(value?.microseconds, at: row)
    case .uuid:
      return column.pointee.store(UUIDText.parse(text), at: row)
    }
  }

  private static func real(_ text: ByteView) -> Float? {
    guard isNumber(text), let value = DoubleText.parseFloat(text.start, count: text.count) else {
      return name(text).map { Float($0) }
    }
    return value.isFinite ? value : nil
  }

  private static func storeInteger(
    _ text: ByteView, in column: UnsafeMutablePointer<CSVColumn>, at row: Int
  ) -> Bool {
    guard let value = integer(text), value >= column.pointee.minimum,
      value <= column.pointee.maximum
    else { return false }
    // Safe: the range was compared.
    switch column.pointee.kind {
    case .tinyint: column.pointee.store(Int8(truncatingIfNeeded: value), at: row)
    case .smallint: column.pointee.store(Int16(truncatingIfNeeded: value), at: row)
    case .integer: column.pointee.store(Int32(truncatingIfNeeded: value), at: row)
    default: column.pointee.store(value, at: row)
    }
    return true
  }

  private static func storeDecimal(
    _ text: ByteView, in column: UnsafeMutablePointer<CSVColumn>, at row: Int
  ) -> Bool {
    let (precision, scale) = (column.pointee.precision, column.pointee.scale)
    guard let value = decimal(text, precision: precision, scale: scale) else { return false }
    if column.pointee.kind == .shortDecimal {
      // Safe: at most 18 digits.
      column.pointee.store(Int64(truncatingIfNeeded: value), at: row)
    } else {
      column.pointee.store(value, at: row)
    }
    return true
  }
}

extension CSVColumn {
  /// Stores a value, if there is one.
  @inline(__always)
  fileprivate func store<T: BitwiseCopyable>(_ value: T?, at row: Int) -> Bool {
    guard let value else { return false }
    store(value, at: row)
    return true
  }
}
