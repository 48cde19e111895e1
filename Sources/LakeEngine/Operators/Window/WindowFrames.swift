import LakeCore

/// The frame of each position: positions from `start` to before `end`, never out of the partition.
struct WindowFrames {
  private let startBuffer: Buffer
  private let endBuffer: Buffer

  var starts: UnsafeMutablePointer<UInt32> { startBuffer.pointer(as: UInt32.self) }
  var ends: UnsafeMutablePointer<UInt32> { endBuffer.pointer(as: UInt32.self) }

  /// `values` gives an expression's value for every row.
  init(
    _ frame: WindowPlan.Frame, _ layout: WindowLayout,
    values: (BoundExpression) throws -> ColumnVector
  ) throws {
    let tracker = layout.kernels.tracker
    startBuffer = try Buffer(byteCount: layout.rowCount * 4, tracker: tracker)
    endBuffer = try Buffer(byteCount: layout.rowCount * 4, tracker: tracker)
    let edge = WindowEdge(layout, frame.unit)
    try edge.fill(
      startBuffer.pointer(as: UInt32.self), frame.start, isEnd: false, values: values)
    try edge.fill(endBuffer.pointer(as: UInt32.self), frame.end, isEnd: true, values: values)
    let (starts, ends) = (self.starts, self.ends)
    for position in 0..<layout.rowCount { ends[position] = max(ends[position], starts[position]) }
  }
}

/// Finds where frames begin or end.
private struct WindowEdge {
  let layout: WindowLayout
  let unit: WindowPlan.Frame.Unit

  init(_ layout: WindowLayout, _ unit: WindowPlan.Frame.Unit) {
    self.layout = layout
    self.unit = unit
  }

  func fill(
    _ out: UnsafeMutablePointer<UInt32>, _ bound: WindowPlan.Frame.Bound, isEnd: Bool,
    values: (BoundExpression) throws -> ColumnVector
  ) throws {
    switch bound {
    case .unboundedPreceding:
      eachPartition { start, _, position in out[position] = UInt32(truncatingIfNeeded: start) }
    case .unboundedFollowing:
      eachPartition { _, end, position in out[position] = UInt32(truncatingIfNeeded: end) }
    case .currentRow where unit == .rows:
      eachPartition { _, _, position in
        out[position] = UInt32(truncatingIfNeeded: isEnd ? position + 1 : position)
      }
    case .currentRow:
      let peers = try layout.peers()
      let source = isEnd ? peers.ends : peers.starts
      for position in 0..<layout.rowCount { out[position] = source[position] }
    case .preceding(let distance):
      try fill(out, by: try values(distance), sign: -1, isEnd: isEnd)
    case .following(let distance):
      try fill(out, by: try values(distance), sign: 1, isEnd: isEnd)
    case .value(let value): try fill(out, atValue: try values(value), isEnd: isEnd)
    }
  }

  private func eachPartition(_ body: (_ start: Int, _ end: Int, _ position: Int) throws -> Void)
    rethrows
  {
    for partition in 0..<layout.partitionCount {
      let (start, end) = (layout.starts[partition], layout.starts[partition + 1])
      for position in start..<end { try body(start, end, position) }
    }
  }

  /// So many rows, or groups of equal rows, away.
  private func fill(
    _ out: UnsafeMutablePointer<UInt32>, by distances: ColumnVector, sign: Int, isEnd: Bool
  ) throws {
    let flat = try distances.flattened(layout.kernels)
    let numbers = flat.fixed?.pointer(as: Int64.self)
    func distance(_ position: Int) throws -> Int {
      let row = Int(layout.rows[position])
      guard let numbers, !flat.isNull(row), numbers[row] >= 0 else {
        throw LakeError(
          .invalidInput, "the distance of a frame must be a number that is not negative")
      }
      // Nothing is further away than all rows.
      return Int(min(numbers[row], Int64(layout.rowCount) + 1))
    }
    if unit == .rows {
      try eachPartition { start, end, position in
        let place = position + sign * (try distance(position)) + (isEnd ? 1 : 0)
        out[position] = UInt32(truncatingIfNeeded: min(max(place, start), end))
      }
      return
    }
    let peers = try layout.peers()
    for partition in 0..<layout.partitionCount {
      let (start, end) = (layout.starts[partition], layout.starts[partition + 1])
      var groups: [Int] = []
      for position in start..<end where Int(peers.starts[position]) == position {
        groups.append(position)
      }
      groups.append(end)
      var group = 0
      for position in start..<end {
        if position == groups[group + 1] { group += 1 }
        let place = group + sign * (try distance(position)) + (isEnd ? 1 : 0)
        out[position] = UInt32(truncatingIfNeeded: groups[min(max(place, 0), groups.count - 1)])
      }
    }
  }

  /// RANGE with a value: the rows whose value is not before it, or not behind it.
  private func fill(
    _ out: UnsafeMutablePointer<UInt32>, atValue values: ColumnVector, isEnd: Bool
  ) throws {
    let bounds = try OrderVector(values, layout.kernels)
    guard let column = layout.columns.columns.first else {
      throw LakeError(.internal, "a range of values without an order")
    }
    let bound = SortColumns(
      bounds, isDescending: column.isDescending, nullsFirst: column.nullsFirst)
    let peers = try layout.peers()
    for partition in 0..<layout.partitionCount {
      let (first, last) = (layout.starts[partition], layout.starts[partition + 1])
      // Rows of null stand together at one end; they have a frame of their own.
      let known = knownRange(first, last, column)
      for position in first..<last {
        let row = Int(layout.rows[position])
        guard column.isValid(row), bounds.isValid(row) else {
          out[position] = isEnd ? peers.ends[position] : peers.starts[position]
          continue
        }
        var (low, high) = (known.lowerBound, known.upperBound)
        while low < high {
          let middle = (low + high) / 2
          let sign = SortColumns.compare(
            layout.columns, Int(layout.rows[middle]), bound, row)
          if isEnd ? sign <= 0 : sign < 0 { low = middle + 1 } else { high = middle }
        }
        out[position] = UInt32(truncatingIfNeeded: low)
      }
    }
  }

  private func knownRange(
    _ first: Int, _ last: Int, _ column: SortColumns.Column
  ) -> Range<Int> {
    var (start, end) = (first, last)
    while start < end, !column.isValid(Int(layout.rows[start])) { start += 1 }
    while end > start, !column.isValid(Int(layout.rows[end - 1])) { end -= 1 }
    return start..<end
  }
}
