import LakeCore

/// Makes pipelines of a plan, and runs those that must have ended before the next one can begin.
/// Used once, on the thread that runs the query.
final class PlanCompiler {
  /// With a profile, that of the node which is compiled: what it keeps is charged to it.
  private(set) var context: ExecutionContext
  /// That of the query.
  private let queryContext: ExecutionContext
  let profile: ExecutionProfile?
  let hashMask: UInt64
  let groupsOfOnePart: Int
  var nodeCount = 0
  /// What shared plans gave.
  var shared: [ObjectIdentifier: KeptBatches] = [:]
  /// What the last round of a recursion gave.
  var working: [ObjectIdentifier: KeptBatches] = [:]

  init(
    _ context: ExecutionContext, profile: ExecutionProfile?, hashMask: UInt64,
    groupsOfOnePart: Int
  ) {
    self.groupsOfOnePart = groupsOfOnePart
    self.context = context
    queryContext = context
    self.profile = profile
    self.hashMask = hashMask
  }

  var kernels: Kernels { context.evaluation.kernels }

  func compile(_ plan: Plan) throws -> Pipeline {
    let pipeline = try compileNode(plan)
    guard let batchRows = context.options.batchRows else { return pipeline }
    return Pipeline(CutSource(pipeline, batchRows: batchRows, context))
  }

  private func compileNode(_ plan: Plan) throws -> Pipeline {
    let node = profile?.counters(of: nodeCount)
    nodeCount += 1
    guard let node else { return try compile(plan, counting: nil) }
    let outer = context
    defer { context = outer }
    context = queryContext
    context.tracker = node.account(under: queryContext.tracker)
    return try compile(plan, counting: node)
  }

  private func compile(_ plan: Plan, counting node: NodeCounters?) throws -> Pipeline {
    switch plan {
    case .scan(let scan): return try compile(scan, node)
    case .values(let schema, let rows): return try compile(schema, rows, node)
    case .filter(let input, let condition):
      var pipeline = try compileFiltered(input, by: condition)
      pipeline.append(FilterMaker(condition: condition, context: context), node: node)
      return pipeline
    case .project(let input, let outputs):
      var pipeline = try compile(input)
      pipeline.append(
        ProjectMaker(expressions: outputs.map(\.expression), context: context), node: node)
      return pipeline
    case .limit(let input, let count, let offset):
      return try compileLimit(input, count: count, offset: offset, node)
    case .unionAll(let inputs):
      return Pipeline(
        ChainedSource(try inputs.map { try compile($0) }, cancellation: context.cancellation),
        node: node)
    case .unnest(let unnest):
      var pipeline = try compile(unnest.input)
      pipeline.append(UnnestMaker(unnest: unnest, context: context), node: node)
      return pipeline
    case .recursive(let recursive): return try compile(recursive, node)
    case .working(let rows):
      guard let kept = working[ObjectIdentifier(rows)] else {
        throw LakeError(.internal, "'\(rows.name)' is read outside of its recursion")
      }
      return Pipeline(kept.makeSource(), node: node)
    case .shared(let plan): return try compile(plan, node)
    case .join(let join): return try compile(join, node)
    case .aggregate(let aggregate): return try compile(aggregate, node)
    case .distinct(let input): return try compileDistinct(input, node)
    case .window(let window): return try compile(window, node)
    case .sort(let input, let keys):
      return try compileSort(input, keys, count: nil, offset: 0, node)
    case .top(let input, let keys, let count, let offset):
      return try compileSort(input, keys, count: count, offset: offset, node)
    }
  }

  /// The input of a filter. A window of which only the rows with the number 1 are wanted is told
  /// so.
  private func compileFiltered(
    _ input: Plan, by condition: BoundExpression
  ) throws -> Pipeline {
    guard case .window(let window) = input, window.functions.count == 1,
      window.functions.first?.function.kind == .rowNumber,
      condition.demands(.int(1), ofColumn: window.input.schema.count)
    else { return try compile(input) }
    let node = profile?.counters(of: nodeCount)
    nodeCount += 1
    return try compileFirstRows(window, node)
  }

  private func compile(_ scan: ScanPlan, _ node: NodeCounters?) throws -> Pipeline {
    var request = ScanRequest(
      schema: scan.table.schema, columns: scan.columns, predicate: scan.predicate,
      counters: node?.scan)
    request.keyFilters = scan.keyFilters
    return Pipeline(try scan.table.source.open(request, context), node: node)
  }

  private func compile(
    _ schema: Schema, _ rows: [[BoundExpression]], _ node: NodeCounters?
  ) throws -> Pipeline {
    let one = Batch(columns: [], rowCount: 1)
    var columns: [[ColumnVector]] = schema.fields.map { _ in [] }
    for row in rows {
      for (index, expression) in row.enumerated() {
        let evaluator = Evaluator(expression, context: context.evaluation)
        columns[index].append(try evaluator.evaluate(one))
      }
    }
    if rows.isEmpty { return Pipeline(KeptBatches().makeSource(), node: node) }
    let vectors = try columns.map { try kernels.concatenate($0) }
    let kept = KeptBatches([Batch(columns: vectors, rowCount: rows.count)])
    return Pipeline(kept.makeSource(), node: node)
  }

  /// A limit is carried out by itself: what stands above it must not see rows that are too many.
  func compileLimit(
    _ input: Plan, count: Int?, offset: Int, _ node: NodeCounters?
  ) throws -> Pipeline {
    let kept = KeptBatches(context, counters: node)
    // No row is made where none is wanted.
    if count == 0 {
      nodeCount += input.nodeCount
      return Pipeline(kept.makeSource(), node: node)
    }
    var pipeline = try compile(input)
    let end = count.flatMap { count -> Int? in
      let (sum, overflow) = count.addingReportingOverflow(offset)
      return overflow ? nil : sum
    }
    if let end { pipeline.append(LimitMaker(count: end), node: nil) }
    var window = RowWindow(offset: offset, count: count)
    let kernels = self.kernels
    do {
      try pipeline.run(context, transform: { try $0.compacted(kernels) }) { batch in
        if let part = try window.take(batch, kernels) { try kept.append(part) }
        if window.isFull { throw MorselIsEnough() }
      }
    } catch is MorselIsEnough {}
    return Pipeline(kept.makeSource(), node: node)
  }

  private func compile(_ plan: SharedPlan, _ node: NodeCounters?) throws -> Pipeline {
    if let known = shared[ObjectIdentifier(plan)] {
      nodeCount += plan.plan.nodeCount
      return Pipeline(known.makeSource(), node: node)
    }
    let kept = try collect(plan.plan, node)
    shared[ObjectIdentifier(plan)] = kept
    return Pipeline(kept.makeSource(), node: node)
  }

  /// All rows of a plan. Those that go to disk are counted for `node`.
  func collect(_ plan: Plan, _ node: NodeCounters?) throws -> KeptBatches {
    let pipeline = try compile(plan)
    let kept = KeptBatches(context, counters: node)
    try kept.append(pipeline, context)
    return kept
  }
}

extension BoundExpression {
  /// Whether it is true only where a column has a value.
  fileprivate func demands(_ value: Value, ofColumn column: Int) -> Bool {
    switch node {
    case .and(let members): return members.contains { $0.demands(value, ofColumn: column) }
    case .compare(.equal, let a, let b):
      if case .column(column) = a.node, case .literal(value) = b.node { return true }
      if case .column(column) = b.node, case .literal(value) = a.node { return true }
      return false
    default: return false
    }
  }
}
