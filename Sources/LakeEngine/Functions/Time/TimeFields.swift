import LakeCore

/// Parts of dates, timestamps and times of day, and what time it is.
extension ScalarFunctions {
  static let timeFields: [FunctionDefinition] = [
    dateField(["year"], "The year") { Int64($0.date($1).year) },
    dateField(["quarter"], "The quarter, 1 to 4") { Int64(($0.date($1).month - 1) / 3 + 1) },
    dateField(["month"], "The month, 1 to 12") { Int64($0.date($1).month) },
    dateField(["week", "week_of_year", "weekofyear"], "The week of ISO 8601, 1 to 53") {
      Calendar.isoWeek($0.day($1)).week
    },
    dateField(["year_of_week", "yow"], "The year that the week belongs to") {
      Calendar.isoWeek($0.day($1)).year
    },
    dateField(["day", "day_of_month", "dayofmonth"], "The day of the month") {
      Int64($0.date($1).day)
    },
    dateField(["day_of_week", "dow"], "The day of the week, 1 for Monday to 7 for Sunday") {
      Calendar.dayOfWeek($0.day($1))
    },
    dateField(["day_of_year", "doy", "dayofyear"], "The day of the year, 1 to 366") {
      Calendar.dayOfYear($0.day($1))
    },
    dateField(["dayofweek"], "The day of the week, 1 for Sunday to 7 for Saturday") {
      Calendar.dayOfWeek($0.day($1)) % 7 + 1
    },
    dateField(["weekday"], "The day of the week, 0 for Monday to 6 for Sunday") {
      Calendar.dayOfWeek($0.day($1)) - 1
    },
    clockField("hour", "The hour, 0 to 23") { $0 / 3_600_000_000 },
    clockField("minute", "The minute, 0 to 59") { $0 / 60_000_000 % 60 },
    clockField("second", "The second, 0 to 59") { $0 / 1_000_000 % 60 },
    clockField("millisecond", "The thousandths of the second") { $0 / 1000 % 1000 },
    FunctionDefinition(
      "last_day_of_month", "last_day", description: "The last day of the month",
      overloads: dateTypes.map { type in Overload([type], .date) { try lastDay($0) } }),
    current("now", "current_timestamp", .timestamp, "The moment at which the query began") { $0 },
    current("localtimestamp", nil, .localTimestamp, "What a clock in UTC showed then") { $0 },
    current("current_date", nil, .date, "The day in UTC on which the query began") {
      Calendar.day(of: $0)
    },
    current("current_time", "localtime", .time, "The time of day in UTC then") {
      Calendar.sinceMidnight($0)
    },
  ]

  static let dateTypes: [DataType] = [.date, .localTimestamp, .timestamp]

  private static func dateField(
    _ names: [String], _ description: String,
    _ body: @escaping @Sendable (MomentInput, Int) -> Int64
  ) -> FunctionDefinition {
    FunctionDefinition(
      names: names, description: description,
      overloads: dateTypes.map { type in
        Overload([type], .bigint) { call in
          let moments = try MomentInput(call, 0)
          return try call.values(Int64.self) { body(moments, $0) }
        }
      })
  }

  private static func clockField(
    _ name: String, _ description: String, _ body: @escaping @Sendable (Int64) -> Int64
  ) -> FunctionDefinition {
    FunctionDefinition(
      name, description: description,
      overloads: [.time, .localTimestamp, .timestamp].map { (type: DataType) in
        Overload([type], .bigint) { call in
          let moments = try MomentInput(call, 0)
          return try call.values(Int64.self) { body(moments.clock($0)) }
        }
      })
  }

  private static func lastDay(_ call: FunctionCall) throws -> CheckedVector {
    let moments = try MomentInput(call, 0)
    return try call.checked(Int32.self, error: call.failure("a day that cannot be told")) { row in
      var date = moments.date(row)
      date.day = 31
      while !date.isValid, date.day > 28 { date.day -= 1 }
      return date.isValid ? date.days : nil
    }
  }

  /// The same in all of a query; never the same as in the next one.
  private static func current(
    _ name: String, _ alias: String?, _ type: DataType, _ description: String,
    _ body: @escaping @Sendable (Int64) -> Int64
  ) -> FunctionDefinition {
    FunctionDefinition(
      names: [name] + (alias.map { [$0] } ?? []), signatures: ["\(name)() → \(type)"],
      description: description
    ) { arguments in
      guard arguments.isEmpty else { return nil }
      let function = ScalarFunction.lenient(name, type, isDeterministic: false) { call in
        let value = Value.int(body(call.context.startedAt))
        return CheckedVector(try .constant(type, value, count: call.rowCount))
      }
      return .init(function: function, parameters: [], result: type)
    }
  }
}
