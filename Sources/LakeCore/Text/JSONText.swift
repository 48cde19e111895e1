import CLakeKernels

/// Strings as JSON text.
package enum JSONText {
  /// Appends the bytes of a string in quotes, escaped as RFC 8259 asks: the quote, the backslash
  /// and everything below U+0020; all else stays as it is.
  package static func appendQuoted(
    _ bytes: UnsafePointer<UInt8>, count: Int, to sink: inout ByteSink
  ) throws(LakeError) {
    // Safe: the string lies in memory, so its length is far below overflow.
    try sink.reserve(count &+ 2)
    sink.cursor.pointee = UInt8(ascii: "\"")
    sink.advance(by: 1)
    try appendReserved(bytes, count: count, to: &sink)
    try sink.append(UInt8(ascii: "\""))
  }

  /// Appends the bytes of a string, escaped, without quotes around them.
  package static func appendEscaped(
    _ bytes: UnsafePointer<UInt8>, count: Int, to sink: inout ByteSink
  ) throws(LakeError) {
    try sink.reserve(count)
    try appendReserved(bytes, count: count, to: &sink)
  }

  /// With room for the bytes as they are. Whole words are copied, and those of their bytes count
  /// that stand before the first to be escaped; the sink's slack takes the rest.
  @inline(__always)
  private static func appendReserved(
    _ bytes: UnsafePointer<UInt8>, count: Int, to sink: inout ByteSink
  ) throws(LakeError) {
    let end = bytes + count
    var source = bytes
    var cursor = sink.cursor
    while source < end {
      let left = end - source
      if left >= 16 {
        UnsafeMutableRawPointer(cursor).copyMemory(from: source, byteCount: 16)
        let mask = lake_json_escape_mask(source)
        // A branch and not arithmetic: the next bytes need not wait for it.
        if mask == 0 {
          cursor += 16
          source += 16
          continue
        }
        cursor += mask.trailingZeroBitCount
        source += mask.trailingZeroBitCount
      } else {
        let word = Word.load(source, atMost: left)
        UnsafeMutableRawPointer(cursor).storeBytes(of: word.littleEndian, as: UInt64.self)
        let taken = min(left, 8)
        let clean = min(escapes(in: word).trailingZeroBitCount &>> 3, taken)
        cursor += clean
        source += clean
        if clean == taken { continue }
      }
      sink.advance(by: cursor - sink.cursor)
      try appendEscape(of: source.pointee, andThen: end - source, to: &sink)
      cursor = sink.cursor
      source += 1
    }
    sink.advance(by: cursor - sink.cursor)
  }

  /// The high bit of the first byte of a word that must be escaped, and of some others behind it.
  @inline(__always)
  private static func escapes(in word: UInt64) -> UInt64 {
    let quotes = word ^ 0x2222_2222_2222_2222
    let backslashes = word ^ 0x5C5C_5C5C_5C5C_5C5C
    // Subtracting borrows only from bytes behind one that is found; bytes that had their high bit
    // set are none of the three.
    let ones: UInt64 = 0x0101_0101_0101_0101
    let below = (word &- ones &* 0x20) | (quotes &- ones) | (backslashes &- ones)
    return below & ~word & 0x8080_8080_8080_8080
  }

  /// Writes the escape of one byte and makes room for it and for the bytes that follow.
  @inline(never)
  private static func appendEscape(
    of byte: UInt8, andThen following: Int, to sink: inout ByteSink
  ) throws(LakeError) {
    // Safe: the string and its escape lie in memory, so their lengths are far below overflow.
    try sink.reserve(following &+ 6)
    let cursor = sink.cursor
    cursor[0] = UInt8(ascii: "\\")
    if let letter = shortEscape(of: byte) {
      cursor[1] = letter
      sink.advance(by: 2)
      return
    }
    cursor[1] = UInt8(ascii: "u")
    cursor[2] = UInt8(ascii: "0")
    cursor[3] = UInt8(ascii: "0")
    cursor[4] = hexDigit(byte &>> 4)
    cursor[5] = hexDigit(byte & 0x0F)
    sink.advance(by: 6)
  }

  private static func shortEscape(of byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"): byte
    case 0x08: UInt8(ascii: "b")
    case 0x09: UInt8(ascii: "t")
    case 0x0A: UInt8(ascii: "n")
    case 0x0C: UInt8(ascii: "f")
    case 0x0D: UInt8(ascii: "r")
    default: nil
    }
  }

  private static func hexDigit(_ value: UInt8) -> UInt8 {
    value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
  }
}
