import CLakeKernels
import LakeCore

/// A semi or anti join whose left side is the smaller one: its rows become the table, the rows of
/// the right side go by and mark those that they match, and the marked ones, or the others, come
/// out in their order.
extension PlanCompiler {
  func compileMarked(_ join: JoinPlan, _ node: NodeCounters?) throws -> Pipeline {
    let file = SpillFileOnDemand(context, counters: node)
    let left = try read(join.left, leftSide(of: join), file)
    if left.side.isSpilled {
      let side = rightSide(of: join)
      side.spill()
      return try compileDealt(join, left, try read(join.right, side, file), file, node)
    }
    let table = try left.table(withNullRow: false)
    let marks = try RowMarks(count: table.rowCount, context.tracker)
    var pipeline = try compile(try join.keeping(to: table, kernels).right)
    let leftCount = join.left.columnCount
    let rightCount = join.right.columnCount
    let residual = join.residual?.mapColumns { index, column in
      let place = index < leftCount ? index + rightCount : index - leftCount
      return BoundExpression(.column(place), column.type, place: column.place)
    }
    let probe = JoinProbeMaker(
      kind: .inner, table: table, keys: join.keys.map(\.right), residual: residual,
      context: context, hashMask: hashMask)
    pipeline.append(MarkMaker(probe: probe, marks: marks), node: nil)
    try pipeline.runMorsels(context, each: { try $0 { _ in } }, consume: { () in })
    let rows = RowsInMemory(
      columns: table.columns, rowCount: table.rowCount,
      order: try marks.rows(thatAre: join.kind == .semi, context.tracker))
    return Pipeline(RowSource(rows, kernels), node: node)
  }
}

/// A mark for each row of a table, which all workers set and nobody takes away.
// @unchecked Sendable: marks are bytes that are stored atomically; they are read when all is done.
private final class RowMarks: @unchecked Sendable {
  private let buffer: Buffer
  private let count: Int

  init(count: Int, _ tracker: MemoryTracker?) throws(LakeError) {
    buffer = try Buffer(byteCount: count, tracker: tracker)
    self.count = count
    buffer.base.initializeMemory(as: UInt8.self, repeating: 0, count: count)
  }

  func mark(_ rows: UnsafePointer<UInt32>, count: Int) {
    let bytes = buffer.pointer(as: UInt8.self)
    for index in 0..<count { lake_mark(bytes + Int(rows[index])) }
  }

  /// The rows that are marked, or those that are not, in order.
  func rows(thatAre isMarked: Bool, _ tracker: MemoryTracker?) throws(LakeError) -> Selection {
    let bytes = buffer.pointer(as: UInt8.self)
    let wanted: UInt8 = isMarked ? 1 : 0
    let target = try Buffer(byteCount: count * 4, tracker: tracker)
    let out = target.pointer(as: UInt32.self)
    var kept = 0
    for row in 0..<count {
      out[kept] = UInt32(truncatingIfNeeded: row)
      kept &+= bytes[row] == wanted ? 1 : 0
    }
    return Selection(rows: target, count: kept)
  }
}

private struct MarkMaker: StageMaker {
  let probe: JoinProbeMaker
  let marks: RowMarks

  func makeStage() throws -> any Stage { MarkStage(JoinProbe(probe), marks) }
}

/// Marks the rows of the table that rows going by match; nothing comes out.
private final class MarkStage: Stage {
  private let probe: JoinProbe
  private let marks: RowMarks

  init(_ probe: JoinProbe, _ marks: RowMarks) {
    self.probe = probe
    self.marks = marks
  }

  func process(_ batch: Batch, emit: (Batch) throws -> Void) throws {
    let keys = try probe.begin(batch)
    while !probe.cursor.isAtEnd {
      _ = try probe.cursor.next(into: &probe.pairs)
      try probe.verify(keys, batch)
      marks.mark(probe.pairs.right.pointer, count: probe.pairs.count)
    }
  }
}
