import LakeCore

extension Plan {
  /// The same node over other inputs of the same schemas. A shared plan is a leaf here: whoever
  /// rewrites one needs a `SharedMemo`.
  package func mapInputs(_ body: (Plan) throws -> Plan) rethrows -> Plan {
    switch self {
    case .scan, .values, .shared, .working: return self
    case .filter(let input, let condition): return .filter(try body(input), condition)
    case .project(let input, let outputs): return .project(try body(input), outputs)
    case .distinct(let input): return .distinct(try body(input))
    case .sort(let input, let keys): return .sort(try body(input), keys)
    case .top(let input, let keys, let count, let offset):
      return .top(try body(input), keys, count: count, offset: offset)
    case .limit(let input, let count, let offset):
      return .limit(try body(input), count: count, offset: offset)
    case .join(var join):
      join.left = try body(join.left)
      join.right = try body(join.right)
      return .join(join)
    case .aggregate(var aggregate):
      aggregate.input = try body(aggregate.input)
      return .aggregate(aggregate)
    case .window(var window):
      window.input = try body(window.input)
      return .window(window)
    case .unionAll(let inputs): return .unionAll(try inputs.map(body))
    case .unnest(var unnest):
      unnest.input = try body(unnest.input)
      return .unnest(unnest)
    case .recursive(var recursive):
      recursive.anchor = try body(recursive.anchor)
      recursive.step = try body(recursive.step)
      return .recursive(recursive)
    }
  }

  /// The same node with each of its own expressions replaced.
  package func mapExpressions(
    _ body: (BoundExpression) throws -> BoundExpression
  ) rethrows -> Plan {
    switch self {
    case .distinct, .limit, .unionAll, .shared, .recursive, .working: return self
    case .scan(var scan):
      scan.predicate = try scan.predicate.map(body)
      return .scan(scan)
    case .values(let schema, let rows):
      return .values(schema, rows: try rows.map { try $0.map(body) })
    case .filter(let input, let condition): return .filter(input, try body(condition))
    case .project(let input, let outputs):
      return .project(input, try outputs.map { OutputColumn($0.name, try body($0.expression)) })
    case .sort(let input, let keys): return .sort(input, try keys.map { try $0.map(body) })
    case .top(let input, let keys, let count, let offset):
      return .top(input, try keys.map { try $0.map(body) }, count: count, offset: offset)
    case .join(var join):
      join.keys = try join.keys.map { (try body($0.left), try body($0.right)) }
      join.residual = try join.residual.map(body)
      return .join(join)
    case .aggregate(var aggregate):
      aggregate.keys = try aggregate.keys.map { OutputColumn($0.name, try body($0.expression)) }
      aggregate.aggregates = try aggregate.aggregates.map { ($0.name, try $0.call.map(body)) }
      return .aggregate(aggregate)
    case .window(var window):
      window.partition = try window.partition.map(body)
      window.order = try window.order.map { try $0.map(body) }
      window.functions = try window.functions.map { ($0.name, try $0.function.map(body)) }
      return .window(window)
    case .unnest(var unnest):
      unnest.lists = try unnest.lists.map(body)
      return .unnest(unnest)
    }
  }

  /// How many columns the rows have, without making a schema.
  package var columnCount: Int {
    switch self {
    case .scan(let scan): scan.columns.count
    case .values(let schema, _): schema.count
    case .filter(let input, _), .distinct(let input), .sort(let input, _),
      .top(let input, _, _, _), .limit(let input, _, _):
      input.columnCount
    case .project(_, let outputs): outputs.count
    case .join(let join):
      join.kind.hasRightColumns
        ? join.left.columnCount + join.right.columnCount : join.left.columnCount
    case .aggregate(let aggregate): aggregate.keys.count + aggregate.aggregates.count
    case .window(let window): window.input.columnCount + window.functions.count
    case .unionAll(let inputs): inputs.first?.columnCount ?? 0
    case .unnest(let unnest):
      unnest.input.columnCount + unnest.names.count + (unnest.hasOrdinality ? 1 : 0)
    case .recursive(let recursive): recursive.working.schema.count
    case .working(let rows): rows.schema.count
    case .shared(let shared): shared.plan.columnCount
    }
  }

  /// This node and all below it; a shared plan once for each place that reads it.
  package func forEach(_ body: (Plan) throws -> Void) rethrows {
    try body(self)
    for input in inputs { try input.forEach(body) }
  }
}

extension JoinPlan.Kind {
  /// Whether the rows have the columns of the right side too.
  package var hasRightColumns: Bool { self == .inner || self == .left }
}

extension SortKey {
  package func map(_ body: (BoundExpression) throws -> BoundExpression) rethrows -> SortKey {
    SortKey(try body(expression), isDescending: isDescending, nullsFirst: nullsFirst)
  }
}

extension OutputColumn {
  /// Each column of a schema as it is.
  package static func identity(_ schema: Schema) -> [OutputColumn] {
    schema.fields.enumerated().map { OutputColumn($1.name, .column($0, $1.type)) }
  }
}

/// What became of shared plans in one rewriting: each is rewritten once, and all its readers get
/// the same new one.
package final class SharedMemo {
  // The old plans are kept so that their identities stay theirs.
  private var rewritten: [ObjectIdentifier: (old: SharedPlan, new: SharedPlan)] = [:]

  package init() {}

  package func rewritten(
    _ shared: SharedPlan, _ body: (Plan) throws -> Plan
  ) rethrows -> SharedPlan {
    if let known = rewritten[ObjectIdentifier(shared)] { return known.new }
    let new = SharedPlan(name: shared.name, plan: try body(shared.plan))
    rewritten[ObjectIdentifier(shared)] = (shared, new)
    return new
  }
}
