import LakeCore

extension PlanCompiler {
  /// A join: the right side is read to its end and becomes a table; the left side streams past it.
  func compile(_ join: JoinPlan, _ node: NodeCounters?) throws -> Pipeline {
    if join.makesTableOfLeft { return try compileMarked(join, node) }
    // Nodes are numbered left to right, whatever is read first.
    let number = nodeCount
    nodeCount += join.left.nodeCount
    let needsPairs = join.kind.givesRightColumns || join.residual != nil
    let comparesAll = join.kind == .nullAwareAnti && !join.hasPlainKey
    let table = try buildTable(
      join.right, keys: join.keys.map(\.right), keepsColumns: needsPairs || comparesAll,
      withNullRow: join.kind == .left)
    let end = nodeCount
    nodeCount = number
    var pipeline = try compile(try join.keeping(to: table, kernels).left)
    nodeCount = end
    if comparesAll {
      pipeline.append(
        NotInMaker(
          table: table, keys: join.keys, residual: join.residual,
          leftCount: join.left.schema.count, context: context), node: node)
      return pipeline
    }
    pipeline.append(
      JoinProbeMaker(
        kind: join.kind, table: table, keys: join.keys.map(\.left), residual: join.residual,
        context: context, hashMask: hashMask), node: node)
    return pipeline
  }

  /// The rows of a plan as a table to be looked up by their keys.
  func buildTable(
    _ plan: Plan, keys: [BoundExpression], keepsColumns: Bool, withNullRow: Bool
  ) throws -> JoinTable {
    let pipeline = try compile(plan)
    var builder = JoinTableBuilder(context)
    let evaluators = EvaluatorPool(keys, context.evaluation)
    let (kernels, mask) = (self.kernels, hashMask)
    try pipeline.run(
      context,
      transform: { batch in
        let kept = try batch.kept(kernels)
        let vectors = try evaluators.evaluate(kept)
        let keyBatch = try KeyBatch(
          vectors, count: kept.rowCount, .equality, mask: mask, kernels)
        return JoinBuildBatch(
          keys: keyBatch,
          batch: keepsColumns ? kept : Batch(columns: [], rowCount: kept.rowCount))
      },
      consume: { builder.append($0) })
    return try builder.build(
      keyForms: keys.map { KeyForm($0.type) },
      types: keepsColumns ? plan.schema.fields.map(\.type) : [], withNullRow: withNullRow)
  }
}

extension JoinPlan {
  /// Whether NOT IN can be answered by looking the key up.
  fileprivate var hasPlainKey: Bool {
    guard residual == nil, keys.count == 1, let key = keys.first else { return false }
    return !key.left.type.isNested
  }
}

extension JoinPlan.Kind {
  fileprivate var givesRightColumns: Bool { self == .inner || self == .left }
}
