import LakeCore

/// Functions that give the value of another row: lag, lead, and those of a frame.
struct WindowValues {
  let layout: WindowLayout
  let function: WindowPlan.Function
  /// The arguments for all rows.
  let arguments: [ColumnVector]

  private let kernels: Kernels
  /// By position: how many values that count stand before it; only where nulls are ignored.
  private var countsBefore: RawArray<UInt32>?
  /// The positions whose values count.
  private var counted: RawArray<UInt32>?

  init(
    _ layout: WindowLayout, _ function: WindowPlan.Function, _ arguments: [ColumnVector]
  ) throws {
    self.layout = layout
    self.function = function
    self.arguments = arguments
    kernels = layout.kernels
    if function.ignoresNulls { try countValues() }
  }

  private mutating func countValues() throws {
    guard let value = arguments.first else { return }
    let valid = try value.rowValidity(kernels)
    let before = try RawArray<UInt32>(count: layout.rowCount + 1, tracker: kernels.tracker)
    var list = RawArray<UInt32>(tracker: kernels.tracker)
    for position in 0..<layout.rowCount {
      before.pointer[position] = UInt32(truncatingIfNeeded: list.count)
      if valid?[Int(layout.rows[position])] ?? true {
        try list.append(UInt32(truncatingIfNeeded: position))
      }
    }
    before.pointer[layout.rowCount] = UInt32(truncatingIfNeeded: list.count)
    (countsBefore, counted) = (before, list)
  }

  /// lag and lead: value, distance, default.
  func shifted() throws -> ColumnVector {
    let count = layout.rowCount
    var sources = [arguments[0]]
    let hasDefault = arguments.count > 2
    if hasDefault { sources.append(arguments[2]) }
    sources.append(try .nulls(type: function.type, count: 1))
    let missing = hasDefault ? 2 * count : count
    let distances = arguments.count > 1 ? try arguments[1].flattened(kernels) : nil
    let picked = try RawArray<UInt32>(count: count, tracker: kernels.tracker)
    for partition in 0..<layout.partitionCount {
      let range = layout.starts[partition]..<layout.starts[partition + 1]
      for position in range {
        let row = Int(layout.rows[position])
        let found: Int?
        if let distances {
          let isNull = distances.isNull(row)
          let distance = distances.fixed?.pointer(as: Int64.self)[row] ?? 0
          guard isNull || distance >= 0 else {
            throw LakeError(
              .invalidInput, "the distance of \(function.name) must not be negative: \(distance)")
          }
          found = isNull ? nil : place(position, range, Int(min(distance, Int64(count))))
        } else {
          found = place(position, range, 1)
        }
        let source = found.map { Int(layout.rows[$0]) } ?? (hasDefault ? count + row : missing)
        picked.pointer[row] = UInt32(truncatingIfNeeded: source)
      }
    }
    let all = try kernels.concatenate(sources)
    return try kernels.gather(all, rows: picked.pointer, count: count)
  }

  /// The position that lies so many rows, or so many values, before or behind.
  private func place(_ position: Int, _ range: Range<Int>, _ distance: Int) -> Int? {
    let isLag = function.kind == .lag
    guard let countsBefore, let counted, distance > 0 else {
      let place = isLag ? position - distance : position + distance
      return range.contains(place) ? place : nil
    }
    let number =
      isLag
      ? Int(countsBefore.pointer[position]) - distance
      : Int(countsBefore.pointer[position + 1]) + distance - 1
    guard number >= 0, number < counted.count else { return nil }
    let place = Int(counted.pointer[number])
    return range.contains(place) ? place : nil
  }

  /// first_value, last_value, nth_value.
  func inFrame(_ frames: WindowFrames) throws -> ColumnVector {
    let count = layout.rowCount
    let numbers = function.kind == .nthValue ? try arguments[1].flattened(kernels) : nil
    let picked = try RawArray<UInt32>(count: count, tracker: kernels.tracker)
    for position in 0..<count {
      let row = Int(layout.rows[position])
      var number = 1
      if let numbers {
        let value = numbers.fixed?.pointer(as: Int64.self)[row] ?? 0
        if numbers.isNull(row) {
          number = 0
        } else {
          guard value > 0 else {
            throw LakeError(
              .invalidInput, "nth_value counts from 1, and \(value) is no place")
          }
          number = Int(min(value, Int64(count) + 1))
        }
      }
      let frame = Int(frames.starts[position])..<Int(frames.ends[position])
      let source = found(in: frame, number).map { Int(layout.rows[$0]) } ?? count
      picked.pointer[row] = UInt32(truncatingIfNeeded: source)
    }
    let all = try kernels.concatenate([arguments[0], .nulls(type: function.type, count: 1)])
    return try kernels.gather(all, rows: picked.pointer, count: count)
  }

  /// The position of the value in a frame that is asked for.
  private func found(in frame: Range<Int>, _ number: Int) -> Int? {
    if frame.isEmpty || number == 0 { return nil }
    let isLast = function.kind == .lastValue
    guard let countsBefore, let counted else {
      if isLast { return frame.upperBound - 1 }
      return number <= frame.count ? frame.lowerBound + number - 1 : nil
    }
    let first = Int(countsBefore.pointer[frame.lowerBound])
    let end = Int(countsBefore.pointer[frame.upperBound])
    let place = isLast ? end - 1 : first + number - 1
    return place >= first && place < end ? Int(counted.pointer[place]) : nil
  }
}
