/// A day of the proleptic Gregorian calendar, and the arithmetic between it and days since
/// 1970-01-01.
///
/// Year 0 is the year before year 1, as in ISO 8601. All days of 32 bits can be told, which reaches
/// beyond five million years on either side.
@frozen
package struct CivilDate: Sendable, Hashable {
  package var year: Int
  /// 1 to 12.
  package var month: Int
  /// 1 to 31.
  package var day: Int

  /// The years that days of 32 bits reach wholly.
  @inlinable package static var years: ClosedRange<Int> { -5_877_640...5_881_579 }

  @inlinable @inline(__always)
  package init(year: Int, month: Int, day: Int) {
    self.year = year
    self.month = month
    self.day = day
  }

  // Both directions follow Neri and Schneider, "Euclidean affine functions and their application
  // to calendar algorithms": years begin in March, so that the leap day is the last one, and every
  // division is by a constant. Eras of 400 years are added so that all numbers are positive.
  @usableFromInline static var eras: Int { 14_800 }
  @usableFromInline static var daysPerEra: Int { 146_097 }
  /// From 0000-03-01 to 1970-01-01.
  @usableFromInline static var daysToEpoch: Int { 719_468 }

  /// The date of a day since 1970-01-01.
  @inlinable
  package init(days: Int32) {
    // Safe: the eras weigh more than any negative 32-bit number.
    let shifted = UInt64(
      truncatingIfNeeded: Int(days) &+ CivilDate.daysToEpoch &+ CivilDate.eras
        &* CivilDate.daysPerEra)
    let inCenturies = shifted &* 4 &+ 3
    let century = inCenturies / 146_097
    let dayOfCentury = (inCenturies % 146_097) / 4
    let inYears = (dayOfCentury &* 4 &+ 3) &* 2_939_745
    let yearOfCentury = inYears &>> 32
    let dayOfYear = (inYears & 0xFFFF_FFFF) / 2_939_745 / 4
    let inMonths = dayOfYear &* 2141 &+ 197_913
    let month = inMonths &>> 16
    let isNextYear = dayOfYear >= 306
    year =
      Int(century &* 100 &+ yearOfCentury) &- CivilDate.eras &* 400 &+ (isNextYear ? 1 : 0)
    self.month = Int(isNextYear ? month &- 12 : month)
    day = Int((inMonths & 0xFFFF) / 2141) &+ 1
  }

  /// Days since 1970-01-01. The date is valid.
  @inlinable
  package var days: Int32 {
    let beforeMarch = month <= 2
    // Safe: a valid year is at least `years.lowerBound`, which the eras outweigh.
    let shiftedYear = UInt64(
      truncatingIfNeeded: year &+ CivilDate.eras &* 400 &- (beforeMarch ? 1 : 0))
    let shiftedMonth = UInt64(truncatingIfNeeded: beforeMarch ? month &+ 12 : month)
    let century = shiftedYear / 100
    let dayOfYears = shiftedYear &* 1461 / 4 &- century &+ century / 4
    let dayOfYear = (shiftedMonth &* 979 &- 2919) / 32 &+ UInt64(truncatingIfNeeded: day &- 1)
    return Int32(
      truncatingIfNeeded: Int(dayOfYears &+ dayOfYear) &- CivilDate.daysToEpoch
        &- CivilDate.eras &* CivilDate.daysPerEra)
  }

  /// Whether there is such a day, in a year that can be told.
  @inlinable
  package var isValid: Bool {
    guard CivilDate.years.contains(year), month >= 1, month <= 12, day >= 1 else { return false }
    return day <= 28 || day <= CivilDate.dayCount(month: month, year: year)
  }

  @inlinable
  static func dayCount(month: Int, year: Int) -> Int {
    if month == 2 { return isLeap(year) ? 29 : 28 }
    // 31 in odd months up to July and in even ones from August on.
    return 30 | (month ^ month &>> 3)
  }

  @inlinable
  static func isLeap(_ year: Int) -> Bool {
    // Of the multiples of 25, the multiples of 16 are those of 400.
    year % 25 != 0 ? year & 3 == 0 : year & 15 == 0
  }
}
