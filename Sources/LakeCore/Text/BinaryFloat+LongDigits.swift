extension BinaryFloat {
  /// More significant digits than these never matter one by one: where two neighbours meet has at
  /// most 767 of them. It matters only whether any of the others is not zero.
  private static var significantDigitsMax: Int { 800 }

  /// The bits of the number nearest to a token of any number of digits, without its sign.
  ///
  /// The first nineteen significant digits give a lower and an upper bound. These nearly always
  /// round to the same number; if not, the two are neighbours, and the text is compared with the
  /// middle between them in whole numbers of any size.
  @inline(never)
  func nearest(to token: DecimalToken) -> UInt64 {
    var mantissa: UInt64 = 0
    var significant = 0
    token.forEachDigit { digit in
      if significant > 0 || digit != 0 { significant += 1 }
      if significant <= DigitRun.exactDigitsMax { mantissa = mantissa &* 10 &+ UInt64(digit) }
    }
    if significant <= DigitRun.exactDigitsMax {
      return nearest(mantissa: mantissa, exponent: token.exponent)
    }
    let exponent = token.exponent + significant - DigitRun.exactDigitsMax
    let low = nearest(mantissa: mantissa, exponent: exponent)
    // Safe: nineteen digits and one are below 2^64.
    let high = nearest(mantissa: mantissa + 1, exponent: exponent)
    if low == high { return low }
    return roundExactly(token, significant: significant, low: low)
  }

  /// Decides between `low` and the next number up.
  private func roundExactly(_ token: DecimalToken, significant: Int, low: UInt64) -> UInt64 {
    var text = BigNatural()
    var seen = 0
    var cutOffNonzero = false
    let kept = min(significant, BinaryFloat.significantDigitsMax)
    token.forEachDigit { digit in
      if seen == 0, digit == 0 { return }
      seen += 1
      if seen <= kept {
        text.multiply(by: 10, adding: UInt64(digit))
      } else if digit != 0 {
        cutOffNonzero = true
      }
    }
    var textExponent = token.exponent + significant - kept
    if cutOffNonzero {
      // What was cut off is more than nothing and less than one unit: one digit stands for it.
      text.multiply(by: 10, adding: 1)
      textExponent -= 1
    }
    // The middle is an odd number of half units of `low`.
    let (mantissa, binaryExponent) = parts(ofBits: low)
    var middle = BigNatural(2 * mantissa + 1)
    // text × 10^t against middle × 2^b: the fives and the twos each go to the side where they are
    // factors, not divisors.
    if textExponent >= 0 {
      text.multiply(byPowerOfFive: textExponent)
    } else {
      middle.multiply(byPowerOfFive: -textExponent)
    }
    let twos = textExponent - (binaryExponent - 1)
    if twos >= 0 {
      text.shiftLeft(by: twos)
    } else {
      middle.shiftLeft(by: -twos)
    }
    switch text.compared(to: middle) {
    case ..<0: return low
    case 0: return low + low & 1
    default: return low + 1
    }
  }
}

/// A whole number of any size, for the rare text that no quicker way can round.
struct BigNatural {
  /// Least significant first, without zeros at the end.
  private var words: [UInt64] = []

  init() {}

  init(_ value: UInt64) {
    if value != 0 { words = [value] }
  }

  mutating func multiply(by factor: UInt64, adding summand: UInt64 = 0) {
    var carry = summand
    for index in words.indices {
      let product = words[index].multipliedFullWidth(by: factor)
      let (sum, overflow) = product.low.addingReportingOverflow(carry)
      words[index] = sum
      // Safe: the high word of a product is below the greatest word.
      carry = product.high + (overflow ? 1 : 0)
    }
    if carry != 0 { words.append(carry) }
  }

  mutating func multiply(byPowerOfFive exponent: Int) {
    var rest = exponent
    while rest > 0 {
      // 5^27 is the greatest power of five in 64 bits.
      let step = min(rest, 27)
      var factor: UInt64 = 1
      for _ in 0..<step { factor *= 5 }
      multiply(by: factor)
      rest -= step
    }
  }

  mutating func shiftLeft(by bits: Int) {
    multiply(by: 1 << UInt64(bits % 64))
    if !words.isEmpty {
      words.insert(contentsOf: repeatElement(0, count: bits / 64), at: 0)
    }
  }

  /// Negative, zero or positive.
  func compared(to other: BigNatural) -> Int {
    if words.count != other.words.count { return words.count - other.words.count }
    for index in words.indices.reversed() where words[index] != other.words[index] {
      return words[index] < other.words[index] ? -1 : 1
    }
    return 0
  }
}
