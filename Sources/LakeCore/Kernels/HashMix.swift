/// The arithmetic of hashes.
package enum HashMix {
  static let seed: UInt64 = 0x9E37_79B9_7F4A_7C15
  static let null: UInt64 = 0x2545_F491_4F6C_DD1D
  private static let odd: UInt64 = 0xD1B5_4A32_D192_ED03

  /// The two halves of the 128-bit product, folded.
  @inline(__always)
  static func fold(_ a: UInt64, _ b: UInt64) -> UInt64 {
    let product = a.multipliedFullWidth(by: b)
    return product.high ^ product.low
  }

  @inline(__always)
  static func hash(_ value: UInt64) -> UInt64 { fold(value ^ seed, odd) }

  /// Not the same for (a, b) and (b, a).
  @inline(__always)
  static func combine(_ hash: UInt64, _ next: UInt64) -> UInt64 {
    fold(hash ^ (next &+ seed), odd)
  }

  /// The bits of a number, the same for −0 and 0 and for every NaN.
  @inline(__always)
  static func canonical(_ value: Double) -> UInt64 {
    // Adding 0 turns −0 into 0 and changes nothing else.
    value == value ? (value + 0).bitPattern : 0x7FF8_0000_0000_0000
  }

  /// A string that is inline is two words, and needs no look at its bytes.
  @inline(__always)
  static func hash(_ view: StringView) -> UInt64 {
    if view.isInline { return fold(fold(view.head ^ seed, view.tail ^ odd), odd) }
    return hash(view.pointer, count: view.count)
  }

  /// More than twelve bytes, sixteen at a time; the last sixteen (or eight and eight) overlap those
  /// before.
  static func hash(_ bytes: UnsafeRawPointer, count: Int) -> UInt64 {
    var hash = seed ^ UInt64(truncatingIfNeeded: count)
    var offset = 0
    while offset &+ 16 < count {
      let a = bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
      let b = bytes.loadUnaligned(fromByteOffset: offset &+ 8, as: UInt64.self)
      hash = fold(a ^ hash, b ^ odd)
      offset &+= 16
    }
    // Safe: more than twelve bytes, so there are eight before the end.
    let b = bytes.loadUnaligned(fromByteOffset: count &- 8, as: UInt64.self)
    let a = bytes.loadUnaligned(fromByteOffset: max(count &- 16, 0), as: UInt64.self)
    return fold(fold(a ^ hash, b ^ odd), odd)
  }

  /// Null rows get the hash of null.
  static func markNulls(
    _ validity: Bitmap?, count: Int, _ hashes: UnsafeMutablePointer<UInt64>
  ) {
    guard let words = validity?.words else { return }
    for index in 0..<Bitmap.wordCount(for: count) {
      var nulls = ~words[index] & Bitmap.liveMask(word: index, count: count)
      while nulls != 0 {
        hashes[index &* 64 &+ nulls.trailingZeroBitCount] = null
        nulls &= nulls &- 1
      }
    }
  }
}
