import LakeCore

/// Rows in memory together with what they are sorted by.
struct SortInput: Sendable {
  /// Some rows, as a worker leaves them.
  struct Part: Sendable {
    let batch: Batch
    let orders: [OrderVector]

    /// About how many bytes of memory it takes.
    var heldBytes: Int {
      orders.reduce(batch.heldBytes) { $0 + $1.values.byteCount + $1.count / 8 }
    }
  }

  private(set) var parts: [Part] = []
  private(set) var rowCount = 0
  private(set) var heldBytes = 0

  mutating func append(_ part: Part) {
    if part.batch.rowCount == 0 { return }
    parts.append(part)
    rowCount += part.batch.rowCount
    heldBytes += part.heldBytes
  }

  /// All rows as one part. Not in parallel where it is called by a thread of the pool.
  func joined(
    _ keys: [SortKey], columnCount: Int, inParallel: Bool = true, _ context: ExecutionContext
  ) throws -> Part {
    guard rowCount < Int(UInt32.max) else {
      throw LakeError(.limitExceeded, "\(rowCount) rows cannot be sorted in memory")
    }
    let kernels = context.evaluation.kernels
    let columns = SlotList<ColumnVector>(count: columnCount)
    let orders = SlotList<OrderVector>(count: keys.count)
    let parts = parts
    try context.forEach(count: columnCount + keys.count, inParallel: inParallel) { index in
      if index < columnCount {
        columns.set(index, try kernels.concatenate(parts.map { $0.batch.columns[index] }))
      } else {
        let key = index - columnCount
        orders.set(
          key,
          try OrderVector(
            joining: parts.map { $0.orders[key] }, .init(keys[key].expression.type), kernels))
      }
    }
    return Part(
      batch: Batch(columns: columns.values, rowCount: rowCount), orders: orders.values)
  }
}

/// Evaluates what rows are sorted by.
final class SortEvaluation: Sendable {
  private let pool: EvaluatorPool
  private let kernels: Kernels
  let keys: [SortKey]

  init(_ keys: [SortKey], _ context: EvaluationContext) {
    self.keys = keys
    pool = EvaluatorPool(keys.map(\.expression), context)
    kernels = context.kernels
  }

  /// The rows of a batch, without those that a threshold rules out.
  func part(_ batch: Batch, below threshold: TopThreshold) throws -> SortInput.Part {
    let dense = try batch.compacted(kernels)
    let orders = try pool.evaluate(dense).map { try OrderVector($0, kernels) }
    let columns = SortColumns(orders, keys)
    let rows = try threshold.rows(columns, count: dense.rowCount, kernels)
    if rows?.count == 0 {
      return SortInput.Part(batch: Batch(columns: [], rowCount: 0), orders: [])
    }
    return try part(Batch(columns: dense.columns, rowCount: dense.rowCount, selection: rows))
  }

  func part(_ batch: Batch) throws -> SortInput.Part {
    let kept = try batch.kept(kernels)
    let orders = try pool.evaluate(kept).map { try OrderVector($0, kernels) }
    return SortInput.Part(batch: kept, orders: orders)
  }

  /// The first `count` rows in order, of some rows.
  func first(_ count: Int, of part: SortInput.Part, _ order: Selection) throws -> SortInput.Part {
    let taken = min(count, order.count)
    let columns = try part.batch.columns.map {
      try kernels.gather($0, rows: order.pointer, count: taken)
    }
    let picked = Batch(columns: columns, rowCount: taken)
    return try self.part(picked)
  }
}
