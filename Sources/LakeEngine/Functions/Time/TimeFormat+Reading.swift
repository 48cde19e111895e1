import LakeCore

/// Reading text by a format. Numbers may have fewer digits than they are written with; names of
/// months and days are read in any case; what the format does not name is 1970-01-01 00:00:00.
extension TimeFormat {
  private struct Fields {
    var year: Int64 = 1970
    var month: Int64 = 1
    var day: Int64 = 1
    var dayOfYear: Int64?
    var hour: Int64 = 0
    var half: Int64?
    var isAfternoon: Bool?
    var minute: Int64 = 0
    var second: Int64 = 0
    var micro: Int64 = 0
    /// Seconds east of Greenwich.
    var offset: Int64 = 0
  }

  /// Microseconds since 1970; nil where the whole text is not of the format.
  func read(_ text: ByteRun) -> Int64? {
    var fields = Fields()
    var place = 0
    for piece in pieces {
      switch piece {
      case .literal(let byte):
        guard place < text.count, text[place] == byte else { return nil }
        place += 1
      case .field(let field):
        guard let next = read(field, text, place, &fields) else { return nil }
        place = next
      }
    }
    return place == text.count ? moment(fields) : nil
  }

  /// The place behind the field.
  private func read(
    _ field: UInt8, _ text: ByteRun, _ place: Int, _ fields: inout Fields
  ) -> Int? {
    switch field {
    case UInt8(ascii: "Y"): return number(text, place, 4, &fields.year)
    case UInt8(ascii: "y"):
      let end = number(text, place, 2, &fields.year)
      // As MySQL and Trino have it: 70 to 99 belong to the last century.
      fields.year += fields.year < 70 ? 2000 : 1900
      return end
    case UInt8(ascii: "m"), UInt8(ascii: "c"): return number(text, place, 2, &fields.month)
    case UInt8(ascii: "d"), UInt8(ascii: "e"): return number(text, place, 2, &fields.day)
    case UInt8(ascii: "j"):
      var day: Int64 = 0
      let end = number(text, place, 3, &day)
      fields.dayOfYear = day
      return end
    case UInt8(ascii: "M"), UInt8(ascii: "b"):
      guard let (index, end) = name(text, place, TimeFormat.months, field == UInt8(ascii: "b"))
      else { return nil }
      fields.month = Int64(index + 1)
      return end
    case UInt8(ascii: "W"), UInt8(ascii: "a"):
      return name(text, place, TimeFormat.days, field == UInt8(ascii: "a"))?.end
    default: return readOfClock(field, text, place, &fields)
    }
  }

  private func readOfClock(
    _ field: UInt8, _ text: ByteRun, _ place: Int, _ fields: inout Fields
  ) -> Int? {
    switch field {
    case UInt8(ascii: "H"), UInt8(ascii: "k"): return number(text, place, 2, &fields.hour)
    case UInt8(ascii: "h"), UInt8(ascii: "I"), UInt8(ascii: "l"):
      var half: Int64 = 0
      let end = number(text, place, 2, &half)
      fields.half = half
      return end
    case UInt8(ascii: "p"):
      guard let (index, end) = name(text, place, ["AM", "PM"], false) else { return nil }
      fields.isAfternoon = index == 1
      return end
    case UInt8(ascii: "i"): return number(text, place, 2, &fields.minute)
    case UInt8(ascii: "s"), UInt8(ascii: "S"): return number(text, place, 2, &fields.second)
    case UInt8(ascii: "Z"): return zone(text, place, &fields.offset)
    case UInt8(ascii: "f"), UInt8(ascii: "L"):
      guard let end = number(text, place, 9, &fields.micro) else { return nil }
      for _ in (end - place)..<9 { fields.micro *= 10 }
      fields.micro /= 1000
      return end
    default: return nil
    }
  }

  /// At least one digit, at most `digits`.
  private func number(
    _ text: ByteRun, _ place: Int, _ digits: Int, _ value: inout Int64
  ) -> Int? {
    var (place, total) = (place, Int64(0))
    let (start, end) = (place, min(text.count, place + digits))
    while place < end, text[place] &- UInt8(ascii: "0") < 10 {
      total = total * 10 + Int64(text[place] - UInt8(ascii: "0"))
      place += 1
    }
    value = total
    return place > start ? place : nil
  }

  /// `Z`, `+02:00`, `-0500`.
  private func zone(_ text: ByteRun, _ place: Int, _ offset: inout Int64) -> Int? {
    guard place < text.count else { return nil }
    if text[place] | 0x20 == UInt8(ascii: "z") { return place + 1 }
    let isNegative = text[place] == UInt8(ascii: "-")
    guard isNegative || text[place] == UInt8(ascii: "+") else { return nil }
    var (hours, minutes): (Int64, Int64) = (0, 0)
    guard var end = number(text, place + 1, 2, &hours) else { return nil }
    if end < text.count, text[end] == UInt8(ascii: ":") { end += 1 }
    if let behind = number(text, end, 2, &minutes) { end = behind }
    guard hours <= 18, minutes < 60 else { return nil }
    offset = (hours * 3600 + minutes * 60) * (isNegative ? -1 : 1)
    return end
  }

  private func name(
    _ text: ByteRun, _ place: Int, _ names: [String], _ isShort: Bool
  ) -> (index: Int, end: Int)? {
    for (index, name) in names.enumerated() {
      let bytes = Array(isShort ? name.prefix(3).utf8 : name.prefix(20).utf8)
      guard bytes.count <= text.count - place else { continue }
      if bytes.indices.allSatisfy({ text[place + $0] | 0x20 == bytes[$0] | 0x20 }) {
        return (index, place + bytes.count)
      }
    }
    return nil
  }

  private func moment(_ fields: Fields) -> Int64? {
    var hour = fields.hour
    if let half = fields.half {
      guard half >= 1, half <= 12 else { return nil }
      hour = half % 12 + (fields.isAfternoon == true ? 12 : 0)
    }
    guard hour < 24, fields.minute < 60, fields.second < 60 else { return nil }
    var date = CivilDate(
      year: Int(fields.year), month: Int(fields.month), day: Int(fields.day))
    if fields.dayOfYear != nil { (date.month, date.day) = (1, 1) }
    guard date.isValid else { return nil }
    var day = Int64(date.days)
    if let dayOfYear = fields.dayOfYear {
      day += dayOfYear - 1
      let isOfYear = CivilDate(days: Int32(truncatingIfNeeded: day)).year == date.year
      guard dayOfYear >= 1, isOfYear else { return nil }
    }
    let clock = ((hour * 60 + fields.minute) * 60 + fields.second) * 1_000_000 + fields.micro
    return Calendar.moment(day: day, sinceMidnight: clock)?
      .subtracting(fields.offset * 1_000_000)
  }
}
