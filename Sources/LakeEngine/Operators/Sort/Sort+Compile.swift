import LakeCore

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
      try runs.merged(
        sorted.runs, emitting: format.columnCount, offset: offset, count: count), node: node)
  }

  /// So many of the first rows will do; nil: all.
  private func neededRows(_ count: Int?, _ offset: Int) -> Int? {
    guard let count else { return nil }
    let (sum, overflow) = count.addingReportingOverflow(offset)
    return overflow || sum > Int.max / 8 ? nil : sum
  }

  /// All rows that may be needed, in memory, or all of them in runs.
  func collectSorted(
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
          threshold.lower(to: SortColumns(best.orders, keys), row: best.batch.rowCount - 1)
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
