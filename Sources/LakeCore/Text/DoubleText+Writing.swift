import CLakeKernels

extension DoubleText {
  /// What writing needs: up to 25 bytes, and some to scribble on.
  @inlinable package static var byteCountMax: Int { 40 }

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
    if absolute < 9_007_199_254_740_992 {
      let whole = Int64(absolute)
      if Double(whole) == absolute { return writeWhole(whole.magnitude, start) - target }
    }
    if let end = writeShort(absolute, start) { return end - target }
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
    if absolute < 16_777_216 {
      let whole = Int64(absolute)
      if Float(whole) == absolute { return writeWhole(whole.magnitude, start) - target }
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

  /// The numbers of measurements and prices: up to eight digits behind the point, fifteen in all.
  /// Nil for others.
  ///
  /// If the quotient of two doubles without error is the number, then so reads the decimal that
  /// they are; and of decimals with up to fifteen digits no two read as the same number, so that
  /// none is shorter.
  @inline(__always)
  private static func writeShort(
    _ value: Double, _ start: UnsafeMutablePointer<UInt8>
  ) -> UnsafeMutablePointer<UInt8>? {
    guard value < 10_000_000, value >= 0.000001 else { return nil }
    // To the nearest whole number, below 10^15, by pushing the fraction out of the lowest bit.
    let pushed = value * 100_000_000 + 4_503_599_627_370_496
    guard (pushed - 4_503_599_627_370_496) / 100_000_000 == value else { return nil }
    let decimal = pushed.significandBitPattern
    let whole = decimal / 100_000_000
    let count = IntegerText.digitCount(whole)
    IntegerText.writeDigits(whole, count: count, to: start)
    start[count] = UInt8(ascii: ".")
    let digits = Word.digits(ofEight: decimal &- whole &* 100_000_000)
    let text = digits | 0x3030_3030_3030_3030
    UnsafeMutableRawPointer(start).storeBytes(
      of: text.littleEndian, toByteOffset: count &+ 1, as: UInt64.self)
    // The number is not whole, so that at least one digit is not zero.
    return start + (count &+ 9 &- digits.leadingZeroBitCount &>> 3)
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
  ///
  /// All numbers are brought to seventeen digits, since writing a fixed number of digits and then
  /// counting the zeros at their end takes no branch that could be missed.
  @inline(__always)
  private static func write(
    _ decimal: ShortestDecimal, _ start: UnsafeMutablePointer<UInt8>
  ) -> UnsafeMutablePointer<UInt8> {
    let length = IntegerText.digitCount(decimal.digits)
    // Digits in front of the point; of a number below 1, zeros behind it, with a minus.
    let point = length &+ decimal.exponent
    // Safe: a shortest decimal has from one to seventeen digits.
    let digits = SeventeenDigits(
      decimal.digits &* lake_integer_power_of_ten(Int64(17 &- length)))
    if point > 0, point <= 21 {
      digits.store(at: start)
      return point < digits.count
        ? insertPoint(start, at: point, count: digits.count) : fillWithZeros(start, to: point)
    }
    if point <= 0, point > -6 {
      // "0." and up to five zeros.
      UnsafeMutableRawPointer(start).storeBytes(
        of: UInt64(0x3030_3030_3030_2E30).littleEndian, as: UInt64.self)
      digits.store(at: start + (2 - point))
      return start + (2 - point + digits.count)
    }
    return writeExponent(point - 1, digits, start)
  }

  /// Makes room for a point in front of the digit at a place.
  @inline(__always)
  private static func insertPoint(
    _ start: UnsafeMutablePointer<UInt8>, at point: Int, count: Int
  ) -> UnsafeMutablePointer<UInt8> {
    let raw = UnsafeMutableRawPointer(start + point)
    let first = raw.loadUnaligned(as: UInt64.self)
    let second = raw.loadUnaligned(fromByteOffset: 8, as: UInt64.self)
    start[point] = UInt8(ascii: ".")
    raw.storeBytes(of: first, toByteOffset: 1, as: UInt64.self)
    raw.storeBytes(of: second, toByteOffset: 9, as: UInt64.self)
    return start + (count + 1)
  }

  /// Zeros behind the seventeen digits, up to the point at most four of them, and `.0`.
  @inline(__always)
  private static func fillWithZeros(
    _ start: UnsafeMutablePointer<UInt8>, to point: Int
  ) -> UnsafeMutablePointer<UInt8> {
    UnsafeMutableRawPointer(start).storeBytes(
      of: 0x3030_3030, toByteOffset: 17, as: UInt32.self)
    return writePointZero(start + point)
  }

  /// `1e21`, `1.5e-7`.
  @inline(__always)
  private static func writeExponent(
    _ exponent: Int, _ digits: SeventeenDigits, _ start: UnsafeMutablePointer<UInt8>
  ) -> UnsafeMutablePointer<UInt8> {
    digits.store(at: start + 1)
    start[0] = start[1]
    start[1] = UInt8(ascii: ".")
    let end = start + (digits.count == 1 ? 1 : digits.count &+ 1)
    end[0] = UInt8(ascii: "e")
    end[1] = UInt8(ascii: "-")
    let number = end + (exponent < 0 ? 2 : 1)
    // Safe: exponents go from -324 to 308.
    let magnitude = UInt64(truncatingIfNeeded: exponent.magnitude)
    if magnitude < 10 {
      number[0] = UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: magnitude)
      return number + 1
    }
    let hundreds = magnitude / 100
    number[0] = UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: hundreds)
    let pair = number + (hundreds > 0 ? 1 : 0)
    IntegerText.writePair(magnitude &- hundreds &* 100, to: pair)
    return pair + 2
  }
}

/// Seventeen decimal digits in registers.
private struct SeventeenDigits {
  private let first: UInt64
  private let middle: UInt64
  private let last: UInt64
  /// Without the zeros at the end, but at least 1.
  let count: Int

  /// Of a number below 10^17.
  @inline(__always)
  init(_ number: UInt64) {
    let upper = number / 100_000_000
    first = upper / 100_000_000
    middle = Word.digits(ofEight: upper &- first &* 100_000_000)
    last = Word.digits(ofEight: number &- upper &* 100_000_000)
    let inLast = 17 &- last.leadingZeroBitCount &>> 3
    let inMiddle = 9 &- middle.leadingZeroBitCount &>> 3
    count = last == 0 ? inMiddle : inLast
  }

  @inline(__always)
  func store(at target: UnsafeMutablePointer<UInt8>) {
    let raw = UnsafeMutableRawPointer(target)
    let zeros: UInt64 = 0x3030_3030_3030_3030
    target[0] = UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: first)
    raw.storeBytes(of: (middle | zeros).littleEndian, toByteOffset: 1, as: UInt64.self)
    raw.storeBytes(of: (last | zeros).littleEndian, toByteOffset: 9, as: UInt64.self)
  }
}
