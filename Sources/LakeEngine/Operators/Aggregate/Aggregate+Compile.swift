import LakeCore

extension PlanCompiler {
  /// Each morsel is grouped by the thread that reads it; the groups of the morsels are merged in
  /// their order.
  func compile(_ aggregate: AggregatePlan, _ node: NodeCounters?) throws -> Pipeline {
    let pipeline = try compile(aggregate.input)
    let calls = aggregate.aggregates.map(\.call)
    let shape = GroupingShape(
      keys: aggregate.keys.map(\.expression), calls: calls, kernels: kernels, hashMask: hashMask)
    let inputs = GroupingInputs(shape, context.evaluation)
    var merged: Grouping?
    try pipeline.runMorsels(
      context,
      each: { feed -> Grouping? in
        var grouping: Grouping?
        try feed { batch in
          let known = try grouping ?? Grouping(shape)
          grouping = known
          try inputs.add(batch, to: known)
        }
        return grouping
      },
      consume: { part in
        guard let part else { return }
        if let merged { try merged.merge(part) } else { merged = part }
      })
    // Without keys there is a row even of nothing.
    if merged == nil, aggregate.keys.isEmpty { merged = try Grouping(shape) }
    let kept = KeptBatches()
    if let merged, merged.count > 0 {
      try kept.append(try merged.finish(), rowCount: merged.count, kernels)
    }
    return Pipeline(kept.makeSource(), node: node)
  }

  /// The first of equal rows.
  func compileDistinct(_ input: Plan, _ node: NodeCounters?) throws -> Pipeline {
    let keys = input.schema.fields.enumerated().map { index, field in
      OutputColumn(field.name, .column(index, field.type))
    }
    if keys.isEmpty { return try compileLimit(input, count: 1, offset: 0, node) }
    return try compile(AggregatePlan(input: input, keys: keys, aggregates: []), node)
  }
}

/// Computes the keys, arguments and conditions of an aggregate.
private final class GroupingInputs: Sendable {
  private let shape: GroupingShape
  private let pool: EvaluatorPool

  init(_ shape: GroupingShape, _ context: EvaluationContext) {
    self.shape = shape
    var expressions = shape.keys
    for call in shape.calls {
      expressions += call.arguments
      if let filter = call.filter { expressions.append(filter) }
    }
    pool = EvaluatorPool(expressions, context)
  }

  func add(_ batch: Batch, to grouping: Grouping) throws {
    let dense = try batch.compacted(shape.kernels)
    let vectors = try pool.evaluate(dense)
    var next = shape.keys.count
    var arguments: [[ColumnVector]] = []
    var filters: [ColumnVector?] = []
    for call in shape.calls {
      arguments.append(Array(vectors[next..<(next + call.arguments.count)]))
      next += call.arguments.count
      filters.append(call.filter == nil ? nil : vectors[next])
      if call.filter != nil { next += 1 }
    }
    try grouping.add(
      Array(vectors[..<shape.keys.count]), arguments, filters, rowCount: dense.rowCount)
  }
}

extension KeptBatches {
  /// Rows of one operator's result, cut into batches.
  func append(_ columns: [ColumnVector], rowCount: Int, _ kernels: Kernels) throws {
    let all = Batch(columns: columns, rowCount: rowCount)
    var start = 0
    while start < rowCount {
      let end = min(start + KeptBatches.batchRows, rowCount)
      append(try all.rows(start, end, kernels))
      start = end
    }
  }

  /// Larger than what flows, since a dispatch for a gather of each column is paid for each.
  static let batchRows = 8 * Batch.rowTarget
}
