import LakeCore

/// Dates, timestamps and intervals with the signs of arithmetic.
extension ScalarFunctions {
  static func timeArithmetic(
    _ sign: ArithmeticSign, _ a: DataType, _ b: DataType
  ) -> FunctionDefinition.Match? {
    switch sign {
    case .plus:
      if a.isIntervalType, !b.isIntervalType {
        // interval + date is date + interval.
        guard let match = sum(sign, b, a) else { return nil }
        return .init(
          function: swapped(match.function),
          parameters: [match.parameters[1], match.parameters[0]],
          result: match.result)
      }
      return sum(sign, a, b)
    case .minus: return difference(a, b) ?? sum(sign, a, b)
    case .times:
      if !a.isIntervalType, b.isIntervalType {
        guard let match = scaling(sign, b, a) else { return nil }
        return .init(
          function: swapped(match.function),
          parameters: [match.parameters[1], match.parameters[0]],
          result: match.result)
      }
      return scaling(sign, a, b)
    case .divide: return scaling(sign, a, b)
    case .remainder: return nil
    }
  }

  private static func swapped(_ function: ScalarFunction) -> ScalarFunction {
    ScalarFunction(function.name) { arguments, rowCount, context in
      try function.evaluate([arguments[1], arguments[0]], rowCount, context)
    }
  }

  /// Moments and intervals, and an interval added to them or taken away.
  private static func sum(
    _ sign: ArithmeticSign, _ a: DataType, _ b: DataType
  ) -> FunctionDefinition.Match? {
    let body: FunctionBody
    switch (a, b) {
    case (.date, .intervalYearToMonth):
      body = { call in
        let (days, months) = (
          try call.input(0, as: Int32.self), try call.input(1, as: Int32.self)
        )
        return try call.checked(Int32.self, error: sign.failure(call)) { row in
          Calendar.adding(months: sign.signed(Int64(months[row])), toDay: days[row])
        }
      }
    case (.date, .intervalDayToSecond): body = { try dayArithmetic(sign, $0) }
    case (.timestamp, .intervalYearToMonth), (.localTimestamp, .intervalYearToMonth):
      body = { call in
        let (moments, months) = (
          try call.input(0, as: Int64.self), try call.input(1, as: Int32.self)
        )
        return try call.checked(Int64.self, error: sign.failure(call)) { row in
          Calendar.adding(months: sign.signed(Int64(months[row])), toMoment: moments[row])
        }
      }
    case (.timestamp, .intervalDayToSecond), (.localTimestamp, .intervalDayToSecond),
      (.intervalDayToSecond, .intervalDayToSecond):
      body = { try integerArithmetic(Int64.self, sign, $0) }
    case (.intervalYearToMonth, .intervalYearToMonth):
      body = { try integerArithmetic(Int32.self, sign, $0) }
    case (.time, .intervalDayToSecond): body = { try clockArithmetic(sign, $0) }
    default: return nil
    }
    return .init(function: .strict(sign.rawValue, a, body), parameters: [a, b], result: a)
  }

  /// A date has no hours: an interval that is not of whole days fails.
  private static func dayArithmetic(
    _ sign: ArithmeticSign, _ call: FunctionCall
  ) throws -> CheckedVector {
    let (days, intervals) = (try call.input(0, as: Int32.self), try call.input(1, as: Int64.self))
    let (dates, spans) = (call.arguments[0], call.arguments[1])
    let error: @Sendable (Int) -> LakeError = { row in
      LakeError(
        .invalidInput,
        "a date and an interval of other than whole days, or a day that cannot be told: "
          + "\(dates.shown(row)) \(sign.rawValue) \(spans.shown(row))",
        hint: "Cast the date to timestamp to add hours, minutes or seconds.")
    }
    return try call.checked(Int32.self, error: error) { row in
      let (whole, rest) = intervals[row].quotientAndRemainder(dividingBy: Calendar.dayLength)
      return rest == 0 ? Int32(exactly: Int64(days[row]) + sign.signed(whole)) : nil
    }
  }

  /// The time of day goes round.
  private static func clockArithmetic(
    _ sign: ArithmeticSign, _ call: FunctionCall
  ) throws -> CheckedVector {
    let (times, spans) = (try call.input(0, as: Int64.self), try call.input(1, as: Int64.self))
    return try call.values(Int64.self) { row in
      // Safe: both are less than a day.
      let moved = times[row] % Calendar.dayLength &+ sign.signed(spans[row] % Calendar.dayLength)
      return Calendar.sinceMidnight(moved)
    }
  }

  private static func difference(_ a: DataType, _ b: DataType) -> FunctionDefinition.Match? {
    guard let common = TypeCoercion.common(a, b), a != .unseen || b != .unseen else { return nil }
    let body: FunctionBody
    switch common {
    case .date:
      body = { call in
        let (x, y) = (try call.input(0, as: Int32.self), try call.input(1, as: Int32.self))
        // Safe: 2^32 days are less than 2^63 microseconds by a factor of 24, but for null rows.
        return try call.values(Int64.self) { row in
          (Int64(x[row]) &- Int64(y[row])) &* Calendar.dayLength
        }
      }
    case .timestamp, .localTimestamp, .time:
      body = { try integerArithmetic(Int64.self, .minus, $0) }
    default: return nil
    }
    return .init(
      function: .strict("-", .intervalDayToSecond, body), parameters: [common, common],
      result: .intervalDayToSecond)
  }

  /// An interval times or divided by a number; halves away from zero.
  private static func scaling(
    _ sign: ArithmeticSign, _ a: DataType, _ b: DataType
  ) -> FunctionDefinition.Match? {
    guard a.isIntervalType, b != .unseen else { return nil }
    if sign == .times, TypeCoercion.canCoerce(b, to: .bigint) {
      let body: FunctionBody = { call in
        guard a == .intervalYearToMonth else {
          return try integerArithmetic(Int64.self, .times, call)
        }
        let (x, y) = (try call.input(0, as: Int32.self), try call.input(1, as: Int64.self))
        return try call.checked(Int32.self, error: sign.failure(call)) { row in
          Int64(x[row]).multiplied(y[row]).flatMap { Int32(exactly: $0) }
        }
      }
      return .init(function: .strict("*", a, body), parameters: [a, .bigint], result: a)
    }
    guard TypeCoercion.canCoerce(b, to: .double) else { return nil }
    let body: FunctionBody = { call in
      a == .intervalYearToMonth
        ? try scale(Int32.self, sign, call) : try scale(Int64.self, sign, call)
    }
    return .init(
      function: .strict(sign.rawValue, a, body), parameters: [a, .double], result: a)
  }

  private static func scale<T: FixedWidthInteger & BitwiseCopyable>(
    _ type: T.Type, _ sign: ArithmeticSign, _ call: FunctionCall
  ) throws -> CheckedVector {
    let (spans, numbers) = (try call.input(0, as: type), try call.input(1, as: Double.self))
    return try call.checked(type, error: sign.failure(call)) { row in
      let span = Double(spans[row])
      let scaled = sign == .times ? span * numbers[row] : span / numbers[row]
      return T(exactly: scaled.rounded(.toNearestOrAwayFromZero))
    }
  }
}

extension ArithmeticSign {
  /// The number, with the other sign for a difference. Safe for what is not the least number, and
  /// of that the callers' range checks refuse the answer.
  @inline(__always)
  func signed(_ value: Int64) -> Int64 { self == .minus ? 0 &- value : value }
}

extension DataType {
  var isIntervalType: Bool { self == .intervalYearToMonth || self == .intervalDayToSecond }
}
