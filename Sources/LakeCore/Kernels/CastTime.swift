/// Dates and timestamps among each other. The day begins at midnight in UTC.
extension Kernels {
  func castTime(
    _ flat: FlatColumn, from source: DataType, to target: DataType
  ) throws(LakeError) -> Outcome {
    switch (source, target) {
    case (.date, _): try run(DateToTimestamp(), flat, to: target)
    case (_, .date): try run(TimestampToDate(), flat, to: target)
    case (_, .time): try run(TimestampToTime(), flat, to: target)
    // A timestamp and the reading of a clock in UTC are the same number.
    default: Outcome(ColumnVector(type: target, flat: flat))
    }
  }
}

private let microsecondsPerDay: Int64 = 86_400_000_000

private struct DateToTimestamp: Conversion {
  static var canFail: Bool { true }

  func convert(_ value: Int32) -> (Int64, Bool) {
    let (product, overflow) = Int64(value).multipliedReportingOverflow(by: microsecondsPerDay)
    return (product, !overflow)
  }
}

private struct TimestampToDate: Conversion {
  static var canFail: Bool { false }

  func convert(_ value: Int64) -> (Int32, Bool) {
    // The quotient is below 2^27.
    let days = value / microsecondsPerDay &- (value % microsecondsPerDay < 0 ? 1 : 0)
    return (Int32(truncatingIfNeeded: days), true)
  }
}

private struct TimestampToTime: Conversion {
  static var canFail: Bool { false }

  func convert(_ value: Int64) -> (Int64, Bool) {
    let rest = value % microsecondsPerDay
    return (rest < 0 ? rest &+ microsecondsPerDay : rest, true)
  }
}
