import LakeCore

/// Numbers the rows of each partition in an order.
struct WindowNumbering {
  let rowCount: Int
  let groups: UnsafePointer<UInt32>
  let groupCount: Int
  let columns: SortColumns
  let kernels: Kernels

  /// A column for each function.
  func numbers(
    _ functions: [WindowPlan.Function], _ context: ExecutionContext
  ) throws -> [ColumnVector] {
    let (rows, starts) = try byGroup()
    if !columns.columns.isEmpty { try sort(rows, starts, context) }
    return try functions.map { function in
      let values = try Buffer(byteCount: rowCount * 8, tracker: kernels.tracker)
      let out = values.pointer(as: Int64.self)
      for group in 0..<groupCount {
        number(rows, starts[group]..<starts[group + 1], function, out)
      }
      return ColumnVector(
        type: .bigint,
        flat: FlatColumn(count: rowCount, validity: nil, values: .fixed(values)))
    }
  }

  /// The rows of each group, in order.
  private func byGroup() throws -> (Buffer, [Int]) {
    var starts = Array(repeating: 0, count: groupCount + 1)
    for row in 0..<rowCount { starts[Int(groups[row]) + 1] += 1 }
    for group in 0..<groupCount { starts[group + 1] += starts[group] }
    let rows = try Buffer(byteCount: rowCount * 4, tracker: kernels.tracker)
    let out = rows.pointer(as: UInt32.self)
    var filled = starts
    for row in 0..<rowCount {
      let group = Int(groups[row])
      out[filled[group]] = UInt32(truncatingIfNeeded: row)
      filled[group] += 1
    }
    return (rows, starts)
  }

  private func sort(_ rows: Buffer, _ starts: [Int], _ context: ExecutionContext) throws {
    let columns = self.columns
    // Groups are dealt out in portions, since most are small.
    let portion = max(1, groupCount / (8 * context.pool.threadCount))
    let count = (groupCount + portion - 1) / portion
    let groupCount = groupCount
    try context.pool.forEach(count: count, cancellation: context.cancellation) { _, index in
      for group in (index * portion)..<min((index + 1) * portion, groupCount) {
        var part = UnsafeMutableBufferPointer(
          start: rows.pointer(as: UInt32.self) + starts[group],
          count: starts[group + 1] - starts[group])
        part.sort { a, b in
          let sign = columns.compare(Int(a), Int(b))
          return sign == 0 ? a < b : sign < 0
        }
      }
    }
  }

  private func number(
    _ rows: Buffer, _ range: Range<Int>, _ function: WindowPlan.Function,
    _ out: UnsafeMutablePointer<Int64>
  ) {
    let ordered = rows.pointer(as: UInt32.self)
    var (rank, dense): (Int64, Int64) = (0, 0)
    for place in range {
      let row = Int(ordered[place])
      let position = Int64(place - range.lowerBound + 1)
      if function == .rowNumber {
        out[row] = position
        continue
      }
      let isTied =
        place > range.lowerBound && columns.compare(Int(ordered[place - 1]), row) == 0
      if !isTied {
        rank = position
        dense += 1
      }
      out[row] = function == .rank ? rank : dense
    }
  }
}
