import LakeCore

extension PlanCompiler {
  /// A join: the right side is read to its end and becomes a table; the left side streams past it.
  /// Where memory has no room for the right side, both go to disk.
  func compile(_ join: JoinPlan, _ node: NodeCounters?) throws -> Pipeline {
    if join.makesTableOfLeft { return try compileMarked(join, node) }
    // Nodes are numbered left to right, whatever is read first.
    let number = nodeCount
    nodeCount += join.left.nodeCount
    let file = SpillFileOnDemand(context, counters: node)
    let right = try read(join.right, rightSide(of: join), file)
    let table = right.side.isSpilled ? nil : try right.table(withNullRow: join.kind == .left)
    let end = nodeCount
    nodeCount = number
    defer { nodeCount = end }
    guard let table else {
      let side = leftSide(of: join)
      side.spill()
      return try compileDealt(join, try read(join.left, side, file), right, file, node)
    }
    var pipeline = try compile(try join.keeping(to: table, kernels).left)
    if join.comparesAll {
      pipeline.append(
        NotInMaker(
          table: table, keys: join.keys, residual: join.residual,
          leftCount: join.left.schema.count, context: context), node: node)
      return pipeline
    }
    pipeline.append(
      JoinProbeMaker(
        kind: join.kind, table: table, keys: join.keys.map(\.left), residual: join.residual,
        context: context, hashMask: hashMask, sharesText: true), node: node)
    return pipeline
  }

  /// Both sides are on disk.
  func compileDealt(
    _ join: JoinPlan, _ left: JoinSideRows, _ right: JoinSideRows, _ file: SpillFileOnDemand,
    _ node: NodeCounters?
  ) throws -> Pipeline {
    let dealt = DealtJoin(
      join, left: left, right: right, try file.opened(), context, hashMask: hashMask)
    let cut: NumberedRunSource.Cut =
      join.makesTableOfLeft ? .every(BatchSource.morselRows) : .before(left.ends)
    return Pipeline(try dealt.source(cut: cut), node: node)
  }

  func leftSide(of join: JoinPlan) -> JoinSide {
    let keepsNulls = join.kind == .left || join.kind == .anti || join.comparesAll
    return JoinSide(
      join.left, keys: join.keys.map(\.left), keepsColumns: true, keepsNulls: keepsNulls,
      isNumbered: true, isOnePart: join.comparesAll, context, hashMask: hashMask)
  }

  func rightSide(of join: JoinPlan) -> JoinSide {
    let keepsColumns = join.kind.givesRightColumns || join.residual != nil || join.comparesAll
    return JoinSide(
      join.right, keys: join.keys.map(\.right), keepsColumns: keepsColumns,
      keepsNulls: join.comparesAll, isNumbered: false, isOnePart: join.comparesAll, context,
      hashMask: hashMask)
  }

  /// Reads one side to its end.
  func read(
    _ plan: Plan, _ side: JoinSide, _ file: SpillFileOnDemand
  ) throws -> JoinSideRows {
    let pipeline = try compile(plan)
    let context = context
    let evaluators = EvaluatorPool(side.keys, context.evaluation)
    var rows = JoinSideRows(side, file, context)
    try pipeline.runMorsels(
      context,
      each: { feed in
        let reader = try JoinMorselReader(side, file, context)
        try feed { try reader.add(try side.prepared($0, evaluators)) }
        return try reader.finish()
      },
      consume: { try rows.add($0) })
    return rows
  }
}

extension JoinPlan {
  /// Whether every pair of rows has to be looked at: NOT IN that cannot be answered by looking a
  /// key up.
  var comparesAll: Bool { kind == .nullAwareAnti && !hasPlainKey }

  private var hasPlainKey: Bool {
    guard residual == nil, keys.count == 1, let key = keys.first else { return false }
    return !key.left.type.isNested
  }
}

extension JoinPlan.Kind {
  fileprivate var givesRightColumns: Bool { self == .inner || self == .left }
}
