import LakeCore
import Synchronization

extension PlanCompiler {
  /// All rows in memory, sorted by their numbers and gathered when they are read.
  func compileSort(
    _ input: Plan, _ keys: [SortKey], count: Int?, offset: Int, _ node: NodeCounters?
  ) throws -> Pipeline {
    let pipeline = try compile(input)
    let evaluation = SortEvaluation(keys, context.evaluation)
    var rows = SortInput()
    var needed: Int?
    if let count {
      let (sum, overflow) = count.addingReportingOverflow(offset)
      needed = overflow || sum > Int.max / 8 ? nil : sum
    }
    let columnCount = input.schema.count
    let threshold = TopThreshold()
    let prepare: @Sendable (Batch) throws -> SortInput.Part = {
      try evaluation.part($0, below: threshold)
    }
    try pipeline.run(context, transform: prepare) { (part: SortInput.Part) in
      rows.append(part)
      // Rows that cannot be among the first are dropped now and then.
      if let needed, rows.rowCount > 4 * needed + (1 << 16) {
        let all = try rows.joined(keys, columnCount: columnCount, context)
        let best = try evaluation.first(needed, of: all, try sortedRows(of: all, keys))
        threshold.lower(to: SortColumns(best.orders, keys), lastRow: best.batch.rowCount - 1)
        rows = SortInput()
        rows.append(best)
      }
    }
    if rows.rowCount <= offset || count == 0 {
      return Pipeline(KeptBatches().makeSource(), node: node)
    }
    let all = try rows.joined(keys, columnCount: columnCount, context)
    var order = try sortedRows(of: all, keys)
    if count != nil || offset > 0 {
      let taken = min(count ?? .max, order.count - offset)
      let part = try Buffer(byteCount: taken * 4, tracker: context.tracker)
      part.base.copyMemory(from: order.pointer + offset, byteCount: taken * 4)
      order = Selection(rows: part, count: taken)
    }
    let sorted = RowsInMemory(
      columns: all.batch.columns, rowCount: all.batch.rowCount, order: order)
    return Pipeline(RowSource(sorted, kernels), node: node)
  }

  private func sortedRows(of part: SortInput.Part, _ keys: [SortKey]) throws -> Selection {
    try RowSorter(SortColumns(part.orders, keys), context).sorted(rowCount: part.batch.rowCount)
  }
}

/// What rows must not be behind to be among the first, as far as the first sort key tells. It only
/// spares work: rows that it lets through are sorted like all others.
final class TopThreshold: Sendable {
  private let bound = Atomic<UInt64>(.max)

  func lower(to columns: SortColumns, lastRow: Int) {
    guard let first = columns.columns.first, lastRow >= 0 else { return }
    bound.min(first.coarse(lastRow), ordering: .relaxed)
  }

  /// The rows that may be among the first; nil: all.
  func rows(_ columns: SortColumns, count: Int, _ kernels: Kernels) throws -> Selection? {
    let bound = bound.load(ordering: .relaxed)
    guard bound != .max, let first = columns.columns.first else { return nil }
    let rows = try Buffer(byteCount: count * 4, tracker: kernels.tracker)
    let out = rows.pointer(as: UInt32.self)
    var kept = 0
    for row in 0..<count {
      out[kept] = UInt32(truncatingIfNeeded: row)
      kept &+= first.coarse(row) <= bound ? 1 : 0
    }
    return kept == count ? nil : Selection(rows: rows, count: kept)
  }
}

extension SortColumns.Column {
  /// Rank and prefix in one number, without the last bits.
  @inline(__always)
  fileprivate func coarse(_ row: Int) -> UInt64 {
    let (rank, prefix) = prefix(row)
    return UInt64(rank) &<< 62 | prefix &>> 2
  }
}
