import LakeCore

/// Arithmetic on days since 1970-01-01 and microseconds since then, in UTC.
enum Calendar {
  /// Microseconds of a day.
  static let dayLength = Int64(TimeText.microsecondsPerDay)

  /// The day that a moment falls on.
  @inline(__always)
  static func day(of moment: Int64) -> Int64 {
    let (days, rest) = moment.quotientAndRemainder(dividingBy: dayLength)
    return rest < 0 ? days &- 1 : days
  }

  /// Microseconds since the midnight before.
  @inline(__always)
  static func sinceMidnight(_ moment: Int64) -> Int64 {
    let rest = moment % dayLength
    return rest < 0 ? rest &+ dayLength : rest
  }

  /// The moment of a day's midnight plus a time; nil beyond 64 bits.
  @inline(__always)
  static func moment(day: Int64, sinceMidnight: Int64) -> Int64? {
    guard let midnight = day.multiplied(dayLength) else {
      // The first day begins before what 64 bits hold.
      return Int64(exactly: Int128(day) * Int128(dayLength) + Int128(sinceMidnight))
    }
    return midnight.adding(sinceMidnight)
  }

  /// A day some months later; the last of the month where the month has no such day.
  static func adding(months: Int64, toDay day: Int32) -> Int32? {
    let date = CivilDate(days: day)
    // Safe: years are below 2^23.
    let month = Int64(date.year) * 12 + Int64(date.month - 1)
    guard let moved = month.adding(months) else { return nil }
    var (year, rest) = moved.quotientAndRemainder(dividingBy: 12)
    if rest < 0 { (year, rest) = (year - 1, rest + 12) }
    guard CivilDate.years.contains(Int(year)) else { return nil }
    var target = CivilDate(year: Int(year), month: Int(rest) + 1, day: date.day)
    while !target.isValid, target.day > 28 { target.day -= 1 }
    return target.days
  }

  static func adding(months: Int64, toMoment moment: Int64) -> Int64? {
    guard let today = Int32(exactly: day(of: moment)),
      let target = adding(months: months, toDay: today)
    else { return nil }
    return self.moment(day: Int64(target), sinceMidnight: sinceMidnight(moment))
  }
}
