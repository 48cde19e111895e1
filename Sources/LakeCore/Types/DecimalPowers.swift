/// Powers of ten for decimals.
package enum DecimalPowers {
  /// 10 to the `exponent`, which is between 0 and 38.
  package static func power(_ exponent: Int) -> Int128 {
    precondition(exponent >= 0 && exponent <= 38)
    var result: Int128 = 1
    // 10^38 < 2^127, so nothing overflows.
    for _ in 0..<exponent { result &*= 10 }
    return result
  }
}
