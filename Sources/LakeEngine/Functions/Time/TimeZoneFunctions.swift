import LakeCore

/// Moments and what clocks show somewhere. A `timestamp` is a moment and has no zone of its own, so
/// what a clock shows is a `timestamp without time zone`.
extension ScalarFunctions {
  static let timeZoneFunctions: [FunctionDefinition] = [
    FunctionDefinition(
      "at_timezone", "from_utc_timestamp",
      description: "What clocks in a zone show at a moment; x AT TIME ZONE zone",
      overloads: [
        Overload([.timestamp, .varchar], .localTimestamp) { call in
          try shifted(call, call.failure(noZone, hint: zoneHint)) { $0.clock(at: $1) }
        }
      ]),
    FunctionDefinition(
      "with_timezone", "to_utc_timestamp",
      description: "The moment at which clocks in a zone show something",
      overloads: [
        Overload([.localTimestamp, .varchar], .timestamp) { call in
          try shifted(call, call.failure(noZone, hint: zoneHint)) { $0.moment(of: $1) }
        },
        // A literal, or a text that was cast, says what a clock shows too.
        Overload([.timestamp, .varchar], .timestamp) { call in
          try shifted(call, call.failure(noZone, hint: zoneHint)) { $0.moment(of: $1) }
        },
      ]),
  ]

  private static let noZone = "there is no such time zone, or no such moment"
  private static let zoneHint = "Zones are named 'Europe/Berlin', 'UTC' or '+02:00'."

  private static func shifted(
    _ call: FunctionCall, _ error: @escaping @Sendable (Int) -> LakeError,
    _ body: (TimeZone, Int64) -> Int64?
  ) throws -> CheckedVector {
    let (moments, names) = (try call.input(0, as: Int64.self), try call.strings(1))
    let zones = call.context.timeZones
    if names.isConstant {
      let zone = zones.zone(names[0].text)
      return try call.checked(Int64.self, error: error) { row in
        zone.flatMap { body($0, moments[row]) }
      }
    }
    let validity = try call.validity()
    return try call.checked(Int64.self, error: error) { row in
      if let validity, !validity[row] { return 0 }
      return zones.zone(names[row].text).flatMap { body($0, moments[row]) }
    }
  }
}
