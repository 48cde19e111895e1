extension DoubleText {
  /// Whether a double holds all digits of the number that it was read from: written again in its
  /// shortest form it has the same ones.
  package static func holds(
    _ value: Double, _ start: UnsafePointer<UInt8>, count: Int
  ) -> Bool {
    guard let token = DecimalToken(start, count: count) else { return false }
    if token.digitCount > DigitRun.exactDigitsMax { return false }
    if token.mantissa == 0 { return value == 0 }
    guard value != 0, value.isFinite else { return false }
    let bits = value.magnitude.bitPattern
    let (fraction, binary) = BinaryFloat.double.parts(ofBits: bits)
    let shortest = ShortestDecimal(
      mantissa: fraction, exponent: binary,
      isBoundary: fraction == 1 &<< 52 && bits &>> 52 > 1)
    return trimmed(shortest.digits, shortest.exponent) == trimmed(token.mantissa, token.exponent)
  }

  /// The same number without zeros at the end of its digits, of which one is not zero.
  private static func trimmed(_ digits: UInt64, _ exponent: Int) -> (UInt64, Int) {
    var (digits, exponent) = (digits, exponent)
    while digits % 10 == 0 {
      digits /= 10
      exponent += 1
    }
    return (digits, exponent)
  }
}
