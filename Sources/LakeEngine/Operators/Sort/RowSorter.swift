import Glibc
import LakeCore

/// Sorts row numbers. Rows that are equal keep their order, so the outcome is the only one
/// possible.
struct RowSorter {
  private struct Entry: BitwiseCopyable {
    var prefix: UInt64
    var rank: UInt32
    var row: UInt32
  }

  private let columns: SortColumns
  private let context: ExecutionContext

  /// Rows of one run, about.
  private static let runRows = 1 << 15

  init(_ columns: SortColumns, _ context: ExecutionContext) {
    self.columns = columns
    self.context = context
  }

  /// All rows in order. In parallel it is called from outside of the pool, which it uses.
  func sorted(rowCount: Int, inParallel: Bool = true) throws -> Selection {
    let entries = try entries(rowCount)
    let spare = try Buffer(byteCount: rowCount * 16, tracker: context.tracker)
    let runCount =
      inParallel ? max(1, min(4 * context.pool.threadCount, rowCount / RowSorter.runRows)) : 1
    var bounds = (0...runCount).map { $0 * rowCount / runCount }
    let columns = self.columns
    let starts = bounds
    try context.forEach(count: runCount, inParallel: inParallel) { run in
      let base = entries.pointer(as: Entry.self) + starts[run]
      RowSorter.sort(
        UnsafeMutableBufferPointer(start: base, count: starts[run + 1] - starts[run]), columns)
    }
    var (from, to) = (entries, spare)
    while bounds.count > 2 {
      var merged = [0]
      var pairs: [(Int, Int, Int)] = []
      for index in stride(from: 0, to: bounds.count - 1, by: 2) {
        let end = min(index + 2, bounds.count - 1)
        pairs.append((bounds[index], bounds[min(index + 1, end)], bounds[end]))
        merged.append(bounds[end])
      }
      let (source, target, work) = (from, to, pairs)
      try context.pool.forEach(count: pairs.count, cancellation: context.cancellation) { _, pair in
        RowSorter.merge(source, target, work[pair], columns)
      }
      swap(&from, &to)
      bounds = merged
    }
    let rows = try Buffer(byteCount: rowCount * 4, tracker: context.tracker)
    let (out, ordered) = (rows.pointer(as: UInt32.self), from.pointer(as: Entry.self))
    for index in 0..<rowCount { out[index] = ordered[index].row }
    return Selection(rows: rows, count: rowCount)
  }

  private func entries(_ rowCount: Int) throws(LakeError) -> Buffer {
    let buffer = try Buffer(byteCount: rowCount * 16, tracker: context.tracker)
    let out = buffer.pointer(as: Entry.self)
    guard let first = columns.columns.first else {
      for row in 0..<rowCount {
        out[row] = Entry(prefix: 0, rank: 0, row: UInt32(truncatingIfNeeded: row))
      }
      return buffer
    }
    for row in 0..<rowCount {
      let (rank, prefix) = first.prefix(row)
      out[row] = Entry(prefix: prefix, rank: rank, row: UInt32(truncatingIfNeeded: row))
    }
    return buffer
  }

  private static func sort(
    _ entries: UnsafeMutableBufferPointer<Entry>, _ columns: SortColumns
  ) {
    var entries = entries
    if columns.columns.count <= 1, columns.columns.first?.isExact ?? true {
      entries.sort { a, b in
        if a.rank != b.rank { return a.rank < b.rank }
        if a.prefix != b.prefix { return a.prefix < b.prefix }
        return a.row < b.row
      }
      return
    }
    entries.sort { isBefore($0, $1, columns) }
  }

  @inline(__always)
  private static func isBefore(_ a: Entry, _ b: Entry, _ columns: SortColumns) -> Bool {
    if a.rank != b.rank { return a.rank < b.rank }
    if a.prefix != b.prefix { return a.prefix < b.prefix }
    let sign = columns.compare(Int(a.row), Int(b.row))
    return sign == 0 ? a.row < b.row : sign < 0
  }

  private static func merge(
    _ source: Buffer, _ target: Buffer, _ range: (Int, Int, Int), _ columns: SortColumns
  ) {
    let (from, to) = (source.pointer(as: Entry.self), target.pointer(as: Entry.self))
    var (a, b, out) = (range.0, range.1, range.0)
    while a < range.1, b < range.2 {
      if isBefore(from[b], from[a], columns) {
        to[out] = from[b]
        b &+= 1
      } else {
        to[out] = from[a]
        a &+= 1
      }
      out &+= 1
    }
    memcpy(to + out, from + a, (range.1 - a) * 16)
    out += range.1 - a
    memcpy(to + out, from + b, (range.2 - b) * 16)
  }
}
