import CLakeKernels

/// A run of decimal digits, read eight at a time.
///
/// The value is exact while no more than nineteen digits (leading zeros aside) were read into it;
/// from then on it wraps, and the caller, who sees the count, looks again.
@frozen
package struct DigitRun {
  package var value: UInt64
  package var count: Int

  /// Any run of up to this many digits fits in 64 bits.
  @inlinable package static var exactDigitsMax: Int { 19 }

  @inlinable @inline(__always)
  package init(value: UInt64, count: Int) {
    self.value = value
    self.count = count
  }

  /// Reads the digits from `start` up to the first other byte, continuing after `value`.
  ///
  /// Eight bytes must be readable at every place up to and including the first byte that is no
  /// digit: the padded buffers of the readers, whose padding is no digit.
  @inlinable @inline(__always)
  package init(padded start: UnsafePointer<UInt8>, continuing value: UInt64 = 0) {
    self.init(value: value, count: 0)
    while true {
      let word = UnsafeRawPointer(start + count).loadUnaligned(as: UInt64.self)
      if append(leadingDigitsOf: word.littleEndian) < 8 { return }
    }
  }

  /// Reads the digits from `start` up to `end` or the first other byte, continuing after `value`.
  @inlinable @inline(__always)
  package init(
    _ start: UnsafePointer<UInt8>, end: UnsafePointer<UInt8>, continuing value: UInt64 = 0
  ) {
    self.init(value: value, count: 0)
    while true {
      let here = start + count
      if append(leadingDigitsOf: Word.load(here, atMost: end - here)) < 8 { return }
    }
  }

  /// Appends the digits that a word of text begins with; returns how many.
  @inlinable @inline(__always)
  mutating func append(leadingDigitsOf word: UInt64) -> Int {
    let digits = word ^ 0x3030_3030_3030_3030
    let others = Word.bytesAboveNine(digits)
    if others == 0 {
      value = value &* 100_000_000 &+ Word.number(ofEight: digits)
      count &+= 8
      return 8
    }
    let length = others.trailingZeroBitCount &>> 3
    // Missing digits become leading zeros. Two shifts, since one by 64 would be none.
    let aligned = (digits &<< UInt64(56 &- length &* 8)) &<< 8
    // Safe: the length is below 8.
    value = value &* lake_integer_power_of_ten(Int64(length)) &+ Word.number(ofEight: aligned)
    count &+= length
    return length
  }
}

/// Eight bytes of text in one register, the first in the low byte.
package enum Word {
  /// The bytes at `start`, as many as there are up to eight, followed by zeros. Nothing behind
  /// them is touched.
  @inlinable @inline(__always)
  package static func load(_ start: UnsafePointer<UInt8>, atMost count: Int) -> UInt64 {
    if count >= 8 { return UnsafeRawPointer(start).loadUnaligned(as: UInt64.self).littleEndian }
    return loadFewer(start, count: count)
  }

  /// Fewer than eight bytes, by two loads that overlap.
  @inlinable
  static func loadFewer(_ start: UnsafePointer<UInt8>, count: Int) -> UInt64 {
    let bytes = UnsafeRawPointer(start)
    if count >= 4 {
      let first = UInt64(bytes.loadUnaligned(as: UInt32.self).littleEndian)
      let tail = bytes.loadUnaligned(fromByteOffset: count - 4, as: UInt32.self)
      let last = UInt64(tail.littleEndian)
      return first | last &<< UInt64((count &- 4) &* 8)
    }
    if count <= 0 { return 0 }
    let middle = count &>> 1
    return UInt64(start[0]) | UInt64(start[middle]) &<< UInt64(middle &* 8)
      | UInt64(start[count - 1]) &<< UInt64((count &- 1) &* 8)
  }

  /// Of eight bytes from which "0" was taken: the high bit of the first that is no digit, and of
  /// some others behind it. Zero where all are digits.
  @inlinable @inline(__always)
  package static func bytesAboveNine(_ digits: UInt64) -> UInt64 {
    // A byte above 9 passes 0x7F or has its high bit already. What it carries over only disturbs
    // the bytes behind it.
    (digits &+ 0x7676_7676_7676_7676 | digits) & 0x8080_8080_8080_8080
  }

  /// The number that eight digit values (0 to 9, the first in the low byte) make.
  @inlinable @inline(__always)
  package static func number(ofEight digits: UInt64) -> UInt64 {
    // Neighbours become pairs, pairs fours, fours the number; no step leaves its lane: 99 fits in
    // 8 bits, 9999 in 32, and the sums are below 2^64.
    let pairs = digits &* 10 &+ digits &>> 8
    let mask: UInt64 = 0x0000_00FF_0000_00FF
    let first = (pairs & mask) &* 0x000F_4240_0000_0064
    let second = (pairs &>> 16 & mask) &* 0x0000_2710_0000_0001
    return (first &+ second) &>> 32
  }
}
