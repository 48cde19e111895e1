/// Random numbers that depend on nothing but a seed: the same on every machine and for ever, since
/// generated data is compared byte for byte. (SplitMix64: one 64-bit state, an odd increment and a
/// finishing mix.)
package struct RandomStream: Sendable {
  private var state: UInt64

  package init(seed: UInt64) {
    state = seed
  }

  package mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ mixed &>> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed &>> 27) &* 0x94D0_49BB_1331_11EB
    return mixed ^ mixed &>> 31
  }

  /// The random number that belongs to `index` under a key. Any one can be had without those
  /// before it, which is what lets the parts of a data set be made in parallel.
  @inline(__always)
  static func number(_ index: Int, key: UInt64) -> UInt64 {
    var stream = RandomStream(
      seed: key ^ (UInt64(truncatingIfNeeded: index) &* 0xD1B5_4A32_D192_ED03))
    return stream.next()
  }

  /// The upper 32 bits of a random number, scaled to 0..<bound.
  @inline(__always)
  static func below(_ bound: Int, _ number: UInt64) -> Int {
    // Safe: a 32-bit number times a bound of at most 2^31 stays below 2^63.
    Int(truncatingIfNeeded: ((number &>> 32) &* UInt64(truncatingIfNeeded: bound)) &>> 32)
  }
}
