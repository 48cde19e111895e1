import LakeCore

/// Windows whose rows are on disk: one part after the other, and the results back in the order of
/// the rows.
extension PlanCompiler {
  func compileOnDisk(
    _ rows: inout WindowRows, _ spill: WindowSpill, _ node: NodeCounters?
  ) throws -> Pipeline {
    try rows.dealOut(spill, inParallel: true)
    let ranks = StreamedRanks(spill.window)
    var runs: [SpilledRows] = []
    for part in rows.parts where !part.isEmpty {
      if let ranks, spill.isLarge(part) {
        runs += try numbered(part, ranks, spill, node)
      } else {
        runs.append(try computed(part, spill))
      }
    }
    let columnCount = spill.columnCount + spill.window.functions.count
    return Pipeline(try spill.merged(runs, columnCount: columnCount), node: node)
  }

  /// Works on a part as on a window in memory. Behind the functions' values are the rows' numbers.
  private func computed(_ part: [NumberedBlock], _ spill: WindowSpill) throws -> SpilledRows {
    var input = SortInput()
    let groups = try WindowGroups(spill.window, kernels)
    for block in part {
      let rows = try spill.evaluation.part(try spill.read(block))
      try groups.add(try spill.keys(of: rows.batch))
      input.append(rows)
    }
    let all = try input.joined(
      spill.window.order, columnCount: spill.columnCount + 1, context)
    var columns = all.batch.columns
    let numbers = columns.removeLast()
    columns += try values(of: spill.window, all, groups) + [numbers]
    return try spill.run(
      Batch(columns: columns, rowCount: all.batch.rowCount), heldBytes: input.heldBytes)
  }

  /// Sorts a part that memory has no room for, numbers its rows while they go by, and sorts them
  /// back.
  private func numbered(
    _ part: [NumberedBlock], _ ranks: StreamedRanks, _ spill: WindowSpill, _ node: NodeCounters?
  ) throws -> [SpilledRows] {
    let (kernels, inputCount) = (self.kernels, spill.columnCount)
    let format = RunFormat(
      StreamedRanks.keys(spill.window), columnCount: inputCount + 1, kernels)
    let forth = SortRuns(format, context, counters: node)
    var sorted = try collectSorted(Pipeline(spill.source(of: part)), forth, needed: nil)
    try sorted.spill(forth, inParallel: true)
    let back = SortRuns(
      spill.format(columnCount: inputCount + spill.window.functions.count), context,
      counters: node)
    var (ranks, result) = (ranks, SortedMorsel())
    try Pipeline(try forth.merged(sorted.runs, emitting: nil)).run(
      context, transform: { $0 }
    ) { batch in
      let values = try ranks.values(try format.columns(of: batch), count: batch.rowCount, kernels)
      let numbers = batch.columns[inputCount]
      let columns = Array(batch.columns[..<inputCount]) + values + [numbers]
      result.append(
        SortInput.Part(
          batch: Batch(columns: columns, rowCount: batch.rowCount),
          orders: [try OrderVector(numbers, kernels)]))
      if back.mustSpill(result.rest) { try result.spill(back, inParallel: true) }
    }
    try result.spill(back, inParallel: true)
    return result.runs
  }

  /// The first row of each partition.
  func firstRowsOnDisk(
    _ rows: inout WindowRows, _ spill: WindowSpill, _ node: NodeCounters?
  ) throws -> Pipeline {
    try rows.dealOut(spill, inParallel: true)
    var runs: [SpilledRows] = []
    for part in rows.parts where !part.isEmpty {
      var input = SortInput()
      for block in part { input.append(try spill.evaluation.part(try spill.read(block))) }
      let (all, first) = try firstRows(of: input, columnCount: spill.columnCount + 1, spill)
      var columns = try all.batch.columns.map { try kernels.gather($0, first) }
      let numbers = columns.removeLast()
      columns += [try ColumnVector.constant(.bigint, .int(1), count: first.count), numbers]
      runs.append(
        try spill.run(
          Batch(columns: columns, rowCount: first.count), heldBytes: input.heldBytes))
    }
    return Pipeline(try spill.merged(runs, columnCount: spill.columnCount + 1), node: node)
  }
}
