/// Dates as text: `2024-02-29`.
///
/// A year has four digits. With a sign it may have more: `-0044-03-15`, `+12024-01-01`. Year 0000
/// is the year before 0001.
package enum DateText {
  @inlinable package static var byteCountMax: Int { 16 }

  /// Reads a whole token; days since 1970-01-01. Nil if it is no date, or no such day exists.
  @inlinable
  package static func parse(_ start: UnsafePointer<UInt8>, count: Int) -> Int32? {
    if count == 10, let date = fixed(start) { return date.isValid ? date.days : nil }
    return parseSigned(start, count: count)
  }

  /// The ten bytes `YYYY-MM-DD`, not yet checked for months and days that do not exist.
  @inlinable @inline(__always)
  static func fixed(_ start: UnsafePointer<UInt8>) -> CivilDate? {
    let bytes = UnsafeRawPointer(start)
    // "YYYY-MM-" with its dashes made zeros and its digits values.
    let word = bytes.loadUnaligned(as: UInt64.self).littleEndian ^ 0x2D30_302D_3030_3030
    let tail = UInt64(bytes.loadUnaligned(fromByteOffset: 8, as: UInt16.self).littleEndian ^ 0x3030)
    guard Word.bytesAboveNine(word) | Word.bytesAboveNine(tail) == 0,
      word & 0xFF00_00FF_0000_0000 == 0
    else { return nil }
    let pairs = word &* 10 &+ word &>> 8
    let year = (pairs & 0xFF) &* 100 &+ (pairs &>> 16 & 0xFF)
    let day = (tail & 0xFF) &* 10 &+ tail &>> 8
    return CivilDate(
      year: Int(truncatingIfNeeded: year), month: Int(truncatingIfNeeded: pairs &>> 40 & 0xFF),
      day: Int(truncatingIfNeeded: day))
  }

  @usableFromInline
  static func parseSigned(_ start: UnsafePointer<UInt8>, count: Int) -> Int32? {
    guard let (date, length) = prefix(start, count: count), length == count else { return nil }
    return date.days
  }

  /// The date that a text begins with, and its length.
  @inlinable
  static func prefix(
    _ start: UnsafePointer<UInt8>, count: Int
  ) -> (date: CivilDate, length: Int)? {
    if count >= 10, let date = fixed(start) { return date.isValid ? (date, 10) : nil }
    return signedPrefix(start, count: count)
  }

  /// As `prefix`, with a sign in front and four to seven digits of a year.
  @usableFromInline
  static func signedPrefix(
    _ start: UnsafePointer<UInt8>, count: Int
  ) -> (date: CivilDate, length: Int)? {
    guard count >= 11, start[0] == UInt8(ascii: "-") || start[0] == UInt8(ascii: "+") else {
      return nil
    }
    let year = DigitRun(start + 1, end: start + count)
    guard year.count >= 4, year.count <= 7, count >= year.count + 7 else { return nil }
    // The rest has the form of the end of a date with a four-digit year.
    let rest = start + (1 + year.count)
    guard rest[0] == UInt8(ascii: "-"), let month = twoDigits(rest + 1),
      rest[3] == UInt8(ascii: "-"), let day = twoDigits(rest + 4)
    else { return nil }
    let magnitude = Int(year.value)
    let date = CivilDate(
      year: start[0] == UInt8(ascii: "-") ? 0 - magnitude : magnitude, month: month, day: day)
    return date.isValid ? (date, year.count + 7) : nil
  }

  /// Two digits as a number from 0 to 99.
  @inlinable @inline(__always)
  static func twoDigits(_ start: UnsafePointer<UInt8>) -> Int? {
    let tens = start[0] &- UInt8(ascii: "0")
    let ones = start[1] &- UInt8(ascii: "0")
    guard tens <= 9, ones <= 9 else { return nil }
    return Int(tens) &* 10 &+ Int(ones)
  }

  /// Writes a day since 1970-01-01; returns how many bytes. `byteCountMax` bytes must be there.
  package static func write(days: Int32, to target: UnsafeMutablePointer<UInt8>) -> Int {
    let date = CivilDate(days: days)
    var cursor = target
    if date.year < 0 || date.year > 9999 {
      cursor.pointee = UInt8(ascii: date.year < 0 ? "-" : "+")
      cursor += 1
    }
    let digits = max(4, IntegerText.digitCount(UInt64(date.year.magnitude)))
    IntegerText.writeDigits(UInt64(date.year.magnitude), count: digits, to: cursor)
    cursor += digits
    writePart(date.month, after: UInt8(ascii: "-"), to: cursor)
    writePart(date.day, after: UInt8(ascii: "-"), to: cursor + 3)
    return cursor + 6 - target
  }

  /// A separator and two digits.
  @inline(__always)
  static func writePart(
    _ value: Int, after separator: UInt8, to target: UnsafeMutablePointer<UInt8>
  ) {
    target[0] = separator
    IntegerText.writePair(UInt64(truncatingIfNeeded: value), to: target + 1)
  }
}
