/// Numbers of a fixed count of bits, one behind the other, the lowest bit first.
enum BitPacking {
  /// Writes eight values of `width` bits (1 to 32) as `width` bytes; up to 16 bytes at a time are
  /// stored, so there are 16 bytes of room behind.
  @inline(__always)
  static func pack8<T: FixedWidthInteger & UnsignedInteger>(
    _ values: UnsafePointer<T>, width: Int, to out: UnsafeMutablePointer<UInt8>
  ) {
    let raw = UnsafeMutableRawPointer(out)
    let w = UInt64(truncatingIfNeeded: width)
    if width <= 8 {
      var word: UInt64 = 0
      for index in 0..<8 {
        word |= UInt64(truncatingIfNeeded: values[index]) &<< (UInt64(index) &* w)
      }
      raw.storeBytes(of: word.littleEndian, as: UInt64.self)
    } else if width <= 16 {
      let low = quartet(values, w)
      let high = quartet(values + 4, w)
      let shift = 4 &* w
      raw.storeBytes(
        of: (shift == 64 ? low : low | high &<< shift).littleEndian, as: UInt64.self)
      let rest = shift == 64 ? high : high &>> (64 &- shift)
      raw.storeBytes(of: rest.littleEndian, toByteOffset: 8, as: UInt64.self)
    } else {
      var (word, filled, at): (UInt64, UInt64, Int) = (0, 0, 0)
      for index in 0..<8 {
        let value = UInt64(truncatingIfNeeded: values[index])
        word |= value &<< filled
        filled &+= w
        if filled >= 32 {
          raw.storeBytes(
            of: UInt32(truncatingIfNeeded: word).littleEndian, toByteOffset: at, as: UInt32.self)
          word &>>= 32
          filled &-= 32
          at &+= 4
        }
      }
      // Eight values are whole bytes; what is left is below 32 bits.
      if filled > 0 {
        raw.storeBytes(
          of: UInt32(truncatingIfNeeded: word).littleEndian, toByteOffset: at, as: UInt32.self)
      }
    }
  }

  @inline(__always)
  private static func quartet<T: FixedWidthInteger & UnsignedInteger>(
    _ values: UnsafePointer<T>, _ w: UInt64
  ) -> UInt64 {
    UInt64(truncatingIfNeeded: values[0]) | UInt64(truncatingIfNeeded: values[1]) &<< w
      | UInt64(truncatingIfNeeded: values[2]) &<< (2 &* w)
      | UInt64(truncatingIfNeeded: values[3]) &<< (3 &* w)
  }

  /// Writes 32 values of up to 64 bits as `width` times four bytes; eight bytes of room behind.
  static func pack32(
    _ values: UnsafePointer<UInt64>, width: Int, to out: UnsafeMutablePointer<UInt8>
  ) {
    let raw = UnsafeMutableRawPointer(out)
    let w = UInt64(truncatingIfNeeded: width)
    var (word, filled, at): (UInt64, UInt64, Int) = (0, 0, 0)
    for index in 0..<32 {
      let value = values[index]
      word |= value &<< filled
      let sum = filled &+ w
      if sum >= 64 {
        raw.storeBytes(of: word.littleEndian, toByteOffset: at, as: UInt64.self)
        at &+= 8
        // The bits of the value that did not fit.
        let used = 64 &- filled
        word = used == 64 ? 0 : value &>> used
        filled = sum &- 64
      } else {
        filled = sum
      }
    }
    if filled > 0 { raw.storeBytes(of: word.littleEndian, toByteOffset: at, as: UInt64.self) }
  }

  /// Reads `count` values of `width` bits (1 to 32), a multiple of eight. Up to 8 bytes behind
  /// their end are read.
  static func unpack<T: FixedWidthInteger & UnsignedInteger>(
    _ bytes: UnsafePointer<UInt8>, width: Int, count: Int, into out: UnsafeMutablePointer<T>
  ) {
    switch width {
    case 1: unpackGroups(bytes, 1, count, out)
    case 2: unpackGroups(bytes, 2, count, out)
    case 3: unpackGroups(bytes, 3, count, out)
    case 4: unpackGroups(bytes, 4, count, out)
    case 5: unpackGroups(bytes, 5, count, out)
    case 6: unpackGroups(bytes, 6, count, out)
    case 7: unpackGroups(bytes, 7, count, out)
    case 8: unpackGroups(bytes, 8, count, out)
    case 9: unpackGroups(bytes, 9, count, out)
    case 10: unpackGroups(bytes, 10, count, out)
    case 11: unpackGroups(bytes, 11, count, out)
    case 12: unpackGroups(bytes, 12, count, out)
    case 13: unpackGroups(bytes, 13, count, out)
    case 14: unpackGroups(bytes, 14, count, out)
    case 15: unpackGroups(bytes, 15, count, out)
    case 16: unpackGroups(bytes, 16, count, out)
    case 17: unpackGroups(bytes, 17, count, out)
    case 18: unpackGroups(bytes, 18, count, out)
    default: unpackGroups(bytes, width, count, out)
    }
  }

  @inline(__always)
  private static func unpackGroups<T: FixedWidthInteger & UnsignedInteger>(
    _ bytes: UnsafePointer<UInt8>, _ width: Int, _ count: Int, _ out: UnsafeMutablePointer<T>
  ) {
    let mask = (1 as UInt64) &<< UInt64(truncatingIfNeeded: width) &- 1
    var raw = UnsafeRawPointer(bytes)
    var at = 0
    while at < count {
      for index in 0..<8 {
        let bit = index &* width
        // At most 7 + 32 bits are wanted of the 64 that are loaded.
        let word = raw.loadUnaligned(fromByteOffset: bit &>> 3, as: UInt64.self)
        out[at &+ index] = T(
          truncatingIfNeeded: UInt64(littleEndian: word) &>> UInt64(bit & 7) & mask)
      }
      raw += width
      at &+= 8
    }
  }

  /// Reads `count` values of up to 64 bits, adding a constant to each. Up to 16 bytes behind their
  /// end are read.
  static func unpackDeltas(
    _ bytes: UnsafePointer<UInt8>, width: Int, count: Int, adding: UInt64,
    into out: UnsafeMutablePointer<UInt64>
  ) {
    if width == 0 {
      for index in 0..<count { out[index] = adding }
      return
    }
    let raw = UnsafeRawPointer(bytes)
    let mask = width == 64 ? UInt64.max : (1 as UInt64) &<< UInt64(width) &- 1
    for index in 0..<count {
      let bit = index &* width
      let shift = UInt64(bit & 7)
      var value =
        UInt64(
          littleEndian: raw.loadUnaligned(fromByteOffset: bit &>> 3, as: UInt64.self)) &>> shift
      if width > 56, shift > 0 {
        let next = raw.load(fromByteOffset: bit &>> 3 &+ 8, as: UInt8.self)
        value |= UInt64(next) &<< (64 &- shift)
      }
      out[index] = value & mask &+ adding
    }
  }

  /// The bits of the largest of `count` numbers that begin at 0.
  static func width(forCount count: Int) -> Int {
    count <= 1 ? 0 : Int.bitWidth - (count - 1).leadingZeroBitCount
  }
}
