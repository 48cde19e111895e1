import LakeCore

/// One morsel's rows on their way to a window, with the keys of the partitions of those in memory.
private struct WindowMorsel: Sendable {
  var rows = WindowRows()
  var keys: [KeyBatch] = []
}

extension PlanCompiler {
  /// All rows with the functions' values beside them. The rows keep their order.
  func compile(_ window: WindowPlan, _ node: NodeCounters?) throws -> Pipeline {
    let pipeline = try compile(window.input)
    let spill = WindowSpill(window, context, counters: node, mask: hashMask)
    let groups = try WindowGroups(window, kernels)
    var rows = WindowRows()
    try pipeline.runMorsels(
      context,
      each: { feed in
        var morsel = WindowMorsel()
        try feed { batch in
          let part = try spill.evaluation.part(batch)
          morsel.rows.append(part)
          morsel.keys.append(try spill.keys(of: part.batch))
          if spill.mustSpillMorsel(morsel.rows.rest) {
            try morsel.rows.dealOut(spill, inParallel: false)
            morsel.keys = []
          }
        }
        return morsel
      },
      consume: { morsel in
        try rows.append(morsel.rows, spill)
        if spill.mustSpill(rows.rest) { try rows.dealOut(spill, inParallel: true) }
        if rows.isOnDisk { return groups.forget() }
        for keys in morsel.keys { try groups.add(keys) }
      })
    if rows.rowCount == 0 { return Pipeline(KeptBatches().makeSource(), node: node) }
    if rows.isOnDisk { return try compileOnDisk(&rows, spill, node) }
    let all = try rows.rest.joined(window.order, columnCount: spill.columnCount, context)
    let values = try values(of: window, all, groups)
    let result = RowsInMemory(columns: all.batch.columns + values, rowCount: all.batch.rowCount)
    return Pipeline(RowSource(result, kernels), node: node)
  }

  /// The values of the functions for some rows, among them all of each partition.
  func values(
    of window: WindowPlan, _ rows: SortInput.Part, _ groups: WindowGroups
  ) throws -> [ColumnVector] {
    let layout = try WindowLayout(
      rowCount: rows.batch.rowCount, groups: groups.pointer, groupCount: groups.count,
      columns: SortColumns(rows.orders, window.order), kernels: kernels)
    try layout.sort(context)
    let functions = WindowFunctions(layout, rows.batch, context.evaluation)
    return try window.functions.map { try functions.vector($0.function) }
  }

  /// A window with nothing but row_number, of which only the first row of each partition is wanted:
  /// nobody has to be sorted, and only one row of a partition is kept.
  func compileFirstRows(_ window: WindowPlan, _ node: NodeCounters?) throws -> Pipeline {
    let pipeline = try compile(window.input)
    let spill = WindowSpill(window, context, counters: node, mask: hashMask)
    let kernels = self.kernels
    var rows = WindowRows()
    try pipeline.runMorsels(
      context,
      each: { feed in
        // A morsel first gives up what cannot be the first even of its own rows.
        var morsel = WindowRows()
        var candidates = try FirstCandidates(window, kernels)
        try feed { batch in
          try candidates.add(try spill.evaluation.part(batch), spill)
          if spill.mustSpillMorsel(candidates.rows) {
            try candidates.move(to: &morsel, spill)
            try morsel.dealOut(spill, inParallel: false)
            candidates = try FirstCandidates(window, kernels)
          }
        }
        try candidates.move(to: &morsel, spill)
        return morsel
      },
      consume: { morsel in
        try rows.append(morsel, spill)
        if spill.mustSpill(rows.rest) { try rows.dealOut(spill, inParallel: true) }
      })
    if rows.rowCount == 0 { return Pipeline(KeptBatches().makeSource(), node: node) }
    if rows.isOnDisk { return try firstRowsOnDisk(&rows, spill, node) }
    let (all, first) = try firstRows(of: rows.rest, columnCount: spill.columnCount, spill)
    let one = try ColumnVector.constant(.bigint, .int(1), count: all.batch.rowCount)
    let result = RowsInMemory(
      columns: all.batch.columns + [one], rowCount: all.batch.rowCount, order: first)
    return Pipeline(RowSource(result, kernels), node: node)
  }

  func firstRows(
    of rows: SortInput, columnCount: Int, _ spill: WindowSpill
  ) throws -> (all: SortInput.Part, first: Selection) {
    let window = spill.window
    let all = try rows.joined(window.order, columnCount: columnCount, context)
    let first = try FirstRows(window.partition.map { KeyForm($0.type) }, window.order, kernels)
    try first.add(all.orders, try spill.keys(of: all.batch))
    return (all, try first.rows(of: 0))
  }
}

/// Rows of a morsel, and which of them are the first of their partitions.
private struct FirstCandidates {
  private(set) var rows = SortInput()
  private let first: FirstRows

  init(_ window: WindowPlan, _ kernels: Kernels) throws {
    first = try FirstRows(window.partition.map { KeyForm($0.type) }, window.order, kernels)
  }

  mutating func add(_ part: SortInput.Part, _ spill: WindowSpill) throws {
    try first.add(part.orders, try spill.keys(of: part.batch))
    rows.append(part)
  }

  /// Hands over those that are the first.
  func move(to morsel: inout WindowRows, _ spill: WindowSpill) throws {
    for (index, part) in rows.parts.enumerated() {
      morsel.append(try spill.evaluation.picked(part, try first.rows(of: index)))
    }
  }
}

/// Numbers of the partitions that rows belong to.
final class WindowGroups {
  private let table: GroupTable
  private var groups: RawArray<UInt32>
  private var fresh: RawArray<UInt32>
  private let tracker: MemoryTracker?

  init(_ window: WindowPlan, _ kernels: Kernels) throws {
    table = try GroupTable(window.partition.map { KeyForm($0.type) }, kernels)
    tracker = kernels.tracker
    groups = RawArray(tracker: tracker)
    fresh = RawArray(tracker: tracker)
  }

  var count: Int { table.count }
  /// The partition of each row.
  var pointer: UnsafePointer<UInt32> { UnsafePointer(groups.pointer) }

  func add(_ keys: KeyBatch) throws {
    try groups.reserve(groups.count + keys.count)
    fresh.count = 0
    try table.add(keys, into: groups.pointer + groups.count, fresh: &fresh)
    groups.count += keys.count
  }

  /// Gives the memory of the rows' numbers back; nobody will ask for them.
  func forget() { groups = RawArray(tracker: tracker) }
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
    let best = best.pointer
    var found = 0
    for group in 0..<table.count where Int(best[group] &>> 32) == part {
      mark[Int(best[group] & 0xFFFF_FFFF)] = 1
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
