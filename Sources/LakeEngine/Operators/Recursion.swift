import LakeCore

extension PlanCompiler {
  /// More rounds than this are taken for a recursion that does not end.
  static let recursionRoundsMax = 10_000

  /// The anchor's rows, then round by round what the step makes of the rows of the round before.
  func compile(_ recursive: RecursivePlan, _ node: NodeCounters?) throws -> Pipeline {
    let all = KeptBatches(context, counters: node)
    let seen = recursive.isDistinct ? try SeenRows(recursive.schema, kernels) : nil
    var fresh = try collected(recursive.anchor, unless: seen, node)
    let (stepNode, known) = (nodeCount, shared)
    nodeCount += recursive.step.nodeCount
    let end = nodeCount
    let identity = ObjectIdentifier(recursive.working)
    let outer = working[identity]
    defer { working[identity] = outer }
    var rounds = 0
    while fresh.rowCount > 0 {
      try fresh.forEach { try all.append($0) }
      rounds += 1
      guard rounds <= PlanCompiler.recursionRoundsMax else {
        throw LakeError(
          .limitExceeded,
          "'\(recursive.working.name)' has not ended after \(PlanCompiler.recursionRoundsMax)"
            + " rounds",
          hint: "Give the step a condition that ends it, or UNION without ALL.")
      }
      working[identity] = fresh
      // Shared plans of the step may read the round: they are made anew.
      (nodeCount, shared) = (stepNode, known)
      fresh = try collected(recursive.step, unless: seen, node)
    }
    (nodeCount, shared) = (end, known)
    return Pipeline(all.makeSource(), node: node)
  }

  private func collected(
    _ plan: Plan, unless seen: SeenRows?, _ node: NodeCounters?
  ) throws -> KeptBatches {
    let rows = try collect(plan, node)
    guard let seen else { return rows }
    let fresh = KeptBatches(context, counters: node)
    try rows.forEach { batch in
      if let new = try seen.fresh(batch, mask: hashMask) { try fresh.append(new) }
    }
    return fresh
  }
}

/// Rows that were there before.
private final class SeenRows {
  private let table: GroupTable
  private let kernels: Kernels

  init(_ schema: Schema, _ kernels: Kernels) throws {
    table = try GroupTable(schema.fields.map { KeyForm($0.type) }, kernels)
    self.kernels = kernels
  }

  /// The rows of a batch that are new, each once.
  func fresh(_ batch: Batch, mask: UInt64) throws -> Batch? {
    let dense = try batch.compacted(kernels)
    let keys = try KeyBatch(
      dense.columns, count: dense.rowCount, .grouping, mask: mask, kernels)
    let groups = try RawArray<UInt32>(count: dense.rowCount, tracker: kernels.tracker)
    var fresh = RawArray<UInt32>(tracker: kernels.tracker)
    try table.add(keys, into: groups.pointer, fresh: &fresh)
    if fresh.count == 0 { return nil }
    let columns = try dense.columns.map {
      try kernels.gather($0, rows: fresh.pointer, count: fresh.count)
    }
    return Batch(columns: columns, rowCount: fresh.count)
  }
}
