import CLakeKernels
import LakeCore

/// A place in a chunk. The bytes end with zeros that stop every loop (see `Chunk`), so a cursor is
/// compared with the end only where a loop stopped at a zero.
typealias Cursor = UnsafePointer<UInt8>

/// Walks over the tokens of JSON, shared by all that read it: the decoder, inference, the strict
/// validator. Every function takes a cursor and returns the one behind what it read, or nil.
///
/// The functions are inlined into their callers' loops; they use eight-byte words and one 16-byte
/// comparison from C, since Swift's own vector masks become scalar loops.
enum JSONScan {
  static let quote = UInt8(ascii: "\"")
  static let backslash = UInt8(ascii: "\\")
  static let newline = UInt8(ascii: "\n")
  static let comma = UInt8(ascii: ",")
  static let colon = UInt8(ascii: ":")
  static let minus = UInt8(ascii: "-")
  static let openBrace = UInt8(ascii: "{")
  static let closeBrace = UInt8(ascii: "}")
  static let openBracket = UInt8(ascii: "[")
  static let closeBracket = UInt8(ascii: "]")

  /// Space, tab, newline, return; nothing else is blank in JSON.
  @inline(__always)
  static func isBlank(_ byte: UInt8) -> Bool {
    // One bit a blank byte, tested by a shift. Safe: the comparison keeps the shift below 64.
    byte <= 0x20 && (0x1_0000_2600 as UInt64) &>> UInt64(byte) & 1 == 1
  }

  @inline(__always)
  static func skipBlanks(_ start: Cursor) -> Cursor {
    var cursor = start
    while cursor.pointee <= 0x20, isBlank(cursor.pointee) { cursor += 1 }
    return cursor
  }

  /// From behind an opening quote to the first quote, backslash or control byte.
  @inline(__always)
  static func plainStringEnd(_ start: Cursor) -> Cursor {
    var cursor = start
    while true {
      let stops = lake_json_string_stops(cursor)
      if stops != 0 { return cursor + stops.trailingZeroBitCount }
      cursor += 16
    }
  }

  /// Whether the bytes at the cursor are those of a short word.
  @inline(__always)
  static func isTrue(_ cursor: Cursor) -> Bool { word32(cursor) == 0x6575_7274 }

  @inline(__always)
  static func isFalse(_ cursor: Cursor) -> Bool {
    cursor.pointee == UInt8(ascii: "f") && word32(cursor + 1) == 0x6573_6c61
  }

  @inline(__always)
  static func isNull(_ cursor: Cursor) -> Bool { word32(cursor) == 0x6c6c_756e }

  @inline(__always)
  static func word32(_ cursor: Cursor) -> UInt32 {
    UInt32(littleEndian: UnsafeRawPointer(cursor).loadUnaligned(as: UInt32.self))
  }

  @inline(__always)
  static func word64(_ cursor: Cursor) -> UInt64 {
    UInt64(littleEndian: UnsafeRawPointer(cursor).loadUnaligned(as: UInt64.self))
  }
}

// MARK: - Numbers

/// A number as it stands in the text: up to 19 digits in a word, the rest told apart.
struct NumberToken {
  var end: Cursor
  /// The digits without sign and point, where there are at most 19.
  var mantissa: UInt64
  /// Digits from the first that is not zero on.
  var digitCount: Int
  /// The power of ten that the mantissa is to be multiplied with.
  var exponent: Int
  var isNegative: Bool
  /// Whether there is neither point nor exponent.
  var isInteger: Bool
  /// Digits behind the point.
  var fractionCount: Int
}

extension JSONScan {
  /// The value of the digits at the cursor, up to eight, and how many they are.
  ///
  /// All eight bytes are looked at in one word: a byte that is no digit leaves a mark in its high
  /// bits; the bytes before the first mark are moved to the top, so that the others count as
  /// leading zeros; then three multiplications add up neighbours, pairs and fours.
  @inline(__always)
  static func digits(_ cursor: Cursor) -> (value: UInt64, count: Int) {
    let word = word64(cursor)
    let low = word ^ 0x3030_3030_3030_3030
    // A byte is a digit if its distance from '0' stays below 16 when 6 is added and it had no
    // high bit. A carry only reaches bytes behind the first that is no digit.
    let marks = ((low &+ 0x7676_7676_7676_7676) | low) & 0x8080_8080_8080_8080
    // Safe: with no mark the count is 64 >> 3 = 8.
    let count = marks.trailingZeroBitCount / 8
    if count == 0 { return (0, 0) }
    // Safe: count is 1 to 8, so the shift is 0 to 56; the products cannot exceed 99,999,999.
    var sum = low &<< UInt64(64 &- count &* 8)
    sum = ((sum & 0x0F0F_0F0F_0F0F_0F0F) &* 2561) &>> 8
    sum = ((sum & 0x00FF_00FF_00FF_00FF) &* 6_553_601) &>> 16
    sum = ((sum & 0x0000_FFFF_0000_FFFF) &* 42_949_672_960_001) &>> 32
    return (sum, count)
  }

  /// Powers of ten that fit in a word with eight digits to come.
  @inline(__always)
  static func power(_ count: Int) -> UInt64 {
    switch count {
    case 0: 1
    case 1: 10
    case 2: 100
    case 3: 1_000
    case 4: 10_000
    case 5: 100_000
    case 6: 1_000_000
    case 7: 10_000_000
    default: 100_000_000
    }
  }

  /// An integer of at most 18 digits with nothing after it that would make it another number; nil
  /// sends the caller to `number`.
  @inline(__always)
  static func shortInteger(_ start: Cursor) -> (value: Int64, end: Cursor)? {
    let isNegative = start.pointee == minus
    var cursor = isNegative ? start + 1 : start
    let first = digits(cursor)
    var value = first.value
    var count = first.count
    if count == 8 {
      let second = digits(cursor + 8)
      value = value &* power(second.count) &+ second.value
      count &+= second.count
      if count == 16 {
        let third = digits(cursor + 16)
        if third.count > 2 { return nil }
        value = value &* power(third.count) &+ third.value
        count &+= third.count
      }
    }
    if count == 0 || (cursor.pointee == UInt8(ascii: "0") && count > 1) { return nil }
    cursor += count
    let next = cursor.pointee
    if next == UInt8(ascii: ".") || next | 0x20 == UInt8(ascii: "e") { return nil }
    // Safe: 18 digits are below 2^63.
    let magnitude = Int64(truncatingIfNeeded: value)
    return (isNegative ? 0 &- magnitude : magnitude, cursor)
  }

  /// A number by the grammar of JSON, whatever its length; nil where it is none.
  @inline(__always)
  static func number(_ start: Cursor) -> NumberToken? {
    let isNegative = start.pointee == minus
    let first = isNegative ? start + 1 : start
    var token = NumberToken(
      end: first, mantissa: 0, digitCount: 0, exponent: 0, isNegative: isNegative,
      isInteger: true, fractionCount: 0)
    readDigits(&token)
    let integerCount = token.end - first
    if integerCount == 0 { return nil }
    if first.pointee == UInt8(ascii: "0"), integerCount > 1 { return nil }
    if token.end.pointee == UInt8(ascii: ".") {
      token.end += 1
      let fraction = token.end
      readDigits(&token)
      token.fractionCount = token.end - fraction
      if token.fractionCount == 0 { return nil }
      token.exponent = 0 &- token.fractionCount
      token.isInteger = false
    }
    if token.end.pointee | 0x20 == UInt8(ascii: "e") {
      token.isInteger = false
      if !readExponent(&token) { return nil }
    }
    return token
  }

  /// Adds digits to the mantissa while they fit; counts them all.
  @inline(__always)
  private static func readDigits(_ token: inout NumberToken) {
    while true {
      let group = digits(token.end)
      if group.count == 0 { return }
      // Safe: up to 19 digits fit in 64 bits; beyond, the mantissa is not used.
      token.mantissa = token.mantissa &* power(group.count) &+ group.value
      if token.digitCount > 0 {
        token.digitCount &+= group.count
      } else if group.value != 0 {
        token.digitCount = significant(group.value)
      }
      token.end += group.count
      if group.count < 8 { return }
    }
  }

  /// Digits of a value below 10^8 without leading zeros.
  @inline(__always)
  private static func significant(_ value: UInt64) -> Int {
    var count = 1
    var bound: UInt64 = 10
    while value >= bound {
      count &+= 1
      bound &*= 10
    }
    return count
  }

  private static func readExponent(_ token: inout NumberToken) -> Bool {
    var cursor = token.end + 1
    let isNegative = cursor.pointee == minus
    if isNegative || cursor.pointee == UInt8(ascii: "+") { cursor += 1 }
    let first = cursor
    var exponent = 0
    while cursor.pointee &- 0x30 < 10 {
      // Beyond a million every value is zero or infinite; the digits are still read.
      if exponent < 1_000_000 { exponent = exponent * 10 + Int(cursor.pointee &- 0x30) }
      cursor += 1
    }
    if cursor == first { return false }
    token.end = cursor
    token.exponent += isNegative ? -exponent : exponent
    return true
  }
}
