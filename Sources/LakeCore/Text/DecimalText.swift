import CLakeKernels

/// Exact decimals as text: an unscaled 128-bit integer and a scale.
package enum DecimalText {
  /// The most bytes that writing a decimal takes: sign, "0.", and 38 digits, or the whole range of
  /// 128 bits.
  @inlinable package static var byteCountMax: Int { 48 }

  @inlinable package static var precisionMax: Int { 38 }

  /// What became of a text.
  package enum Outcome: Sendable, Hashable {
    case value(Int128)
    case malformed
    /// More digits in front of the point than precision and scale leave.
    case outOfRange
    /// Digits behind the scale that are not zero, where rounding was not asked for.
    case inexact
  }

  /// Reads a whole token as a decimal(precision, scale): sign, digits, point, digits, exponent.
  ///
  /// Nothing is lost silently: digits that the scale cannot hold are refused unless they are zero
  /// or `rounding` asks for the nearest (halves away from zero, as SQL casts do).
  package static func parse(
    _ start: UnsafePointer<UInt8>, count: Int, precision: Int, scale: Int, rounding: Bool = false
  ) -> Outcome {
    precondition(precision >= 1 && precision <= precisionMax && scale >= 0 && scale <= precision)
    guard let token = DecimalToken(start, count: count) else { return .malformed }
    // The places by which the digits of the token move against those of the result.
    let shift = token.exponent + scale
    if token.digitCount <= DigitRun.exactDigitsMax, shift >= 0, shift <= 19 {
      // Safe: both factors are below 10^19.
      let product = token.mantissa.multipliedFullWidth(by: lake_integer_power_of_ten(Int64(shift)))
      let wide = UInt128(product.high) &<< 64 | UInt128(product.low)
      return finish(wide, token.isNegative, precision)
    }
    return parseLong(token, shift: shift, precision: precision, rounding: rounding)
  }

  /// Digit by digit, whatever their number.
  private static func parseLong(
    _ token: DecimalToken, shift: Int, precision: Int, rounding: Bool
  ) -> Outcome {
    // Digits before this index (of all digits, the point left out) belong to the result.
    let keptDigits = token.digitCount + shift
    var magnitude: UInt128 = 0
    var index = 0
    var dropped: (first: UInt8, anyOther: Bool) = (0, false)
    var outOfRange = false
    token.forEachDigit { digit in
      if index < keptDigits {
        let (scaled, overflow) = magnitude.multipliedReportingOverflow(by: 10)
        let (sum, carry) = scaled.addingReportingOverflow(UInt128(digit))
        outOfRange = outOfRange || overflow || carry
        magnitude = sum
      } else if index == keptDigits {
        dropped.first = digit
      } else {
        dropped.anyOther = dropped.anyOther || digit != 0
      }
      index += 1
    }
    // From here on the magnitude is below 10^38 and has room for a carry.
    if outOfRange || magnitude >= powerOfTen(precisionMax) { return .outOfRange }
    if dropped.first != 0 || dropped.anyOther {
      guard rounding else { return .inexact }
      if dropped.first >= 5 { magnitude += 1 }
    }
    if shift > 0, magnitude != 0 {
      guard shift < 39 else { return .outOfRange }
      for _ in 0..<shift {
        let (scaled, overflow) = magnitude.multipliedReportingOverflow(by: 10)
        if overflow { return .outOfRange }
        magnitude = scaled
      }
    }
    return finish(magnitude, token.isNegative, precision)
  }

  private static func finish(_ magnitude: UInt128, _ isNegative: Bool, _ precision: Int) -> Outcome
  {
    guard magnitude < powerOfTen(precision) else { return .outOfRange }
    // Safe: below 10^38, which is below 2^127.
    let value = Int128(truncatingIfNeeded: magnitude)
    return .value(isNegative ? 0 - value : value)
  }

  /// 10^exponent, for an exponent from 0 to 38.
  package static func powerOfTen(_ exponent: Int) -> UInt128 {
    precondition(exponent >= 0 && exponent <= precisionMax)
    let low = min(exponent, 19)
    let product = lake_integer_power_of_ten(Int64(low))
      .multipliedFullWidth(by: lake_integer_power_of_ten(Int64(exponent - low)))
    return UInt128(product.high) &<< 64 | UInt128(product.low)
  }

  /// Writes an unscaled value with its point in place (`-0.05`, `12.30`, no point at scale 0);
  /// returns how many bytes. `byteCountMax` bytes must be there; the scale is at most 38.
  package static func write(
    _ value: Int128, scale: Int, to target: UnsafeMutablePointer<UInt8>
  ) -> Int {
    precondition(scale >= 0 && scale <= precisionMax)
    var cursor = target
    if value < 0 {
      cursor.pointee = UInt8(ascii: "-")
      cursor += 1
    }
    let count = max(digitCount(value.magnitude), scale + 1)
    guard scale > 0 else {
      writeDigits(value.magnitude, count: count, to: cursor)
      return cursor - target + count
    }
    // All digits one place to the right, then those before the point moved back.
    writeDigits(value.magnitude, count: count, to: cursor + 1)
    let whole = count - scale
    for index in 0..<whole { cursor[index] = cursor[index + 1] }
    cursor[whole] = UInt8(ascii: ".")
    return cursor - target + count + 1
  }

  /// Writes a 128-bit integer; returns how many bytes. `byteCountMax` bytes must be there.
  package static func write(_ value: Int128, to target: UnsafeMutablePointer<UInt8>) -> Int {
    write(value, scale: 0, to: target)
  }

  /// 10^19, the greatest power of ten in 64 bits.
  private static var chunk: UInt128 { 10_000_000_000_000_000_000 }

  private static func digitCount(_ value: UInt128) -> Int {
    if value < chunk { return IntegerText.digitCount(UInt64(value)) }
    let upper = value / chunk
    if upper < chunk { return 19 + IntegerText.digitCount(UInt64(upper)) }
    return 38 + IntegerText.digitCount(UInt64(upper / chunk))
  }

  /// In pieces of nineteen digits, each of which is a 64-bit number.
  private static func writeDigits(
    _ value: UInt128, count: Int, to target: UnsafeMutablePointer<UInt8>
  ) {
    var rest = value
    var place = count
    while place > 19 {
      place -= 19
      let (quotient, remainder) = rest.quotientAndRemainder(dividingBy: chunk)
      IntegerText.writeDigits(UInt64(remainder), count: 19, to: target + place)
      rest = quotient
    }
    IntegerText.writeDigits(UInt64(rest), count: place, to: target)
  }
}
