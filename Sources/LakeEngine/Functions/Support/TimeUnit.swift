import LakeCore

/// The units of `date_trunc`, `date_add` and `date_diff`.
enum TimeUnit: String, CaseIterable, Sendable {
  case microsecond, millisecond, second, minute, hour, day, week, month, quarter, year

  /// In any case, singular or plural.
  init?(_ view: StringView) {
    guard view.count <= 16 else { return nil }
    self.init(view.text)
  }

  init?(_ name: String) {
    var name = name.lowercased()
    if name.hasSuffix("s") { name.removeLast() }
    self.init(rawValue: name)
  }

  /// Microseconds of units that are always as long; of months, 0.
  var length: Int64 {
    switch self {
    case .microsecond: 1
    case .millisecond: 1000
    case .second: 1_000_000
    case .minute: 60_000_000
    case .hour: 3_600_000_000
    case .day: Calendar.dayLength
    case .week: 7 * Calendar.dayLength
    case .month, .quarter, .year: 0
    }
  }

  /// Of units that are made of months.
  var months: Int64 {
    switch self {
    case .month: 1
    case .quarter: 3
    case .year: 12
    default: 0
    }
  }

  /// Whether a date, which has no hours, can be counted in it.
  var isOfDates: Bool { months > 0 || length >= Calendar.dayLength }

  static let names = allCases.map { "'\($0.rawValue)'" }.joined(separator: ", ")
}

extension TimeUnit {
  /// The day on which the week, month, quarter or year of a day begins.
  func firstDay(of day: Int32) -> Int32? {
    switch self {
    case .week:
      return Int32(exactly: Int64(day) - (Calendar.dayOfWeek(Int64(day)) - 1))
    case .month, .quarter, .year:
      let date = CivilDate(days: day)
      let month = self == .month ? date.month : self == .quarter ? (date.month - 1) / 3 * 3 + 1 : 1
      let first = CivilDate(year: date.year, month: month, day: 1)
      return first.isValid ? first.days : nil
    default: return day
    }
  }

  func truncated(_ moment: Int64) -> Int64? {
    if length > 0, length <= Calendar.dayLength {
      let rest = moment % length
      return moment.subtracting(rest < 0 ? rest + length : rest)
    }
    guard let day = Int32(exactly: Calendar.day(of: moment)), let first = firstDay(of: day)
    else { return nil }
    return Calendar.moment(day: Int64(first), sinceMidnight: 0)
  }

  func adding(_ count: Int64, toMoment moment: Int64) -> Int64? {
    if length > 0 { return count.multiplied(length).flatMap { moment.adding($0) } }
    return count.multiplied(months).flatMap { Calendar.adding(months: $0, toMoment: moment) }
  }

  func adding(_ count: Int64, toDay day: Int32) -> Int32? {
    if length > 0 {
      return count.multiplied(length / Calendar.dayLength).flatMap { Int64(day).adding($0) }
        .flatMap { Int32(exactly: $0) }
    }
    return count.multiplied(months).flatMap { Calendar.adding(months: $0, toDay: day) }
  }

  /// Whole units from one moment to another.
  func difference(
    from start: (day: Int64, clock: Int64), to end: (day: Int64, clock: Int64)
  ) -> Int64? {
    if length > 0 {
      let days = Int128(end.day) - Int128(start.day)
      let total = days * Int128(Calendar.dayLength) + Int128(end.clock) - Int128(start.clock)
      return Int64(exactly: total / Int128(length))
    }
    let isBackwards = end < start
    let whole = isBackwards ? monthsBetween(end, start) : monthsBetween(start, end)
    return (isBackwards ? 0 - whole : whole) / months
  }

  /// Whole months from a moment to a later one. The last day of a month counts as the day that a
  /// longer month would have: a month after January 31 is February 28.
  private func monthsBetween(
    _ start: (day: Int64, clock: Int64), _ end: (day: Int64, clock: Int64)
  ) -> Int64 {
    let a = CivilDate(days: Int32(truncatingIfNeeded: start.day))
    let b = CivilDate(days: Int32(truncatingIfNeeded: end.day))
    let months = Int64((b.year - a.year) * 12 + b.month - a.month)
    var next = b
    next.day += 1
    let dayOfStart = next.isValid ? a.day : min(a.day, b.day)
    return (b.day, end.clock) < (dayOfStart, start.clock) ? months - 1 : months
  }
}

extension Calendar {
  /// 1 for Monday to 7 for Sunday.
  @inline(__always)
  static func dayOfWeek(_ day: Int64) -> Int64 {
    // 1970-01-01 was a Thursday.
    let rest = (day % 7 + 3) % 7
    return (rest < 0 ? rest + 7 : rest) + 1
  }

  static func dayOfYear(_ day: Int64) -> Int64 {
    let date = CivilDate(days: Int32(truncatingIfNeeded: day))
    return day - Int64(CivilDate(year: date.year, month: 1, day: 1).days) + 1
  }

  /// The week of ISO 8601, and the year that it belongs to: that of its Thursday.
  static func isoWeek(_ day: Int64) -> (week: Int64, year: Int64) {
    let thursday = day - dayOfWeek(day) + 4
    let year = CivilDate(days: Int32(truncatingIfNeeded: thursday)).year
    return ((dayOfYear(thursday) - 1) / 7 + 1, Int64(year))
  }
}
