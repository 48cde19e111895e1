extension DoubleText {
  /// Whether a double holds all digits of the number that it was read from: written again in its
  /// shortest form it has the same ones.
  package static func holds(
    _ value: Double, _ start: UnsafePointer<UInt8>, count: Int
  ) -> Bool {
    guard let token = DecimalToken(start, count: count) else { return false }
    if token.digitCount > DigitRun.exactDigitsMax { return false }
    var mantissa = token.mantissa
    var exponent = token.exponent
    if mantissa == 0 { return value == 0 }
    while mantissa % 10 == 0 {
      mantissa /= 10
      exponent += 1
    }
    guard value != 0, value.isFinite else { return false }
    let bits = value.magnitude.bitPattern
    let (fraction, binary) = BinaryFloat.double.parts(ofBits: bits)
    let shortest = ShortestDecimal(
      mantissa: fraction, exponent: binary,
      isBoundary: fraction == 1 &<< 52 && bits &>> 52 > 1)
    return shortest.digits == mantissa && shortest.exponent == exponent
  }
}
