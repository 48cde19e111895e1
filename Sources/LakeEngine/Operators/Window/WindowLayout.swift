import LakeCore

/// The rows of a window: partition after partition, each in its order. A place in that sequence is
/// a *position*.
// @unchecked Sendable: filled when it is made, and only read afterwards.
final class WindowLayout: @unchecked Sendable {
  let rowCount: Int
  /// The row at each position.
  let rows: UnsafeMutablePointer<UInt32>
  /// The first position of each partition; behind the last, the number of rows.
  let starts: [Int]
  let columns: SortColumns
  let kernels: Kernels
  private let buffer: Buffer
  private var peerBuffers: (starts: Buffer, ends: Buffer)?

  /// Row `i` belongs to the partition `groups[i]`.
  init(
    rowCount: Int, groups: UnsafePointer<UInt32>, groupCount: Int, columns: SortColumns,
    kernels: Kernels
  ) throws {
    self.rowCount = rowCount
    self.columns = columns
    self.kernels = kernels
    var starts = Array(repeating: 0, count: groupCount + 1)
    for row in 0..<rowCount { starts[Int(groups[row]) + 1] += 1 }
    for group in 0..<groupCount { starts[group + 1] += starts[group] }
    buffer = try Buffer(byteCount: rowCount * 4, tracker: kernels.tracker)
    rows = buffer.pointer(as: UInt32.self)
    var filled = starts
    for row in 0..<rowCount {
      let group = Int(groups[row])
      rows[filled[group]] = UInt32(truncatingIfNeeded: row)
      filled[group] += 1
    }
    self.starts = starts
  }

  var partitionCount: Int { starts.count - 1 }

  /// Puts each partition into its order. Called from outside of the pool, which it uses.
  func sort(_ context: ExecutionContext) throws {
    if columns.columns.isEmpty { return }
    let columns = self.columns
    let (groupCount, starts) = (partitionCount, self.starts)
    // Partitions are dealt out in portions, since most are small.
    let portion = max(1, groupCount / (8 * context.pool.threadCount))
    let count = (groupCount + portion - 1) / portion
    let rows = buffer
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

  /// For each position the first position of the rows that are equal to its row in the order, and
  /// the one behind the last of them.
  func peers() throws -> (starts: UnsafePointer<UInt32>, ends: UnsafePointer<UInt32>) {
    let known = try peerBuffers ?? makePeers()
    peerBuffers = known
    return (
      UnsafePointer(known.starts.pointer(as: UInt32.self)),
      UnsafePointer(known.ends.pointer(as: UInt32.self))
    )
  }

  private func makePeers() throws -> (starts: Buffer, ends: Buffer) {
    let first = try Buffer(byteCount: rowCount * 4, tracker: kernels.tracker)
    let last = try Buffer(byteCount: rowCount * 4, tracker: kernels.tracker)
    let (from, to) = (first.pointer(as: UInt32.self), last.pointer(as: UInt32.self))
    for partition in 0..<partitionCount {
      var start = starts[partition]
      let end = starts[partition + 1]
      while start < end {
        var next = start + 1
        while next < end, columns.compare(Int(rows[next - 1]), Int(rows[next])) == 0 { next += 1 }
        for position in start..<next {
          from[position] = UInt32(truncatingIfNeeded: start)
          to[position] = UInt32(truncatingIfNeeded: next)
        }
        start = next
      }
    }
    return (first, last)
  }
}
