import LakeCore
import Synchronization

extension PlanCompiler {
  /// Rows sorted by their numbers, and gathered when they are read; or sorted runs on disk, merged
  /// when they are read.
  func compileSort(
    _ input: Plan, _ keys: [SortKey], count: Int?, offset: Int, _ node: NodeCounters?
  ) throws -> Pipeline {
    let pipeline = try compile(input)
    let format = RunFormat(keys, columnCount: input.schema.count, kernels)
    let runs = SortRuns(format, context, counters: node)
    let sorted = try collectSorted(pipeline, runs, needed: neededRows(count, offset))
    if count == 0 { return Pipeline(KeptBatches().makeSource(), node: node) }
    if sorted.runs.isEmpty {
      return try sortedInMemory(sorted.rest, format, count: count, offset: offset, node)
    }
    return Pipeline(
      try runs.merged(sorted.runs, offset: offset, count: count), node: node)
  }

  /// So many of the first rows will do; nil: all.
  private func neededRows(_ count: Int?, _ offset: Int) -> Int? {
    guard let count else { return nil }
    let (sum, overflow) = count.addingReportingOverflow(offset)
    return overflow || sum > Int.max / 8 ? nil : sum
  }

  /// All rows that may be needed, in memory, or all of them in runs.
  private func collectSorted(
    _ pipeline: Pipeline, _ runs: SortRuns, needed: Int?
  ) throws -> SortedMorsel {
    let keys = runs.format.keys
    let evaluation = SortEvaluation(keys, context.evaluation)
    let threshold = TopThreshold()
    var sorted = SortedMorsel()
    try pipeline.runMorsels(
      context,
      each: { feed in
        var morsel = SortedMorsel()
        try feed { try morsel.append(try evaluation.part($0, below: threshold), runs) }
        return morsel
      },
      consume: { morsel in
        try sorted.append(morsel, runs)
        // Rows that cannot be among the first are dropped now and then.
        if let needed, sorted.rest.rowCount > 4 * needed + (1 << 16) {
          let all = try sorted.rest.joined(keys, columnCount: runs.format.columnCount, context)
          let best = try evaluation.first(needed, of: all, try sortedRows(of: all, keys))
          threshold.lower(to: SortColumns(best.orders, keys), lastRow: best.batch.rowCount - 1)
          sorted.replaceRest(by: best)
        }
        if runs.mustSpill(sorted.rest) { try sorted.spill(runs, inParallel: true) }
      })
    if !sorted.runs.isEmpty { try sorted.spill(runs, inParallel: true) }
    return sorted
  }

  private func sortedInMemory(
    _ rows: SortInput, _ format: RunFormat, count: Int?, offset: Int, _ node: NodeCounters?
  ) throws -> Pipeline {
    if rows.rowCount <= offset { return Pipeline(KeptBatches().makeSource(), node: node) }
    let all = try rows.joined(format.keys, columnCount: format.columnCount, context)
    var order = try sortedRows(of: all, format.keys)
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
