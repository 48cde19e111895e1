import LakeCore

/// The rule for all years behind the last transition, in the form of POSIX:
///
///     CET-1CEST,M3.5.0,M10.5.0/3
///
/// the last Sundays of March and October at 2 and 3 o'clock of the clock that is left.
struct TimeZoneRule: Equatable {
  /// Seconds east of Greenwich.
  let standard: Int32
  private let summer: Summer?

  private struct Summer: Equatable {
    let offset: Int32
    let start: Date
    let end: Date
  }

  /// A day of each year, and seconds from its midnight.
  private struct Date: Equatable {
    enum Day: Equatable {
      /// A weekday (0 is Sunday) of a month; week 5 is the last one.
      case weekday(month: Int, week: Int, day: Int)
      /// From 1, without a leap day.
      case ofPlainYear(Int)
      /// From 0, with a leap day.
      case ofYear(Int)
    }

    var day: Day
    var seconds: Int64 = 7200
  }

  init?(_ bytes: [UInt8]) {
    var text = Text(bytes: bytes)
    guard text.name(), let west = text.offset() else { return nil }
    standard = Int32(-west)
    if text.isAtEnd {
      summer = nil
      return
    }
    guard text.name() else { return nil }
    var east = Int64(standard) + 3600
    if !text.isNext(","), let west = text.offset() { east = -west }
    guard text.accept(","), let start = text.date(), text.accept(","), let end = text.date(),
      text.isAtEnd
    else { return nil }
    summer = Summer(offset: Int32(east), start: start, end: end)
  }

  func offset(at seconds: Int64) -> Int32 {
    guard let summer else { return standard }
    let day = (seconds + Int64(standard)).flooredQuotient(by: 86_400)
    let year = CivilDate(days: Int32(clamping: day)).year
    let start = moment(summer.start, year) - Int64(standard)
    let end = moment(summer.end, year) - Int64(summer.offset)
    let isSummer =
      start < end ? seconds >= start && seconds < end : seconds >= start || seconds < end
    return isSummer ? summer.offset : standard
  }

  /// Seconds since 1970 on the clock that is left.
  private func moment(_ date: Date, _ year: Int) -> Int64 {
    let first = Int64(CivilDate(year: year, month: 1, day: 1).days)
    let day: Int64
    switch date.day {
    case .ofYear(let number): day = first + Int64(number)
    case .ofPlainYear(let number):
      let isLeap = CivilDate(year: year, month: 2, day: 29).isValid
      day = first + Int64(number - 1) + (isLeap && number > 59 ? 1 : 0)
    case .weekday(let month, let week, let weekday):
      let begin = Int64(CivilDate(year: year, month: month, day: 1).days)
      // 1970-01-01 was a Thursday.
      let beginsOn = (begin + 4) - (begin + 4).flooredQuotient(by: 7) * 7
      var place = (Int64(weekday) - beginsOn + 7) % 7 + Int64(week - 1) * 7
      while !CivilDate(year: year, month: month, day: Int(place) + 1).isValid { place -= 7 }
      day = begin + place
    }
    return day * 86_400 + date.seconds
  }

  private struct Text {
    let bytes: [UInt8]
    private var place = 0

    init(bytes: [UInt8]) { self.bytes = bytes }

    var isAtEnd: Bool { place == bytes.count }

    func isNext(_ character: Unicode.Scalar) -> Bool {
      place < bytes.count && UInt32(bytes[place]) == character.value
    }

    mutating func accept(_ character: Unicode.Scalar) -> Bool {
      guard isNext(character) else { return false }
      place += 1
      return true
    }

    /// `CET`, `<+03>`.
    mutating func name() -> Bool {
      if accept("<") {
        skip { $0 != UInt8(ascii: ">") }
        return accept(">")
      }
      let start = place
      skip { ($0 | 0x20) &- UInt8(ascii: "a") < 26 }
      return place > start
    }

    private mutating func skip(while isWanted: (UInt8) -> Bool) {
      while place < bytes.count, isWanted(bytes[place]) { place += 1 }
    }

    mutating func number(limit: Int64) -> Int64? {
      let start = place
      var value: Int64 = 0
      while place < bytes.count, bytes[place] &- UInt8(ascii: "0") < 10, place - start < 6 {
        value = value * 10 + Int64(bytes[place] - UInt8(ascii: "0"))
        place += 1
      }
      return place > start && value <= limit ? value : nil
    }

    /// `-1`, `+5:30`, `167:00:00`: seconds.
    mutating func offset() -> Int64? {
      let isNegative = accept("-")
      if !isNegative { _ = accept("+") }
      guard var total = number(limit: 167).map({ $0 * 3600 }) else { return nil }
      for unit: Int64 in [60, 1] where accept(":") {
        guard let part = number(limit: 59) else { return nil }
        total += part * unit
      }
      return isNegative ? -total : total
    }

    mutating func date() -> Date? {
      var date: Date
      if accept("M") {
        guard let month = number(limit: 12), month > 0, accept("."),
          let week = number(limit: 5), week > 0, accept("."), let day = number(limit: 6)
        else { return nil }
        date = Date(day: .weekday(month: Int(month), week: Int(week), day: Int(day)))
      } else if accept("J") {
        guard let day = number(limit: 365), day > 0 else { return nil }
        date = Date(day: .ofPlainYear(Int(day)))
      } else {
        guard let day = number(limit: 365) else { return nil }
        date = Date(day: .ofYear(Int(day)))
      }
      if accept("/") {
        guard let seconds = offset() else { return nil }
        date.seconds = seconds
      }
      return date
    }
  }
}

extension Int64 {
  /// Rounded down; the divisor is positive.
  func flooredQuotient(by divisor: Int64) -> Int64 {
    let (quotient, rest) = quotientAndRemainder(dividingBy: divisor)
    return rest < 0 ? quotient - 1 : quotient
  }
}
