/// Timestamps as text: a date, a blank or `T`, a time, and perhaps a zone.
///
///     2024-02-29 12:30            2024-02-29T12:30:00.123456Z
///     2024-02-29 12:30:00 UTC     2024-02-29T12:30:00+05:30    …+0530    …+05
///
/// Microseconds since 1970. A text with a zone is a moment and is moved to UTC; one without says
/// what a wall clock showed, and its microseconds are those of that wall clock.
package enum TimestampText {
  @inlinable package static var byteCountMax: Int { 40 }

  @frozen
  package struct Parsed: Sendable, Hashable {
    package var microseconds: Int64
    package var hasZone: Bool

    @inlinable
    package init(microseconds: Int64, hasZone: Bool) {
      self.microseconds = microseconds
      self.hasZone = hasZone
    }
  }

  /// Reads a whole token. A date alone is no timestamp.
  @inlinable
  package static func parse(_ start: UnsafePointer<UInt8>, count: Int) -> Parsed? {
    guard let (date, dateLength) = DateText.prefix(start, count: count), dateLength < count
    else { return nil }
    let separator = start[dateLength]
    guard separator == UInt8(ascii: " ") || separator | 0x20 == UInt8(ascii: "t") else {
      return nil
    }
    let time = start + (dateLength &+ 1)
    guard let (timeOfDay, timeLength) = TimeText.prefix(time, count: count &- dateLength &- 1)
    else { return nil }
    let length = dateLength &+ 1 &+ timeLength
    if length == count { return parsed(date.days, timeOfDay, hasZone: false) }
    guard let offset = zoneOffset(start + length, count: count &- length) else { return nil }
    return parsed(date.days, timeOfDay &- offset, hasZone: true)
  }

  /// A day and microseconds from its midnight, where 64 bits hold them.
  @inlinable @inline(__always)
  static func parsed(_ days: Int32, _ sinceMidnight: Int64, hasZone: Bool) -> Parsed? {
    if days.magnitude < 100_000_000 {
      // Safe: 10^8 days are less than 2^63 microseconds by six million days.
      let microseconds = Int64(days) &* Int64(TimeText.microsecondsPerDay) &+ sinceMidnight
      return Parsed(microseconds: microseconds, hasZone: hasZone)
    }
    let wide = Int128(days) * Int128(TimeText.microsecondsPerDay) + Int128(sinceMidnight)
    return Int64(exactly: wide).map { Parsed(microseconds: $0, hasZone: hasZone) }
  }

  /// Reads `Z`, ` UTC`, `±HH`, `±HHMM` or `±HH:MM`, up to 18 hours; microseconds east of Greenwich.
  @usableFromInline
  static func zoneOffset(_ start: UnsafePointer<UInt8>, count: Int) -> Int64? {
    if start[0] | 0x20 == UInt8(ascii: "z") { return count == 1 ? 0 : nil }
    if ByteView(start, count: count).equals(" UTC") { return 0 }
    let isNegative = start[0] == UInt8(ascii: "-")
    guard isNegative || start[0] == UInt8(ascii: "+"), count >= 3,
      let hours = DateText.twoDigits(start + 1)
    else { return nil }
    var minutes = 0
    if count > 3 {
      let skipped = start[3] == UInt8(ascii: ":") ? 4 : 3
      guard count == skipped + 2, let read = DateText.twoDigits(start + skipped), read <= 59
      else { return nil }
      minutes = read
    }
    let total = hours * 60 + minutes
    guard total <= 18 * 60 else { return nil }
    return Int64(isNegative ? 0 - total : total) * 60_000_000
  }

  /// Writes microseconds since 1970 as a date, the separator, a time and, for a moment, `Z`;
  /// returns how many bytes. `byteCountMax` bytes must be there.
  package static func write(
    microseconds: Int64, separator: UInt8 = UInt8(ascii: "T"), isMoment: Bool,
    to target: UnsafeMutablePointer<UInt8>
  ) -> Int {
    let perDay = Int64(TimeText.microsecondsPerDay)
    var days = microseconds / perDay
    var timeOfDay = microseconds % perDay
    if timeOfDay < 0 {
      days -= 1
      timeOfDay += perDay
    }
    // Safe: 2^63 microseconds are fewer than 2^27 days.
    var count = DateText.write(days: Int32(truncatingIfNeeded: days), to: target)
    target[count] = separator
    count += 1
    count += TimeText.write(microseconds: timeOfDay, to: target + count)
    guard isMoment else { return count }
    target[count] = UInt8(ascii: "Z")
    return count + 1
  }
}
