/// A decimal number taken apart: `[+-] digits [. digits] [e [+-] digits]`, at least one digit on
/// one side of the point. Nothing else may stand in the token.
package struct DecimalToken {
  /// Where the digits and the point stand.
  let digits: UnsafePointer<UInt8>
  let digitsEnd: UnsafePointer<UInt8>
  package let isNegative: Bool
  /// All digits as one number, exact while `digitCount` is at most 19.
  package let mantissa: UInt64
  package let digitCount: Int
  /// The number is `mantissa × 10^exponent`.
  package let exponent: Int

  /// Exponents stop growing here: beyond every length of a text, and far from overflow.
  private static var exponentCap: Int { 1 << 58 }

  @inline(__always)
  package init?(_ start: UnsafePointer<UInt8>, count: Int) {
    guard count > 0 else { return nil }
    let end = start + count
    isNegative = start[0] == UInt8(ascii: "-")
    digits = isNegative || start[0] == UInt8(ascii: "+") ? start + 1 : start
    let whole = DigitRun(digits, end: end)
    var cursor = digits + whole.count
    var value = whole.value
    var fractionDigits = 0
    if cursor < end, cursor.pointee == UInt8(ascii: ".") {
      let fraction = DigitRun(cursor + 1, end: end, continuing: value)
      value = fraction.value
      fractionDigits = fraction.count
      cursor += 1 + fraction.count
    }
    mantissa = value
    digitCount = whole.count + fractionDigits
    guard digitCount > 0 else { return nil }
    digitsEnd = cursor
    guard cursor < end else {
      exponent = 0 - fractionDigits
      return
    }
    guard let written = DecimalToken.exponent(cursor, end: end) else { return nil }
    exponent = written - fractionDigits
  }

  /// Reads `e[+-]digits` up to `end`.
  private static func exponent(_ start: UnsafePointer<UInt8>, end: UnsafePointer<UInt8>) -> Int? {
    guard start.pointee | 0x20 == UInt8(ascii: "e"), start + 1 < end else { return nil }
    var cursor = start + 1
    let isNegative = cursor.pointee == UInt8(ascii: "-")
    if isNegative || cursor.pointee == UInt8(ascii: "+") { cursor += 1 }
    guard cursor < end else { return nil }
    var value = 0
    while cursor < end {
      let digit = cursor.pointee &- UInt8(ascii: "0")
      guard digit <= 9 else { return nil }
      // Below 2^58 × 10 + 9, so no overflow.
      if value < exponentCap / 16 { value = value * 10 + Int(digit) }
      cursor += 1
    }
    return isNegative ? 0 - value : value
  }

  /// The values of all digits, in order.
  @inline(__always)
  func forEachDigit(_ body: (UInt8) -> Void) {
    var cursor = digits
    while cursor < digitsEnd {
      let digit = cursor.pointee &- UInt8(ascii: "0")
      if digit <= 9 { body(digit) }
      cursor += 1
    }
  }
}
