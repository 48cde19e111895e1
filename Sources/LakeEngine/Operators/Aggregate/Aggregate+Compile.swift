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
    let spilled = SpilledGroups(shape, context, counters: node)
    var groups = GroupCollector(shape, spilled, context, groupsOfOnePart: groupsOfOnePart)
    try pipeline.runMorsels(
      context,
      each: { feed -> GroupCollector.Part? in
        let morsel = MorselGroups(shape, spilled)
        try feed { try inputs.add($0, to: try morsel.groups()) }
        return try morsel.finish()
      },
      consume: { if let part = $0 { try groups.add(part) } })
    return Pipeline(try groups.source(), node: node)
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

/// Groups the rows of one morsel. Where these are too many by themselves, the groups so far go to
/// disk and new ones are begun: then what is added up of doubles is added up in pieces.
private final class MorselGroups {
  private let shape: GroupingShape
  private let spilled: SpilledGroups
  private var current: Grouping?
  private var pieces: [[[SpillBlock]]] = []

  init(_ shape: GroupingShape, _ spilled: SpilledGroups) {
    self.shape = shape
    self.spilled = spilled
  }

  /// The groups that the next rows are added to.
  func groups() throws -> Grouping {
    guard let known = current else { return try begin(0) }
    if !spilled.mustDeal(known) { return known }
    spilled.activate()
    pieces.append(try spilled.deal(known))
    return try begin(known.base + known.rowCount)
  }

  private func begin(_ base: Int) throws -> Grouping {
    let groups = try Grouping(shape)
    groups.base = base
    current = groups
    return groups
  }

  /// Nil where there were no rows.
  func finish() throws -> GroupCollector.Part? {
    guard let groups = current else { return nil }
    if !spilled.isActive { return .kept(groups) }
    pieces.append(try spilled.deal(groups))
    return .dealt(pieces, rowCount: groups.base + groups.rowCount)
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
