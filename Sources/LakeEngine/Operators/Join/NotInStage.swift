import LakeCore

/// NOT IN where the keys cannot be told apart by hashes alone: several of them, nested ones, or
/// with a residual. Every left row is compared with every right row, in SQL's three values: the
/// row stays if no comparison is true or null.
struct NotInMaker: StageMaker {
  let table: JoinTable
  let keys: [(left: BoundExpression, right: BoundExpression)]
  let residual: BoundExpression?
  let leftCount: Int
  let context: ExecutionContext

  func makeStage() throws -> any Stage {
    NotInStage(table, condition, residual, context)
  }

  /// Whether the keys are equal, over the columns of both sides.
  private var condition: BoundExpression {
    let comparisons = keys.map { pair in
      BoundExpression(
        .compare(.equal, pair.left, pair.right.shifted(by: leftCount)), .boolean)
    }
    if comparisons.count == 1, let only = comparisons.first { return only }
    if comparisons.isEmpty { return .literal(.bool(true), .boolean) }
    return BoundExpression(.and(comparisons), .boolean)
  }
}

private final class NotInStage: Stage {
  private let table: JoinTable
  private let condition: Evaluator
  private let residual: Evaluator?
  private let kernels: Kernels
  private let gatherer: BatchGatherer

  init(
    _ table: JoinTable, _ condition: BoundExpression, _ residual: BoundExpression?,
    _ context: ExecutionContext
  ) {
    self.table = table
    self.condition = Evaluator(condition, context: context.evaluation)
    self.residual = residual.map { Evaluator($0, context: context.evaluation) }
    kernels = context.evaluation.kernels
    gatherer = BatchGatherer(kernels)
  }

  func process(_ batch: Batch, emit: (Batch) throws -> Void) throws {
    let dense = try batch.compacted(kernels)
    let rows = try Buffer(byteCount: dense.rowCount * 4, tracker: kernels.tracker)
    let out = rows.pointer(as: UInt32.self)
    var kept = 0
    for row in 0..<dense.rowCount {
      out[kept] = UInt32(truncatingIfNeeded: row)
      kept += try isIn(dense, row) ? 0 : 1
    }
    try gatherer.add(
      Batch(
        columns: dense.columns, rowCount: dense.rowCount,
        selection: Selection(rows: rows, count: kept)), emit: emit)
  }

  func finish(emit: (Batch) throws -> Void) throws { try gatherer.flush(emit: emit) }
  func reset() { gatherer.reset() }

  /// Whether some row of the right side is, or may be, equal.
  private func isIn(_ batch: Batch, _ row: Int) throws -> Bool {
    var start = 0
    while start < table.rowCount {
      let end = min(start + Batch.rowTarget, table.rowCount)
      var both = try pairs(batch, row, start..<end)
      if let residual { both = try residual.filter(both) }
      start = end
      if both.selectedCount == 0 { continue }
      let answer = try condition.evaluate(both)
      let certainlyNot = try kernels.filter(try kernels.not(answer), within: both.selection)
      if certainlyNot.count < both.selectedCount { return true }
    }
    return false
  }

  private func pairs(_ batch: Batch, _ row: Int, _ range: Range<Int>) throws -> Batch {
    let count = range.count
    let numbers = try Buffer(byteCount: count * 8, tracker: kernels.tracker)
    let (left, right) = (
      numbers.pointer(as: UInt32.self), numbers.pointer(as: UInt32.self) + count
    )
    for index in 0..<count {
      left[index] = UInt32(truncatingIfNeeded: row)
      right[index] = UInt32(truncatingIfNeeded: range.lowerBound &+ index)
    }
    var columns: [ColumnVector] = []
    for column in batch.columns {
      columns.append(try kernels.gather(column, rows: left, count: count))
    }
    for column in table.columns {
      columns.append(try kernels.gather(column, rows: right, count: count))
    }
    return Batch(columns: columns, rowCount: count)
  }
}
