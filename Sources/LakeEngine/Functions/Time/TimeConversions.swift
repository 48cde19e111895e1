import LakeCore

/// Moments from numbers and text, and back.
extension ScalarFunctions {
  static let timeConversions: [FunctionDefinition] = [
    FunctionDefinition(
      "from_unixtime", description: "The moment some seconds after 1970",
      overloads: [
        Overload([.bigint], .timestamp) { try moment($0, of: 1_000_000) },
        Overload([.double], .timestamp) { try momentOfDouble($0) },
      ]),
    FunctionDefinition(
      "from_unixtime_ms", description: "The moment some milliseconds after 1970",
      overloads: [Overload([.bigint], .timestamp) { try moment($0, of: 1000) }]),
    FunctionDefinition(
      "to_unixtime", description: "The seconds since 1970",
      overloads: [
        Overload([.timestamp], .double) { call in
          let moments = try call.input(0, as: Int64.self)
          return try call.values(Double.self) { Double(moments[$0]) / 1e6 }
        }
      ]),
    FunctionDefinition(
      "date", "to_date", description: "The day of a moment, or that a text names",
      overloads: ([.date, .localTimestamp, .timestamp, .varchar] as [DataType]).map { type in
        Overload([type], .date) { try $0.kernels.cast($0.arguments[0], to: .date) }
      } + [Overload([.varchar, .varchar], .date) { try JavaFormat.dates($0) }]),
    FunctionDefinition(
      "to_timestamp",
      description: "The moment that a text names, or some seconds after 1970",
      overloads: [
        Overload([.varchar], .timestamp) { try $0.kernels.cast($0.arguments[0], to: .timestamp) },
        Overload([.bigint], .timestamp) { try moment($0, of: 1_000_000) },
        Overload([.double], .timestamp) { try momentOfDouble($0) },
        Overload([.timestamp], .timestamp) { CheckedVector($0.arguments[0]) },
        Overload([.varchar, .varchar], .timestamp) { try JavaFormat.moments($0) },
      ]),
    FunctionDefinition(
      "from_iso8601_timestamp", description: "The moment that a text of ISO 8601 names",
      overloads: [
        Overload([.varchar], .timestamp) { try $0.kernels.cast($0.arguments[0], to: .timestamp) }
      ]),
    FunctionDefinition(
      "from_iso8601_date", description: "The day that a text of ISO 8601 names",
      overloads: [
        Overload([.varchar], .date) { try $0.kernels.cast($0.arguments[0], to: .date) }
      ]),
    FunctionDefinition(
      "to_iso8601", description: "A day or moment as text of ISO 8601",
      overloads: dateTypes.map { type in Overload([type], .varchar) { try isoText($0) } }),
    FunctionDefinition(
      "date_format", description: "A moment as text by a format such as '%Y-%m-%d %H:%i:%s'",
      overloads: dateTypes.map { type in
        Overload([type, .varchar], .varchar) { try formatted($0) }
      }),
    FunctionDefinition(
      "date_parse", description: "The moment that a text names by a format such as '%Y-%m-%d'",
      overloads: [Overload([.varchar, .varchar], .timestamp) { try parsed($0) }]),
  ]

  private static func moment(_ call: FunctionCall, of unit: Int64) throws -> CheckedVector {
    let numbers = try call.input(0, as: Int64.self)
    return try call.checked(Int64.self, error: call.failure("a moment that cannot be told")) {
      numbers[$0].multiplied(unit)
    }
  }

  private static func momentOfDouble(_ call: FunctionCall) throws -> CheckedVector {
    let numbers = try call.input(0, as: Double.self)
    return try call.checked(Int64.self, error: call.failure("a moment that cannot be told")) {
      Int64(exactly: (numbers[$0] * 1e6).rounded(.toNearestOrAwayFromZero))
    }
  }

  private static func isoText(_ call: FunctionCall) throws -> CheckedVector {
    if call.arguments[0].type == .date {
      return try call.kernels.cast(call.arguments[0], to: .varchar)
    }
    let moments = try call.input(0, as: Int64.self)
    let isMoment = call.arguments[0].type == .timestamp
    return try call.texts { row, out in
      guard let room = out.room(for: TimestampText.byteCountMax) else { return .failed }
      out.advance(
        by: TimestampText.write(microseconds: moments[row], isMoment: isMoment, to: room))
      return .text
    }
  }

  private static func formatted(_ call: FunctionCall) throws -> CheckedVector {
    let (moments, formats) = (try MomentInput(call, 0), try call.strings(1))
    let constant = formats.isConstant ? TimeFormat(formats[0]) : nil
    let error = call.failure("the format is not one of date_format", hint: TimeFormat.hint)
    return try call.texts(error: error) { row, out in
      guard let format = constant ?? TimeFormat(formats[row]) else { return .failed }
      format.write(day: moments.day(row), clock: moments.clock(row), to: &out)
      return .text
    }
  }

  private static func parsed(_ call: FunctionCall) throws -> CheckedVector {
    let (texts, formats) = (try call.strings(0), try call.strings(1))
    let constant = formats.isConstant ? TimeFormat(formats[0]) : nil
    let error = call.failure(
      "the text is not of the format", hint: TimeFormat.hint)
    return try call.checked(Int64.self, error: error) { row in
      guard let format = constant ?? TimeFormat(formats[row]) else { return nil }
      return texts[row].withBytes { format.read(ByteRun($0)) }
    }
  }
}
