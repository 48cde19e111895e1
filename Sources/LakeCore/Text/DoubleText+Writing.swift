import CLakeKernels

extension DoubleText {
  /// The most bytes that writing a number takes, and may scribble on.
  @inlinable package static var byteCountMax: Int { 32 }

  /// Writes the shortest text that reads back as the same number; returns how many bytes.
  /// `byteCountMax` bytes must be there.
  ///
  /// The form is that of JavaScript, with a point in every plain number, so that a double stays
  /// one:
  ///
  ///     0.0  -0.0  1.0  0.1  -12.5  123456789012345680000.0  0.000001
  ///     1e21  1.5e-7  5e-324                           below 0.000001, and from 1e21 on
  ///     NaN  Infinity  -Infinity                       which JSON does not know
  package static func write(_ value: Double, to target: UnsafeMutablePointer<UInt8>) -> Int {
    let bits = value.bitPattern
    let start = writeSign(bits &>> 63, target)
    let magnitude = bits & (UInt64.max &>> 1)
    if magnitude >= BinaryFloat.double.infinity { return writeName(value, to: target) }
    let absolute = Double(bitPattern: magnitude)
    if absolute < 9_007_199_254_740_992, absolute == absolute.rounded(.towardZero) {
      return writeWhole(UInt64(absolute), start) - target
    }
    let (mantissa, exponent) = BinaryFloat.double.parts(ofBits: magnitude)
    let decimal = ShortestDecimal(
      mantissa: mantissa, exponent: exponent,
      isBoundary: mantissa == 1 &<< 52 && magnitude &>> 52 > 1)
    return write(decimal, start) - target
  }

  /// As for doubles; the text is the shortest that reads back as the same float.
  package static func write(_ value: Float, to target: UnsafeMutablePointer<UInt8>) -> Int {
    let bits = UInt64(value.bitPattern)
    let start = writeSign(bits &>> 31, target)
    let magnitude = bits & 0x7FFF_FFFF
    if magnitude >= BinaryFloat.float.infinity { return writeName(Double(value), to: target) }
    let absolute = Float(bitPattern: UInt32(truncatingIfNeeded: magnitude))
    if absolute < 16_777_216, absolute == absolute.rounded(.towardZero) {
      return writeWhole(UInt64(absolute), start) - target
    }
    let (mantissa, exponent) = BinaryFloat.float.parts(ofBits: magnitude)
    let decimal = ShortestDecimal(
      mantissa: mantissa, exponent: exponent,
      isBoundary: mantissa == 1 &<< 23 && magnitude &>> 23 > 1)
    return write(decimal, start) - target
  }

  @inline(__always)
  private static func writeSign(
    _ sign: UInt64, _ target: UnsafeMutablePointer<UInt8>
  ) -> UnsafeMutablePointer<UInt8> {
    target.pointee = UInt8(ascii: "-")
    return target + Int(sign)
  }

  private static func writeName(_ value: Double, to target: UnsafeMutablePointer<UInt8>) -> Int {
    let name: StaticString = value.isNaN ? "NaN" : value < 0 ? "-Infinity" : "Infinity"
    target.update(from: name.utf8Start, count: name.utf8CodeUnitCount)
    return name.utf8CodeUnitCount
  }

  /// A whole number below 2^53, and `.0`.
  @inline(__always)
  private static func writeWhole(
    _ value: UInt64, _ start: UnsafeMutablePointer<UInt8>
  ) -> UnsafeMutablePointer<UInt8> {
    let count = IntegerText.digitCount(value)
    IntegerText.writeDigits(value, count: count, to: start)
    return writePointZero(start + count)
  }

  @inline(__always)
  private static func writePointZero(
    _ cursor: UnsafeMutablePointer<UInt8>
  ) -> UnsafeMutablePointer<UInt8> {
    cursor[0] = UInt8(ascii: ".")
    cursor[1] = UInt8(ascii: "0")
    return cursor + 2
  }

  /// Returns where the text ends.
  @inline(__always)
  private static func write(
    _ decimal: ShortestDecimal, _ start: UnsafeMutablePointer<UInt8>
  ) -> UnsafeMutablePointer<UInt8> {
    let count = IntegerText.digitCount(decimal.digits)
    // Digits in front of the point; of a number below 1, zeros behind it, with a minus.
    let point = count &+ decimal.exponent
    guard point > -6, point <= 21 else { return writeExponent(decimal, count, start) }
    if point <= 0 {
      // "0." and up to five zeros.
      let raw = UnsafeMutableRawPointer(start)
      raw.storeBytes(of: UInt64(0x3030_3030_3030_2E30).littleEndian, as: UInt64.self)
      IntegerText.writeDigits(decimal.digits, count: count, to: start + (2 - point))
      return start + (2 - point + count)
    }
    if decimal.exponent >= 0 {
      IntegerText.writeDigits(decimal.digits, count: count, to: start)
      (start + count).update(repeating: UInt8(ascii: "0"), count: decimal.exponent)
      return writePointZero(start + point)
    }
    // Safe: the number of digits behind the point is below that of all digits, at most 17.
    let divisor = lake_integer_power_of_ten(Int64(0 &- decimal.exponent))
    let whole = decimal.digits / divisor
    IntegerText.writeDigits(whole, count: point, to: start)
    start[point] = UInt8(ascii: ".")
    IntegerText.writeDigits(
      decimal.digits &- whole &* divisor, count: 0 &- decimal.exponent, to: start + (point + 1))
    return start + (count + 1)
  }

  /// `1e21`, `1.5e-7`.
  private static func writeExponent(
    _ decimal: ShortestDecimal, _ count: Int, _ start: UnsafeMutablePointer<UInt8>
  ) -> UnsafeMutablePointer<UInt8> {
    IntegerText.writeDigits(decimal.digits, count: count, to: start + 1)
    start[0] = start[1]
    var cursor = start + 1
    if count > 1 {
      cursor.pointee = UInt8(ascii: ".")
      cursor += count
    }
    cursor.pointee = UInt8(ascii: "e")
    return cursor + 1 + IntegerText.write(Int64(count + decimal.exponent - 1), to: cursor + 1)
  }
}
