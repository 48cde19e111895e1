import CLakeKernels

/// The layout of a binary floating-point type, and what follows from it for decimal text.
///
/// Plain integers instead of a protocol: the one routine that serves both types is inlined into its
/// two callers, and all of this is folded away.
struct BinaryFloat {
  /// Bits of the fraction that are stored.
  let fractionBits: Int
  /// The exponent field of infinity.
  let infiniteExponent: Int
  /// What the exponent field adds to the exponent of a number in [1, 2).
  let bias: Int
  /// Any 64-bit number times a lower power of ten is zero, times a higher one infinity.
  let powersOfTen: ClosedRange<Int>
  /// Where w × 10^q can lie exactly between two neighbours for a 64-bit w.
  let tiePowersOfTen: ClosedRange<Int>

  static var double: BinaryFloat {
    BinaryFloat(
      fractionBits: 52, infiniteExponent: 0x7FF, bias: 1023, powersOfTen: -342...308,
      tiePowersOfTen: -4...23)
  }

  static var float: BinaryFloat {
    BinaryFloat(
      fractionBits: 23, infiniteExponent: 0xFF, bias: 127, powersOfTen: -65...38,
      tiePowersOfTen: -17...10)
  }

  /// The bits of the number nearest to `mantissa × 10^exponent`, ties to even, without a sign.
  ///
  /// Eisel and Lemire: the mantissa is multiplied with the 128 leading bits of the power of five.
  /// 64 bits of the power nearly always settle the rounding, all 128 always do (Mushtak and Lemire
  /// proved it for every exponent that occurs here).
  @inline(__always)
  func nearest(mantissa: UInt64, exponent: Int) -> UInt64 {
    if mantissa == 0 || exponent < powersOfTen.lowerBound { return 0 }
    if exponent > powersOfTen.upperBound { return infinity }
    let leadingZeros = mantissa.leadingZeroBitCount
    let product = approximateProduct(mantissa &<< UInt64(leadingZeros), exponent)
    let upperBit = Int(product.high &>> 63)
    // The stored fraction, the hidden bit above it, and one bit below it to round by.
    let excess = UInt64(upperBit + 64 - fractionBits - 3)
    var fraction = product.high &>> excess
    // 217706 / 2^16 is log2(10): the binary exponent of a power of ten.
    var field = (217_706 * exponent) >> 16 + 63 + upperBit - leadingZeros + bias
    if field <= 0 {
      guard field > -63 else { return 0 }
      fraction &>>= UInt64(1 - field)
      fraction = (fraction + fraction & 1) >> 1
      // Rounding up may have made it a normal number, whose exponent field the carry then is.
      return fraction
    }
    if product.low <= 1, tiePowersOfTen.contains(exponent), fraction & 3 == 1,
      fraction &<< excess == product.high
    {
      // Exactly between two neighbours, of which the lower one is even.
      fraction &= ~1
    }
    fraction = (fraction + fraction & 1) >> 1
    if fraction >= 2 << UInt64(fractionBits) {
      fraction = 1 << UInt64(fractionBits)
      field += 1
    }
    if field >= infiniteExponent { return infinity }
    return UInt64(field) &<< UInt64(fractionBits) | fraction & (1 << UInt64(fractionBits) - 1)
  }

  @inline(__always)
  private func approximateProduct(
    _ mantissa: UInt64, _ exponent: Int
  ) -> (high: UInt64, low: UInt64) {
    // Safe: `powersOfTen` lies inside the table.
    let power = lake_power_of_five(Int64(exponent))
    var (high, low) = mantissa.multipliedFullWidth(by: power.high)
    let undecided = UInt64.max &>> UInt64(fractionBits + 3)
    if high & undecided == undecided {
      let correction = mantissa.multipliedFullWidth(by: power.low).high
      let (sum, carry) = low.addingReportingOverflow(correction)
      low = sum
      if carry { high &+= 1 }
    }
    return (high, low)
  }

  var infinity: UInt64 { UInt64(infiniteExponent) &<< UInt64(fractionBits) }

  /// A finite number as an integer times a power of two.
  func parts(ofBits bits: UInt64) -> (mantissa: UInt64, exponent: Int) {
    let fraction = bits & (1 << UInt64(fractionBits) - 1)
    let field = Int(bits >> UInt64(fractionBits))
    let lowest = 1 - bias - fractionBits
    if field == 0 { return (fraction, lowest) }
    return (fraction | 1 << UInt64(fractionBits), lowest + field - 1)
  }
}
