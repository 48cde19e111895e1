import LakeCore

/// `sequence`: numbers, days or moments from one to another.
extension ScalarFunctions {
  static func sequence(_ names: String...) -> FunctionDefinition {
    FunctionDefinition(
      names: names,
      signatures: [
        "sequence(bigint, bigint[, step]) → array(bigint)",
        "sequence(date, date[, step]) → array(date)",
        "sequence(timestamp, timestamp, step) → array(timestamp)",
      ],
      description: "The numbers, days or moments from one to another; a step is a number or an "
        + "interval"
    ) { arguments in
      guard arguments.count == 2 || arguments.count == 3,
        let type = TypeCoercion.common(arguments[0], arguments[1])
      else { return nil }
      let step = arguments.count == 3 ? arguments[2] : nil
      switch type {
      case .tinyint, .smallint, .integer, .bigint:
        if let step, !TypeCoercion.canCoerce(step, to: .bigint) { return nil }
        return match(names[0], .bigint, step.map { _ in .bigint })
      case .date, .timestamp, .localTimestamp:
        let isInterval = step == .intervalDayToSecond || step == .intervalYearToMonth
        guard isInterval || step == nil && type == .date else { return nil }
        return match(names[0], type, step)
      default: return nil
      }
    }
  }

  private static func match(
    _ name: String, _ type: DataType, _ step: DataType?
  ) -> FunctionDefinition.Match {
    let result = DataType.array(type)
    return .init(
      function: .strict(name, result) { try sequence($0) },
      parameters: [type, type] + (step.map { [$0] } ?? []), result: result)
  }

  private static func sequence(_ call: FunctionCall) throws -> CheckedVector {
    let (starts, ends) = (try SequenceInput(call, 0), try SequenceInput(call, 1))
    let steps = call.arguments.count > 2 ? try SequenceInput(call, 2) : nil
    let type = call.result.listElement
    let inMonths = call.arguments.count > 2 && call.arguments[2].type == .intervalYearToMonth
    // Days are stepped by microseconds of an interval.
    let unit = type == .date && steps != nil && !inMonths ? Calendar.dayLength : 1
    let validity = try call.validity()
    let answered = try call.buffer(of: UInt8.self)
    let offsets = try Buffer(byteCount: (call.rowCount + 1) * 4, tracker: call.tracker)
    let (answer, offset) = (answered.pointer(as: UInt8.self), offsets.pointer(as: UInt32.self))
    var values: [Int64] = []
    offset[0] = 0
    for row in 0..<call.rowCount {
      let isValid = validity.map { $0[row] } ?? true
      answer[row] = 1
      if isValid {
        let (start, end) = (starts[row], ends[row])
        let step = steps?[row] ?? (start <= end ? 1 : -1)
        let members =
          inMonths
          ? monthly(start, end, step, type)
          : step % unit == 0 ? linear(start, end, step / unit) : nil
        if let members { values += members } else { answer[row] = 0 }
      }
      guard let place = UInt32(exactly: values.count), values.count < 1 << 28 else {
        throw LakeError(.limitExceeded, "the sequences of one batch have too many elements")
      }
      offset[row + 1] = place
    }
    let error = call.failure(
      "no sequence: the step must lead to the end, in \(listElementsMax) elements at most")
    return try call.withFailures(
      .list(ListValues(offsets: offsets, child: try child(values, type, call))), answered, error)
  }

  private static func linear(_ start: Int64, _ end: Int64, _ step: Int64) -> [Int64]? {
    guard step != 0, start == end || (start < end) == (step > 0) else { return nil }
    let distance = Int128(end) - Int128(start)
    let count = distance / Int128(step) + 1
    guard count <= Int128(listElementsMax) else { return nil }
    // Safe: all of them lie between the two ends.
    return (0..<Int64(count)).map { start + $0 * step }
  }

  private static func monthly(
    _ start: Int64, _ end: Int64, _ step: Int64, _ type: DataType
  ) -> [Int64]? {
    guard step != 0, start == end || (start < end) == (step > 0) else { return nil }
    var members: [Int64] = []
    while Int64(members.count) <= listElementsMax {
      guard let months = step.multiplied(Int64(members.count)) else { return members }
      let next =
        type == .date
        ? Int32(exactly: start).flatMap { Calendar.adding(months: months, toDay: $0) }
          .map { Int64($0) }
        : Calendar.adding(months: months, toMoment: start)
      guard let next, step > 0 ? next <= end : next >= end else { return members }
      members.append(next)
    }
    return nil
  }

  private static func child(
    _ values: [Int64], _ type: DataType, _ call: FunctionCall
  ) throws -> ColumnVector {
    if type != .date { return try call.kernels.numbers(type, values.count) { values[$0] } }
    return try call.kernels.numbers(type, values.count) { Int32(truncatingIfNeeded: values[$0]) }
  }
}

/// Integers of 32 or 64 bits by row.
private struct SequenceInput {
  private let narrow: Input<Int32>?
  private let wide: Input<Int64>?

  init(_ call: FunctionCall, _ index: Int) throws {
    let isNarrow = call.arguments[index].type.physical == .int32
    narrow = isNarrow ? try call.input(index, as: Int32.self) : nil
    wide = isNarrow ? nil : try call.input(index, as: Int64.self)
  }

  subscript(row: Int) -> Int64 { narrow.map { Int64($0[row]) } ?? wide?[row] ?? 0 }
}
