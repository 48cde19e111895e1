import LakeCore

/// `date_trunc`, `date_add` and `date_diff`: counting in units.
extension ScalarFunctions {
  static let timeUnits: [FunctionDefinition] = [
    FunctionDefinition(
      "date_trunc", description: "The beginning of the unit that a moment lies in",
      overloads: dateTypes.map { type in
        Overload([.varchar, type], type) { try truncate($0) }
      }),
    FunctionDefinition(
      "date_add", description: "A moment some units later; of a day alone, some days later",
      overloads: dateTypes.map { type in
        Overload([.varchar, .bigint, type], type) { try addUnits($0) }
      } + [dayShift(1)]),
    FunctionDefinition(
      "date_sub", description: "The day some days earlier", overloads: [dayShift(-1)]),
    FunctionDefinition(
      "date_diff", description: "How many whole units lie between two moments",
      overloads: dateTypes.map { type in
        Overload([.varchar, type, type], .bigint) { try difference($0) }
      }),
    FunctionDefinition(
      "datediff", description: "How many days the first day lies behind the second",
      overloads: dateTypes.map { type in
        Overload([type, type], .bigint) { call in
          let (a, b) = (try MomentInput(call, 0), try MomentInput(call, 1))
          return try call.values(Int64.self) { a.day($0) &- b.day($0) }
        }
      }),
    FunctionDefinition(
      "add_months", description: "The day some months later, or the last of a shorter month",
      overloads: [
        Overload([.date, .bigint], .date) { call in
          let (days, months) = (
            try call.input(0, as: Int32.self), try call.input(1, as: Int64.self)
          )
          return try call.checked(Int32.self, error: call.failure("a day that cannot be told")) {
            Calendar.adding(months: months[$0], toDay: days[$0])
          }
        }
      ]),
  ]

  private static func dayShift(_ sign: Int64) -> Overload {
    Overload([.date, .bigint], .date) { call in
      let (days, counts) = (try call.input(0, as: Int32.self), try call.input(1, as: Int64.self))
      return try call.checked(Int32.self, error: call.failure("a day that cannot be told")) { row in
        counts[row].multiplied(sign).flatMap { Int64(days[row]).adding($0) }
          .flatMap { Int32(exactly: $0) }
      }
    }
  }

  /// The units of a call, looked up once where they are the same in all rows.
  private struct Units {
    private let names: Input<StringView>
    private let constant: TimeUnit?
    private let isOfDates: Bool

    init(_ call: FunctionCall, isOfDates: Bool) throws {
      names = try call.strings(0)
      self.isOfDates = isOfDates
      constant = names.isConstant ? TimeUnit(names[0]) : nil
    }

    /// Nil where there is no such unit, or dates have none.
    @inline(__always)
    func unit(_ row: Int) -> TimeUnit? {
      guard let unit = constant ?? TimeUnit(names[row]) else { return nil }
      return isOfDates && !unit.isOfDates ? nil : unit
    }
  }

  private static func failure(_ call: FunctionCall) -> @Sendable (Int) -> LakeError {
    let units = call.arguments[0]
    let isOfDates = call.arguments.last?.type == .date
    let beyond = call.failure("a moment that cannot be told")
    return { row in
      guard case .string(let name) = units.value(at: row) else { return beyond(row) }
      let unit = name.utf8.count <= 16 ? TimeUnit(name) : nil
      if let unit, !isOfDates || unit.isOfDates { return beyond(row) }
      return LakeError(
        .invalidInput,
        unit == nil ? "there is no unit of time '\(name)'" : "a date has no \(name)",
        hint: unit == nil
          ? "The units are \(TimeUnit.names)." : "Cast the date to timestamp first.")
    }
  }

  private static func truncate(_ call: FunctionCall) throws -> CheckedVector {
    if call.result == .date {
      let units = try Units(call, isOfDates: true)
      let days = try call.input(1, as: Int32.self)
      return try call.checked(Int32.self, error: failure(call)) { row in
        units.unit(row)?.firstDay(of: days[row])
      }
    }
    let units = try Units(call, isOfDates: false)
    let moments = try call.input(1, as: Int64.self)
    return try call.checked(Int64.self, error: failure(call)) { row in
      units.unit(row)?.truncated(moments[row])
    }
  }

  private static func addUnits(_ call: FunctionCall) throws -> CheckedVector {
    let counts = try call.input(1, as: Int64.self)
    if call.result == .date {
      let units = try Units(call, isOfDates: true)
      let days = try call.input(2, as: Int32.self)
      return try call.checked(Int32.self, error: failure(call)) { row in
        units.unit(row)?.adding(counts[row], toDay: days[row])
      }
    }
    let units = try Units(call, isOfDates: false)
    let moments = try call.input(2, as: Int64.self)
    return try call.checked(Int64.self, error: failure(call)) { row in
      units.unit(row)?.adding(counts[row], toMoment: moments[row])
    }
  }

  private static func difference(_ call: FunctionCall) throws -> CheckedVector {
    let units = try Units(call, isOfDates: call.arguments[1].type == .date)
    let (start, end) = (try MomentInput(call, 1), try MomentInput(call, 2))
    return try call.checked(Int64.self, error: failure(call)) { row in
      units.unit(row)?.difference(
        from: (start.day(row), start.clock(row)), to: (end.day(row), end.clock(row)))
    }
  }
}
