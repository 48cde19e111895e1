import CLakeKernels

/// The shortest decimal that reads back as the same binary number; of several, the one nearest to
/// it.
///
/// Schubfach (Raffaello Giulietti, "The Schubfach way to render doubles"): of the decimals with
/// just enough digits at most four lie in or beside the interval that rounds to the number, and a
/// single multiplication per end of the interval tells which. The powers of ten come from the
/// table that reading uses.
struct ShortestDecimal {
  /// Up to seventeen digits. Zeros may stand at the end.
  var digits: UInt64
  var exponent: Int

  /// For `mantissa × 2^exponent`, not zero. `isBoundary` says that the mantissa is the least of its
  /// exponent, so that the neighbour below is only half as far away as the one above.
  @inline(__always)
  init(mantissa: UInt64, exponent binary: Int, isBoundary: Bool) {
    // The scale: the greatest power of ten that is no wider than the interval.
    let scale = (binary &* 1_262_611 &- (isBoundary ? 524_031 : 0)) >> 22
    let shift = UInt64(binary &+ (scale &* -1_741_647) >> 19 &+ 1)
    let power = ShortestDecimal.roundedUpPower(0 - scale)
    // In units of a quarter of the scale.
    let value = ShortestDecimal.scaled(mantissa &* 4 &<< shift, power)
    var lower = ShortestDecimal.scaled((mantissa &* 4 &- (isBoundary ? 1 : 2)) &<< shift, power)
    var upper = ShortestDecimal.scaled((mantissa &* 4 &+ 2) &<< shift, power)
    // The ends of the interval themselves round to an even number only.
    if mantissa & 1 == 1 {
      lower &+= 1
      upper &-= 1
    }
    let whole = value &>> 2
    if whole >= 10 {
      let shorter = whole / 10
      let lowInside = lower <= shorter &* 40
      let highInside = shorter &* 40 &+ 40 <= upper
      if lowInside != highInside {
        digits = shorter &+ (highInside ? 1 : 0)
        exponent = scale + 1
        return
      }
    }
    let lowInside = lower <= whole &* 4
    let highInside = whole &* 4 &+ 4 <= upper
    let middle = whole &* 4 &+ 2
    let roundUp =
      lowInside != highInside ? highInside : value > middle || value == middle && whole & 1 == 1
    digits = whole &+ (roundUp ? 1 : 0)
    exponent = scale
  }

  /// A power of ten as the algorithm wants it: 128 bits, never less than the true value.
  @inline(__always)
  private static func roundedUpPower(_ exponent: Int) -> LakePowerOfFive {
    // Safe: scales go from -324 to 292, so their opposites lie inside the table.
    var power = lake_power_of_five(Int64(exponent))
    // The table's entries are exact up to 5^55, rounded up from 5^-27 to 5^-1, else cut off.
    if exponent < -27 || exponent > 55 {
      let (sum, carry) = power.low.addingReportingOverflow(1)
      power.low = sum
      if carry { power.high &+= 1 }
    }
    return power
  }

  /// The upper 64 bits of a 192-bit product, the lowest of them set if anything is cut off.
  @inline(__always)
  private static func scaled(_ number: UInt64, _ power: LakePowerOfFive) -> UInt64 {
    let low = number.multipliedFullWidth(by: power.low).high
    let high = number.multipliedFullWidth(by: power.high)
    let (middle, carry) = high.low.addingReportingOverflow(low)
    // Safe: the product of two 64-bit numbers leaves room for a carry.
    let top = high.high &+ (carry ? 1 : 0)
    // The power is a little too great, by less than one unit of `middle`.
    return top | (middle > 1 ? 1 : 0)
  }
}
