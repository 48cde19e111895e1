import CLakeKernels
import LakeCore

extension JSONScan {
  /// A number of few digits as a double, exactly rounded: `-1.0`, `0.25`, `3`; nil sends the
  /// caller to `double`.
  @inline(__always)
  static func shortDouble(_ start: Cursor) -> (value: Double, end: Cursor)? {
    let isNegative = start.pointee == minus
    var cursor = isNegative ? start + 1 : start
    let whole = digits(cursor)
    if whole.count == 0 || whole.count == 8 { return nil }
    if cursor.pointee == UInt8(ascii: "0"), whole.count > 1 { return nil }
    cursor += whole.count
    var value: Double
    if cursor.pointee == UInt8(ascii: ".") {
      let fraction = digits(cursor + 1)
      if fraction.count == 0 || fraction.count == 8 { return nil }
      cursor += fraction.count + 1
      // A fraction of zeros, as writers put it behind whole numbers, is spared the division.
      if fraction.value == 0 {
        value = Double(Int64(truncatingIfNeeded: whole.value))
      } else {
        // Safe: at most 14 digits. Both operands are exact doubles, so the quotient is the double
        // nearest to the number.
        let scale = power(fraction.count)
        let mantissa = Int64(truncatingIfNeeded: whole.value &* scale &+ fraction.value)
        value = Double(mantissa) / Double(Int64(truncatingIfNeeded: scale))
      }
    } else {
      value = Double(Int64(truncatingIfNeeded: whole.value))
    }
    if cursor.pointee | 0x20 == UInt8(ascii: "e") { return nil }
    if isNegative { value = -value }
    return (value, cursor)
  }

  /// Where a number of few digits with a point ends, and how many digits stand behind the point;
  /// nil for all others.
  @inline(__always)
  static func shortFraction(_ start: Cursor) -> (end: Cursor, scale: Int)? {
    let first = start.pointee == minus ? start + 1 : start
    let whole = digits(first)
    if whole.count == 0 || whole.count == 8 { return nil }
    let point = first + whole.count
    if point.pointee != UInt8(ascii: ".") { return nil }
    if first.pointee == UInt8(ascii: "0"), whole.count > 1 { return nil }
    let fraction = digits(point + 1)
    if fraction.count == 0 || fraction.count == 8 { return nil }
    let end = point + 1 + fraction.count
    if end.pointee | 0x20 == UInt8(ascii: "e") { return nil }
    return (end, fraction.count)
  }

  /// Where a number of fewer than 16 characters without an exponent ends, its value being of no
  /// interest; nil sends the caller to `number`.
  @inline(__always)
  static func plainNumberEnd(_ start: Cursor) -> Cursor? {
    let sign: UInt32 = start.pointee == minus ? 1 : 0
    let first = start + Int(sign)
    // The bits above the sixteenth are set, so that every run of digits ends.
    let others = ~lake_digit_bits(start) &>> sign
    let whole = others.trailingZeroBitCount
    if whole == 0 || (first.pointee == UInt8(ascii: "0") && whole > 1) { return nil }
    var end = first + whole
    if end.pointee == UInt8(ascii: ".") {
      // Safe: behind 16 bytes there are only set bits, and a shift by up to 17 leaves some.
      let fraction = (others &>> UInt32(whole &+ 1)).trailingZeroBitCount
      if fraction == 0 { return nil }
      end += fraction + 1
    }
    if end - start >= 16 || end.pointee | 0x20 == UInt8(ascii: "e") { return nil }
    return end
  }

  /// Any number as the nearest double; infinite where it is too large. Nil where it is no number.
  static func double(_ start: Cursor) -> (value: Double, end: Cursor)? {
    guard let token = number(start),
      let value = DoubleText.parse(start, count: token.end - start)
    else { return nil }
    return (value, token.end)
  }

  static func float(_ start: Cursor, _ end: Cursor) -> Float? {
    DoubleText.parseFloat(start, count: end - start)
  }

  /// A number that is an integer by value, however it is written (`1e3`, `5.0`), and fits 64 bits.
  static func exactInteger(_ start: Cursor) -> (value: Int64, end: Cursor)? {
    guard let token = number(start),
      case .value(let wide) = DecimalText.parse(
        start, count: token.end - start, precision: 38, scale: 0),
      let value = Int64(exactly: wide)
    else { return nil }
    return (value, token.end)
  }
}
