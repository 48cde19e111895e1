import CLakeKernels

/// Doubles and floats from text, correctly rounded: the number nearest to what is written, ties to
/// even, whatever the length of the text.
///
/// What is beyond the greatest number is infinity, what is below the least is zero; both keep their
/// sign.
package enum DoubleText {
  /// The double nearest to `mantissa × 10^exponent`. The mantissa is exact: at most nineteen
  /// significant digits went into it (`DigitRun.exactDigitsMax`). Longer texts go to `parse`.
  @inlinable @inline(__always)
  package static func nearest(mantissa: UInt64, exponent: Int, isNegative: Bool) -> Double {
    // Clinger: both factors are doubles without error, so that one operation rounds once.
    if mantissa <= 1 &<< 53, exponent >= -22, exponent <= 22 {
      let whole = Double(mantissa)
      // Safe: the exponent was compared with the ends of the table.
      let value =
        exponent < 0
        ? whole / lake_exact_power_of_ten(Int64(0 &- exponent))
        : whole * lake_exact_power_of_ten(Int64(exponent))
      return isNegative ? -value : value
    }
    return nearestByTable(mantissa: mantissa, exponent: exponent, isNegative: isNegative)
  }

  @usableFromInline
  static func nearestByTable(mantissa: UInt64, exponent: Int, isNegative: Bool) -> Double {
    double(BinaryFloat.double.nearest(mantissa: mantissa, exponent: exponent), isNegative)
  }

  /// Reads a whole token: `[+-] digits [. digits] [e [+-] digits]` with at least one digit beside
  /// the point. Nil if anything else stands in it; names of numbers (`nan`) are `parseName`'s.
  package static func parse(_ start: UnsafePointer<UInt8>, count: Int) -> Double? {
    guard let token = DecimalToken(start, count: count) else { return nil }
    guard token.digitCount <= DigitRun.exactDigitsMax else {
      return double(BinaryFloat.double.nearest(to: token), token.isNegative)
    }
    return nearest(
      mantissa: token.mantissa, exponent: token.exponent, isNegative: token.isNegative)
  }

  /// As `parse`, rounded once to a float: a detour over a double would round twice.
  package static func parseFloat(_ start: UnsafePointer<UInt8>, count: Int) -> Float? {
    guard let token = DecimalToken(start, count: count) else { return nil }
    let bits =
      token.digitCount <= DigitRun.exactDigitsMax
      ? BinaryFloat.float.nearest(mantissa: token.mantissa, exponent: token.exponent)
      : BinaryFloat.float.nearest(to: token)
    // Safe: a float's bits without its sign are below 2^31.
    let value = Float(bitPattern: UInt32(truncatingIfNeeded: bits))
    return token.isNegative ? -value : value
  }

  /// Reads `NaN`, `Infinity` and `inf`, in any case, with or without a sign.
  package static func parseName(_ start: UnsafePointer<UInt8>, count: Int) -> Double? {
    guard count >= 3, count <= 9 else { return nil }
    let isNegative = start[0] == UInt8(ascii: "-")
    let name = isNegative || start[0] == UInt8(ascii: "+") ? 1 : 0
    var folded: UInt64 = 0
    for index in name..<count {
      guard start[index] & 0xC0 == 0x40 else { return nil }
      folded = folded &<< 8 | UInt64(start[index] | 0x20)
    }
    switch folded {
    case 0x6E_616E: return .nan
    case 0x69_6E66, 0x696E_6669_6E69_7479: return isNegative ? -.infinity : .infinity
    default: return nil
    }
  }

  @inline(__always)
  private static func double(_ bits: UInt64, _ isNegative: Bool) -> Double {
    Double(bitPattern: isNegative ? bits | 1 &<< 63 : bits)
  }
}
