import LakeCore

/// One morsel's rows on their way to a window: with the keys of their partitions and what they are
/// ordered by.
private struct WindowPart: Sendable {
  let sorted: SortInput.Part
  let keys: KeyBatch
}

extension PlanCompiler {
  /// All rows in memory, with the functions' values beside them. The rows keep their order.
  func compile(_ window: WindowPlan, _ node: NodeCounters?) throws -> Pipeline {
    let input = try collect(window)
    if input.rows.rowCount == 0 { return Pipeline(KeptBatches().makeSource(), node: node) }
    let all = try input.rows.joined(
      window.order, columnCount: window.input.schema.count, context)
    let layout = try WindowLayout(
      rowCount: all.batch.rowCount, groups: input.groups.pointer, groupCount: input.groupCount,
      columns: SortColumns(all.orders, window.order), kernels: kernels)
    try layout.sort(context)
    let functions = WindowFunctions(layout, all.batch, context.evaluation)
    let values = try window.functions.map { try functions.vector($0.function) }
    let rows = RowsInMemory(columns: all.batch.columns + values, rowCount: all.batch.rowCount)
    return Pipeline(RowSource(rows, kernels), node: node)
  }

  /// A window with nothing but row_number, of which only the first row of each partition is wanted:
  /// nobody has to be sorted, and only one row of a partition is kept.
  func compileFirstRows(_ window: WindowPlan, _ node: NodeCounters?) throws -> Pipeline {
    let pipeline = try compile(window.input)
    let evaluation = SortEvaluation(window.order, context.evaluation)
    let partition = EvaluatorPool(window.partition, context.evaluation)
    let (kernels, mask) = (self.kernels, hashMask)
    let forms = window.partition.map { KeyForm($0.type) }
    let columnCount = window.input.schema.count
    var kept = SortInput()
    try pipeline.runMorsels(
      context,
      each: { feed -> [SortInput.Part] in
        // A morsel first gives up what cannot be the first even of its own rows.
        var parts: [SortInput.Part] = []
        let first = try FirstRows(forms, window.order, kernels)
        try feed { batch in
          let part = try evaluation.part(batch)
          let keys = try KeyBatch(
            try partition.evaluate(part.batch), count: part.batch.rowCount, .grouping,
            mask: mask, kernels)
          try first.add(part.orders, keys)
          parts.append(part)
        }
        return try parts.enumerated().map { index, part in
          try evaluation.picked(part, try first.rows(of: index))
        }
      },
      consume: { parts in for part in parts { kept.append(part) } })
    if kept.rowCount == 0 { return Pipeline(KeptBatches().makeSource(), node: node) }
    let all = try kept.joined(window.order, columnCount: columnCount, context)
    let last = try FirstRows(forms, window.order, kernels)
    let keys = try KeyBatch(
      try partition.evaluate(all.batch), count: all.batch.rowCount, .grouping, mask: mask, kernels)
    try last.add(all.orders, keys)
    let one = try ColumnVector.constant(.bigint, .int(1), count: all.batch.rowCount)
    let rows = RowsInMemory(
      columns: all.batch.columns + [one], rowCount: all.batch.rowCount,
      order: try last.rows(of: 0))
    return Pipeline(RowSource(rows, kernels), node: node)
  }

  private func collect(
    _ window: WindowPlan
  ) throws -> (rows: SortInput, groups: RawArray<UInt32>, groupCount: Int) {
    let pipeline = try compile(window.input)
    let evaluation = SortEvaluation(window.order, context.evaluation)
    let partition = EvaluatorPool(window.partition, context.evaluation)
    let (kernels, mask) = (self.kernels, hashMask)
    let table = try GroupTable(window.partition.map { KeyForm($0.type) }, kernels)
    var rows = SortInput()
    var groups = RawArray<UInt32>(tracker: context.tracker)
    var fresh = RawArray<UInt32>(tracker: context.tracker)
    try pipeline.run(
      context,
      transform: { batch in
        let sorted = try evaluation.part(batch)
        let keys = try KeyBatch(
          try partition.evaluate(sorted.batch), count: sorted.batch.rowCount, .grouping,
          mask: mask, kernels)
        return WindowPart(sorted: sorted, keys: keys)
      },
      consume: { part in
        rows.append(part.sorted)
        try groups.reserve(groups.count + part.keys.count)
        fresh.count = 0
        try table.add(part.keys, into: groups.pointer + groups.count, fresh: &fresh)
        groups.count += part.keys.count
      })
    return (rows, groups, table.count)
  }
}

extension SortEvaluation {
  /// Some rows of a part.
  func picked(_ part: SortInput.Part, _ rows: Selection) throws -> SortInput.Part {
    if rows.count == part.batch.rowCount { return part }
    return try self.part(
      Batch(columns: part.batch.columns, rowCount: part.batch.rowCount, selection: rows))
  }
}

/// Finds the first row of each group in an order, of rows that come part by part.
private final class FirstRows {
  private let table: GroupTable
  private let keys: [SortKey]
  private let kernels: Kernels
  private var parts: [SortColumns] = []
  private var counts: [Int] = []
  /// For each group the part and the row in it.
  private var best: RawArray<UInt64>

  init(_ forms: [KeyForm], _ keys: [SortKey], _ kernels: Kernels) throws {
    table = try GroupTable(forms, kernels)
    self.keys = keys
    self.kernels = kernels
    best = RawArray(tracker: kernels.tracker)
  }

  func add(_ orders: [OrderVector], _ batch: KeyBatch) throws {
    let columns = SortColumns(orders, keys)
    let part = UInt64(parts.count) << 32
    parts.append(columns)
    counts.append(batch.count)
    let groups = try RawArray<UInt32>(count: batch.count, tracker: kernels.tracker)
    var fresh = RawArray<UInt32>(tracker: kernels.tracker)
    try table.add(batch, into: groups.pointer, fresh: &fresh)
    try best.growZeroed(to: table.count)
    let best = best.pointer
    for index in 0..<fresh.count {
      let row = fresh.pointer[index]
      best[Int(groups.pointer[Int(row)])] = part | UInt64(row)
    }
    if keys.isEmpty { return }
    for row in 0..<batch.count {
      let group = Int(groups.pointer[row])
      let known = best[group]
      let knownRow = Int(truncatingIfNeeded: known & 0xFFFF_FFFF)
      let sign: Int
      if known &>> 32 == part &>> 32 {
        sign = columns.compare(row, knownRow)
      } else {
        sign = SortColumns.compare(
          columns, row, parts[Int(truncatingIfNeeded: known &>> 32)], knownRow)
      }
      if sign < 0 { best[group] = part | UInt64(row) }
    }
  }

  /// The rows of a part that are the first of their groups, ascending.
  func rows(of part: Int) throws -> Selection {
    let count = counts[part]
    let marks = try Buffer(byteCount: count, tracker: kernels.tracker)
    marks.base.initializeMemory(as: UInt8.self, repeating: 0, count: count)
    let mark = marks.pointer(as: UInt8.self)
    var found = 0
    for group in 0..<table.count where Int(best.pointer[group] >> 32) == part {
      mark[Int(best.pointer[group] & 0xFFFF_FFFF)] = 1
      found += 1
    }
    let rows = try Buffer(byteCount: found * 4, tracker: kernels.tracker)
    let out = rows.pointer(as: UInt32.self)
    var kept = 0
    for row in 0..<count where mark[row] != 0 {
      out[kept] = UInt32(truncatingIfNeeded: row)
      kept += 1
    }
    return Selection(rows: rows, count: found)
  }
}
