/// What kernels do with whole words of a bitmap.
extension Bitmap {
  /// Rows whose bit is set in both; nil stands for all ones.
  package static func intersection(
    _ a: Bitmap?, _ b: Bitmap?, tracker: MemoryTracker? = nil
  ) throws(LakeError) -> Bitmap? {
    guard let a else { return b }
    guard let b else { return a }
    if a.buffer === b.buffer { return a }
    precondition(a.count == b.count)
    let target = try Buffer(wordsFor: a.count, tracker: tracker)
    let (x, y, out) = (a.words, b.words, target.pointer(as: UInt64.self))
    for index in 0..<wordCount(for: a.count) {
      out[index] = x[index] & y[index]
    }
    return Bitmap(buffer: target, count: a.count)
  }

  /// Rows whose bit is set in `a` (nil: all) and not in `b`.
  package static func subtracting(
    _ b: Bitmap, from a: Bitmap?, tracker: MemoryTracker? = nil
  ) throws(LakeError) -> Bitmap {
    let target = try Buffer(wordsFor: b.count, tracker: tracker)
    let (remove, out) = (b.words, target.pointer(as: UInt64.self))
    for index in 0..<wordCount(for: b.count) {
      let kept = a?.words[index] ?? liveMask(word: index, count: b.count)
      out[index] = kept & ~remove[index]
    }
    return Bitmap(buffer: target, count: b.count)
  }

  /// Rows whose bit is set in either; nil stands for all zeros.
  package static func union(
    _ a: Bitmap?, _ b: Bitmap?, tracker: MemoryTracker? = nil
  ) throws(LakeError) -> Bitmap? {
    guard let a else { return b }
    guard let b else { return a }
    precondition(a.count == b.count)
    let target = try Buffer(wordsFor: a.count, tracker: tracker)
    let (x, y, out) = (a.words, b.words, target.pointer(as: UInt64.self))
    for index in 0..<wordCount(for: a.count) {
      out[index] = x[index] | y[index]
    }
    return Bitmap(buffer: target, count: a.count)
  }

  /// Bit `i` of the answer is bit `rows[i]` of this bitmap.
  package func gathered(
    _ rows: UnsafePointer<UInt32>, count: Int, tracker: MemoryTracker? = nil
  ) throws(LakeError) -> Bitmap {
    let target = try Buffer(wordsFor: count, tracker: tracker)
    let (source, out) = (words, target.pointer(as: UInt64.self))
    let whole = count &>> 6
    for index in 0..<whole {
      var word: UInt64 = 0
      let block = rows + index &* 64
      for bit in 0..<64 {
        let row = Int(block[bit])
        // Bits come in at the top and move down, so that the shift is the same for all.
        word = word &>> 1 | (source[row &>> 6] &>> UInt64(row & 63)) &<< 63
      }
      out[index] = word
    }
    var rest: UInt64 = 0
    for bit in 0..<(count & 63) {
      let row = Int(rows[whole &* 64 &+ bit])
      rest |= (source[row &>> 6] &>> UInt64(row & 63) & 1) &<< UInt64(bit)
    }
    if count & 63 != 0 { out[whole] = rest }
    return Bitmap(buffer: target, count: count)
  }

  /// The bits of a word of a bitmap that belong to rows.
  @inlinable
  package static func liveMask(word: Int, count: Int) -> UInt64 {
    let rows = count &- word &* 64
    if rows >= 64 { return .max }
    return rows <= 0 ? 0 : (1 as UInt64) &<< UInt64(rows) &- 1
  }

  /// The bit of a row, for callers that have tested the bound.
  @inlinable @inline(__always)
  package static func bit(_ words: UnsafePointer<UInt64>, _ row: Int) -> Bool {
    words[row &>> 6] &>> UInt64(row & 63) & 1 == 1
  }

  /// The lowest row whose bit is set.
  package var firstSet: Int? {
    for index in 0..<Bitmap.wordCount(for: count) where words[index] != 0 {
      return index * 64 + words[index].trailingZeroBitCount
    }
    return nil
  }
}

/// Bytes of 0 and 1 (boolean vectors) to bits and back, 64 rows at a time.
extension Bitmap {
  /// Bit `i` is the lowest bit of byte `i` of the 64 bytes at `bytes`.
  @inline(__always)
  static func packBlock(_ bytes: UnsafePointer<UInt8>) -> UInt64 {
    let raw = UnsafeRawPointer(bytes)
    var word: UInt64 = 0
    for group in 0..<8 {
      // One multiplication moves the eight low bits beside each other into the top byte: bit j of
      // the answer is the sum of one term only, so nothing carries.
      let eight = raw.loadUnaligned(fromByteOffset: group &* 8, as: UInt64.self)
      let bits = ((eight & 0x0101_0101_0101_0101) &* 0x0102_0408_1020_4080) &>> 56
      word |= bits &<< UInt64(group &* 8)
    }
    return word
  }

  /// The 64 bytes at `bytes` become the bits of `word`, lowest first.
  @inline(__always)
  static func unpackBlock(_ word: UInt64, into bytes: UnsafeMutablePointer<UInt8>) {
    let raw = UnsafeMutableRawPointer(bytes)
    for group in 0..<8 {
      let bits = word &>> UInt64(group &* 8) & 0xFF
      // Byte j keeps bit j only; adding 0x7F then carries into bit 7 exactly where it is set.
      let spread = bits &* 0x0101_0101_0101_0101 & 0x8040_2010_0804_0201
      let ones = (spread &+ 0x7F7F_7F7F_7F7F_7F7F) &>> 7 & 0x0101_0101_0101_0101
      raw.storeBytes(of: ones, toByteOffset: group &* 8, as: UInt64.self)
    }
  }

  /// A bitmap of bytes of 0 and 1. Up to 63 bytes past the end are read: a buffer's padding.
  package static func packing(
    _ bytes: UnsafePointer<UInt8>, count: Int, tracker: MemoryTracker? = nil
  ) throws(LakeError) -> Bitmap {
    let target = try Buffer(wordsFor: count, tracker: tracker)
    let out = target.pointer(as: UInt64.self)
    for index in 0..<wordCount(for: count) {
      out[index] = packBlock(bytes + index &* 64) & liveMask(word: index, count: count)
    }
    return Bitmap(buffer: target, count: count)
  }
}

extension Buffer {
  /// Room for a bitmap of `count` rows.
  convenience init(wordsFor count: Int, tracker: MemoryTracker?) throws(LakeError) {
    try self.init(byteCount: Bitmap.wordCount(for: count) * 8, tracker: tracker)
  }

  /// Room for `count` booleans, rounded up so that kernels may write whole blocks of 64.
  convenience init(booleans count: Int, tracker: MemoryTracker?) throws(LakeError) {
    try self.init(byteCount: (count + 63) / 64 * 64, tracker: tracker)
  }
}
