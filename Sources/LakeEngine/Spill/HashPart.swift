/// Which part rows belong to that are dealt out by the hash of their keys.
///
/// A part that is still too large is dealt out again, on the next level, by bits that have nothing
/// to do with those of the level before, nor with those that hash tables look at: the upper bits of
/// products with odd numbers, on which all bits of the hash below have had their effect.
enum HashPart {
  static let count = 64
  /// Equal keys cannot be told apart by hashes, so dealing out has an end.
  static let levels = 4

  private static let factors: [UInt64] = [
    0x9E37_79B9_7F4A_7C15, 0xC2B2_AE3D_27D4_EB4F, 0x1656_67B1_9E37_79F9, 0xD6E8_FEB8_6659_FD93,
  ]

  /// The part of each hash.
  static func parts(
    of hashes: UnsafePointer<UInt64>, count: Int, level: Int,
    into parts: UnsafeMutablePointer<UInt8>
  ) {
    let factor = factors[level]
    for row in 0..<count {
      // Folded, since a product's upper bits do not know of the upper half of its factor alone.
      let hash = hashes[row] ^ hashes[row] &>> 32
      parts[row] = UInt8(truncatingIfNeeded: (hash &* factor) &>> 58)
    }
  }
}
