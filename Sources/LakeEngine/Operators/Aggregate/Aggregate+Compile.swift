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
    var merger = GroupMerger(context, groupsOfOnePart: groupsOfOnePart)
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
      consume: { if let part = $0 { try merger.add(part, like: shape) } })
    // Without keys there is a row even of nothing.
    if merger.isEmpty, aggregate.keys.isEmpty {
      try merger.add(try Grouping(shape), like: shape)
    }
    guard let rows = try merger.finish() else {
      return Pipeline(KeptBatches().makeSource(), node: node)
    }
    return Pipeline(RowSource(rows, kernels), node: node)
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
      expressions += call.inputs
      if let filter = call.filter { expressions.append(filter) }
    }
    pool = EvaluatorPool(expressions, context)
  }

  func add(_ batch: Batch, to grouping: Grouping) throws {
    let dense = try batch.compacted(shape.kernels)
    try pool.withEvaluators { evaluators in
      var rest = evaluators[...]
      let keys = try shape.keys.map { _ in try rest.removeFirst().evaluate(dense) }
      var arguments: [[ColumnVector]] = []
      var selections: [Selection?] = []
      for call in shape.calls {
        let own = Array(rest.prefix(call.inputs.count))
        rest = rest.dropFirst(own.count)
        var input = dense
        var selection: Selection?
        if call.filter != nil {
          // The arguments of rows that the condition leaves out are no concern of anybody.
          let rows = try shape.kernels.filter(try rest.removeFirst().evaluate(dense))
          input = Batch(columns: dense.columns, rowCount: dense.rowCount, selection: rows)
          selection = rows
        }
        arguments.append(try own.map { try $0.evaluate(input) })
        selections.append(selection)
      }
      try grouping.add(keys, arguments, selections, rowCount: dense.rowCount)
    }
  }
}
