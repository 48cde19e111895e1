import LakeCore

/// Aggregates of the rows of frames.
///
/// Positions with the same frame are counted once. Counts and exact sums are differences of running
/// totals; sums of doubles, minima and maxima go on from the frame before where this one only adds
/// rows, and ask a tree of partial results otherwise, so that no frame costs more than the
/// logarithm of its length. What is left is added up row by row for each frame.
struct WindowAggregates {
  private let layout: WindowLayout
  private let call: AggregateCall
  private let arguments: [ColumnVector]
  /// 1 for the positions whose rows count.
  private let counts: RawArray<UInt8>
  private let kernels: Kernels
  private let frames: DistinctFrames

  /// `selection` are the rows for which FILTER holds.
  init(
    _ layout: WindowLayout, _ call: AggregateCall, _ arguments: [ColumnVector],
    selection: Selection?, _ frames: WindowFrames
  ) throws {
    self.layout = layout
    self.call = call
    self.arguments = arguments
    kernels = layout.kernels
    self.frames = try DistinctFrames(frames, layout)
    counts = try WindowAggregates.counts(layout, arguments, selection, call)
  }

  private static func counts(
    _ layout: WindowLayout, _ arguments: [ColumnVector], _ selection: Selection?,
    _ call: AggregateCall
  ) throws -> RawArray<UInt8> {
    let count = layout.rowCount
    let isSelected = try RawArray<UInt8>(count: count, tracker: layout.kernels.tracker)
    for row in 0..<count { isSelected.pointer[row] = selection == nil ? 1 : 0 }
    if let selection {
      for index in 0..<selection.count { isSelected.pointer[Int(selection.pointer[index])] = 1 }
    }
    let valid =
      call.function.skipsNulls ? try arguments.first?.rowValidity(layout.kernels) : nil
    let result = try RawArray<UInt8>(count: count, tracker: layout.kernels.tracker)
    for position in 0..<count {
      let row = Int(layout.rows[position])
      result.pointer[position] = valid?[row] ?? true ? isSelected.pointer[row] : 0
    }
    return result
  }

  func vector() throws -> ColumnVector {
    try frames.byRow(try results(), kernels)
  }

  /// A result for each distinct frame.
  private func results() throws -> ColumnVector {
    if call.isDistinct { return try added() }
    switch call.function {
    case .count: return try numbers { _ in 1 }
    case .countIf:
      let truths = try arguments[0].flattened(kernels)
      let values = truths.fixed?.pointer(as: UInt8.self)
      return try numbers { row in values.map { $0[row] != 0 ? 1 : 0 } ?? 0 }
    case .sum, .average:
      switch arguments[0].type {
      case .real, .double:
        return try WindowDoubleSums(frames, layout, counts).vector(call, arguments[0])
      default: return try exactSums()
      }
    case .minimum where arguments.count == 1, .maximum where arguments.count == 1:
      return try WindowBest(frames, layout, counts)
        .vector(arguments[0], isMaximum: call.function == .maximum)
    default: return try added()
    }
  }

  /// Running totals of a number of each row that counts.
  private func numbers(_ number: (Int) -> Int64) throws -> ColumnVector {
    let totals = try RawArray<Int64>(count: layout.rowCount + 1, tracker: kernels.tracker)
    totals.pointer[0] = 0
    for position in 0..<layout.rowCount {
      let more = counts.pointer[position] == 0 ? 0 : number(Int(layout.rows[position]))
      totals.pointer[position + 1] = totals.pointer[position] + more
    }
    let values = try Buffer(byteCount: frames.count * 8, tracker: kernels.tracker)
    for frame in 0..<frames.count {
      let range = frames[frame]
      values.pointer(as: Int64.self)[frame] =
        totals.pointer[range.upperBound] - totals.pointer[range.lowerBound]
    }
    return ColumnVector(
      type: .bigint,
      flat: FlatColumn(count: frames.count, validity: nil, values: .fixed(values)))
  }

  private func exactSums() throws -> ColumnVector {
    let sum = ExactSumAccumulator(
      argument: arguments[0].type, type: call.type, isAverage: call.function == .average, kernels)
    let values = try sum.wideValues(of: arguments[0])
    let totals = try RawArray<Int128>(count: layout.rowCount + 1, tracker: kernels.tracker)
    let numbers = try RawArray<Int64>(count: layout.rowCount + 1, tracker: kernels.tracker)
    (totals.pointer[0], numbers.pointer[0]) = (0, 0)
    for position in 0..<layout.rowCount {
      let isCounted = counts.pointer[position] != 0
      let value = isCounted ? values.pointer[Int(layout.rows[position])] : 0
      let (total, overflow) = totals.pointer[position].addingReportingOverflow(value)
      if overflow { throw sum.tooLarge }
      totals.pointer[position + 1] = total
      numbers.pointer[position + 1] = numbers.pointer[position] + (isCounted ? 1 : 0)
    }
    try sum.reserve(groups: frames.count)
    for frame in 0..<frames.count {
      let range = frames[frame]
      let (total, overflow) = totals.pointer[range.upperBound].subtractingReportingOverflow(
        totals.pointer[range.lowerBound])
      if overflow { throw sum.tooLarge }
      sum.set(
        frame, sum: total,
        count: numbers.pointer[range.upperBound] - numbers.pointer[range.lowerBound])
    }
    return try sum.finish(groups: frames.count)
  }

  private static let addedRows = 1 << 14

  /// Each frame is a group whose rows are added one by one.
  private func added() throws -> ColumnVector {
    let accumulator = try call.makeAccumulator(kernels)
    try accumulator.reserve(groups: frames.count)
    var rows = try RawArray<UInt32>(count: WindowAggregates.addedRows, tracker: kernels.tracker)
    let groups = try RawArray<UInt32>(
      count: WindowAggregates.addedRows, tracker: kernels.tracker)
    rows.count = 0
    func flush() throws {
      let values = try arguments.map {
        try kernels.gather($0, rows: rows.pointer, count: rows.count)
      }
      try accumulator.add(groups.pointer, count: rows.count, values)
      rows.count = 0
    }
    for frame in 0..<frames.count {
      for position in frames[frame] where counts.pointer[position] != 0 {
        rows.pointer[rows.count] = layout.rows[position]
        groups.pointer[rows.count] = UInt32(truncatingIfNeeded: frame)
        rows.count += 1
        if rows.count == WindowAggregates.addedRows { try flush() }
      }
    }
    if rows.count > 0 { try flush() }
    return try accumulator.finish(groups: frames.count)
  }
}

extension AggregateCall.Function {
  /// Whether a row whose first argument is null does not count.
  fileprivate var skipsNulls: Bool {
    switch self {
    case .count, .countIf, .sum, .average, .minimum, .maximum: true
    default: false
    }
  }
}

/// The frames of a window, equal ones that follow each other once.
struct DistinctFrames {
  private var bounds: RawArray<UInt64>
  /// The frame of each row.
  private let ofRow: RawArray<UInt32>

  init(_ frames: WindowFrames, _ layout: WindowLayout) throws {
    let tracker = layout.kernels.tracker
    bounds = RawArray(tracker: tracker)
    ofRow = try RawArray(count: layout.rowCount, tracker: tracker)
    for position in 0..<layout.rowCount {
      let frame = UInt64(frames.starts[position]) << 32 | UInt64(frames.ends[position])
      if bounds.count == 0 || bounds.pointer[bounds.count - 1] != frame {
        try bounds.append(frame)
      }
      ofRow.pointer[Int(layout.rows[position])] = UInt32(truncatingIfNeeded: bounds.count - 1)
    }
  }

  var count: Int { bounds.count }

  /// The positions of a frame.
  subscript(index: Int) -> Range<Int> {
    let frame = bounds.pointer[index]
    let start = Int(frame >> 32)
    // The end is never before the start: `WindowFrames` sees to it.
    return start..<max(start, Int(frame & 0xFFFF_FFFF))
  }

  func byRow(_ results: ColumnVector, _ kernels: Kernels) throws -> ColumnVector {
    try kernels.gather(results, rows: ofRow.pointer, count: ofRow.count)
  }
}
