import LakeCore

/// Dates, timestamps or times of day by row: a day since 1970-01-01 and the microseconds since its
/// midnight.
struct MomentInput {
  private let days: Input<Int32>?
  private let moments: Input<Int64>?

  init(_ call: FunctionCall, _ index: Int) throws {
    if call.arguments[index].type == .date {
      days = try call.input(index, as: Int32.self)
      moments = nil
    } else {
      moments = try call.input(index, as: Int64.self)
      days = nil
    }
  }

  @inline(__always)
  func day(_ row: Int) -> Int64 {
    if let days { return Int64(days[row]) }
    return moments.map { Calendar.day(of: $0[row]) } ?? 0
  }

  @inline(__always)
  func clock(_ row: Int) -> Int64 {
    moments.map { Calendar.sinceMidnight($0[row]) } ?? 0
  }

  /// The calendar's date; of days that it does not tell, which only null rows have, another.
  @inline(__always)
  func date(_ row: Int) -> CivilDate { CivilDate(days: Int32(truncatingIfNeeded: day(row))) }
}
