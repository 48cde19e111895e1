import LakeCore

/// Days and moments from their parts, and what lies between them.
extension ScalarFunctions {
  static let timeMaking: [FunctionDefinition] = [
    FunctionDefinition(
      "make_date", description: "The day of a year, month and day",
      overloads: [
        Overload([.bigint, .bigint, .bigint], .date) { call in
          let parts = try (0..<3).map { try call.input($0, as: Int64.self) }
          return try call.checked(Int32.self, error: call.failure("there is no such day")) {
            day(parts, $0)
          }
        }
      ]),
    FunctionDefinition(
      "make_timestamp",
      description: "The moment of a year, month, day, hour, minute and second in UTC",
      overloads: [
        Overload([.bigint, .bigint, .bigint, .bigint, .bigint, .double], .timestamp) { call in
          let parts = try (0..<5).map { try call.input($0, as: Int64.self) }
          let seconds = try call.input(5, as: Double.self)
          return try call.checked(Int64.self, error: call.failure("there is no such moment")) {
            row in
            guard let day = day(parts, row), (0..<24).contains(parts[3][row]),
              (0..<60).contains(parts[4][row]), seconds[row] >= 0, seconds[row] < 60
            else { return nil }
            let minutes = parts[3][row] * 60 + parts[4][row]
            let micros = Int64((seconds[row] * 1e6).rounded(.toNearestOrAwayFromZero))
            return Calendar.moment(day: Int64(day), sinceMidnight: minutes * 60_000_000 + micros)
          }
        }
      ]),
    name("dayname", "day_name", "The name of the day of the week") { day, _ in
      TimeFormat.days[Int(Calendar.dayOfWeek(day)) - 1]
    },
    name("monthname", "month_name", "The name of the month") { _, date in
      TimeFormat.months[date.month - 1]
    },
    FunctionDefinition(
      "to_milliseconds", description: "An interval in milliseconds",
      overloads: [
        Overload([.intervalDayToSecond], .bigint) { call in
          let intervals = try call.input(0, as: Int64.self)
          return try call.values(Int64.self) { intervals[$0] / 1000 }
        }
      ]),
    FunctionDefinition(
      "from_unixtime_nanos", description: "The moment some nanoseconds after 1970",
      overloads: [
        Overload([.bigint], .timestamp) { call in
          let numbers = try call.input(0, as: Int64.self)
          return try call.values(Int64.self) { numbers[$0].flooredQuotient(by: 1000) }
        }
      ]),
    FunctionDefinition(
      "date_part", description: "A part of a moment by its name, such as 'year' or 'hour'",
      overloads: dateTypes.map { type in
        Overload([.varchar, type], .bigint) { try datePart($0) }
      }),
    FunctionDefinition(
      "months_between", description: "The months between two moments, with a fraction of 31 days",
      overloads: dateTypes.map { type in
        Overload([type, type], .double) { call in
          let (a, b) = (try MomentInput(call, 0), try MomentInput(call, 1))
          return try call.values(Double.self) { monthsBetween(a, b, $0) }
        }
      }),
    FunctionDefinition(
      "next_day",
      description: "The first day behind a day that is a day of the week, such as 'Mon'",
      overloads: [
        Overload([.date, .varchar], .date) { call in
          let (days, names) = (try call.input(0, as: Int32.self), try call.strings(1))
          let error = call.failure("there is no such day of the week")
          return try call.checked(Int32.self, error: error) { row in
            let name = names[row].text.lowercased()
            let wanted = TimeFormat.days.firstIndex { day in
              name.count >= 2 && day.lowercased().hasPrefix(name)
            }
            guard let wanted else { return nil }
            let distance = (Int64(wanted) + 1 - Calendar.dayOfWeek(Int64(days[row])) + 6) % 7 + 1
            return Int32(exactly: Int64(days[row]) + distance)
          }
        }
      ]),
    FunctionDefinition(
      "parse_duration", description: "The interval that a text such as '1.5h' or '20 ms' names",
      overloads: [
        Overload([.varchar], .intervalDayToSecond) { call in
          let texts = try call.strings(0)
          let error = call.failure(
            "the text is no duration", hint: "Units are ns, us, ms, s, m, h and d.")
          return try call.checked(Int64.self, error: error) { duration(texts[$0].text) }
        }
      ]),
    FunctionDefinition(
      "human_readable_seconds", description: "Seconds as text: '1 minute, 36 seconds'",
      overloads: [
        Overload([.double], .varchar) { call in
          let numbers = try call.input(0, as: Double.self)
          return try call.texts(error: call.failure("not a finite number of seconds")) { row, out in
            guard let text = readable(numbers[row]) else { return .failed }
            out.append(text)
            return .text
          }
        }
      ]),
    FunctionDefinition(
      "current_timezone", description: "The zone that moments are shown in, which is UTC",
      overloads: [
        Overload([], .varchar) { call in
          CheckedVector(try .constant(.varchar, .string("UTC"), count: call.rowCount))
        }
      ]),
  ]

  private static func day(_ parts: [Input<Int64>], _ row: Int) -> Int32? {
    guard CivilDate.years.contains(Int(parts[0][row])), (1...12).contains(parts[1][row]),
      (1...31).contains(parts[2][row])
    else { return nil }
    let date = CivilDate(
      year: Int(parts[0][row]), month: Int(parts[1][row]), day: Int(parts[2][row]))
    return date.isValid ? date.days : nil
  }

  private static func name(
    _ name: String, _ alias: String, _ description: String,
    _ body: @escaping @Sendable (Int64, CivilDate) -> String
  ) -> FunctionDefinition {
    FunctionDefinition(
      name, alias, description: description,
      overloads: dateTypes.map { type in
        Overload([type], .varchar) { call in
          let moments = try MomentInput(call, 0)
          return try call.texts { row, out in
            out.append(body(moments.day(row), moments.date(row)))
            return .text
          }
        }
      })
  }

  private static func datePart(_ call: FunctionCall) throws -> CheckedVector {
    let (names, moments) = (try call.strings(0), try MomentInput(call, 1))
    let constant = names.isConstant ? names[0].text.lowercased() : nil
    let error = call.failure(
      "there is no such part of a moment",
      hint: "Parts are year, quarter, month, week, day, dow, doy, hour, minute, second, epoch.")
    return try call.checked(Int64.self, error: error) { row in
      part(constant ?? names[row].text.lowercased(), moments, row)
    }
  }

  private static func part(_ name: String, _ moments: MomentInput, _ row: Int) -> Int64? {
    let (day, clock) = (moments.day(row), moments.clock(row))
    switch name {
    case "year": return Int64(moments.date(row).year)
    case "quarter": return Int64((moments.date(row).month - 1) / 3 + 1)
    case "month": return Int64(moments.date(row).month)
    case "week": return Calendar.isoWeek(day).week
    case "day": return Int64(moments.date(row).day)
    case "dow", "isodow", "day_of_week": return Calendar.dayOfWeek(day)
    case "doy", "day_of_year": return Calendar.dayOfYear(day)
    case "hour": return clock / 3_600_000_000
    case "minute": return clock / 60_000_000 % 60
    case "second": return clock / 1_000_000 % 60
    case "millisecond": return clock / 1000 % 1000
    case "epoch": return day.multiplied(86_400)?.adding(clock / 1_000_000)
    default: return nil
    }
  }

  /// As in Spark: whole where both are the same day of their months, or both the last one.
  private static func monthsBetween(_ a: MomentInput, _ b: MomentInput, _ row: Int) -> Double {
    let (x, y) = (a.date(row), b.date(row))
    let months = Double((x.year - y.year) * 12 + x.month - y.month)
    let areLast = isLastOfMonth(x) && isLastOfMonth(y)
    if x.day == y.day || areLast { return months }
    let seconds =
      Double(x.day - y.day) * 86_400 + Double(a.clock(row) - b.clock(row)) / 1e6
    let fraction = seconds / (31 * 86_400)
    return ((months + fraction) * 1e8).rounded() / 1e8
  }

  private static func isLastOfMonth(_ date: CivilDate) -> Bool {
    !CivilDate(year: date.year, month: date.month, day: date.day + 1).isValid
  }

  private static func duration(_ text: String) -> Int64? {
    let number = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
    let unit = text.dropFirst(number.count).drop { $0 == " " }
    let units: [Substring: Double] = [
      "ns": 0.001, "us": 1, "ms": 1e3, "s": 1e6, "m": 6e7, "h": 3.6e9, "d": 8.64e10,
    ]
    guard let value = Double(number), let size = units[unit] else { return nil }
    return Int64(exactly: (value * size).rounded())
  }

  private static func readable(_ seconds: Double) -> String? {
    guard var left = UInt64(exactly: seconds.magnitude.rounded()) else { return nil }
    var parts: [String] = []
    let units: [(String, UInt64)] = [
      ("week", 604_800), ("day", 86_400), ("hour", 3600), ("minute", 60), ("second", 1),
    ]
    for (name, size) in units {
      let count = left / size
      left %= size
      if count > 0 { parts.append("\(count) \(name)\(count == 1 ? "" : "s")") }
    }
    return parts.isEmpty ? "0 seconds" : (seconds < 0 ? "-" : "") + parts.joined(separator: ", ")
  }
}
