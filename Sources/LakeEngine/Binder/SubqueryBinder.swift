import LakeCore
import LakeSQL

/// Binds subqueries and finds the joins that they are.
///
/// A subquery may speak of the query around it in its WHERE. Its own rows are then bound without
/// those conditions, and the conditions become the join: equations its keys, others its residual.
struct SubqueryBinder {
  /// The rows of a subquery, and when one of them belongs to a row outside.
  struct Matching {
    var plan: Plan
    /// The value of IN and what it is compared with.
    var values: [(outer: BoundExpression, inner: BoundExpression)] = []
    /// Equations from the subquery's WHERE.
    var keys: [(outer: BoundExpression, inner: BoundExpression)] = []
    /// Other conditions; columns outside are negative.
    var residual: [BoundExpression] = []
  }

  /// A subquery's rows, and its SELECT list over them.
  struct Rows {
    var plan: Plan
    var outputs: [BoundExpression]
    var correlated: [BoundExpression] = []
    /// The aggregates of `SELECT max(x) FROM … WHERE` something outside: not yet computed.
    var aggregates: [AggregateCall]?
  }

  let binder: Binder
  let context: SelectContext

  init(_ binder: Binder, _ context: SelectContext) {
    self.binder = binder
    self.context = context
  }

  /// What EXISTS asks for.
  func exists(_ query: Query) throws -> Matching {
    let rows = try bind(query)
    guard rows.aggregates == nil else {
      throw binder.notSupported("an aggregate in a correlated EXISTS", query.origin)
    }
    return matching(rows)
  }

  /// What IN asks for.
  func isIn(
    _ value: Expression, _ query: Query, _ origin: Origin, _ clause: ExpressionBinder.Clause
  ) throws -> Matching {
    let expressions = ExpressionBinder(binder, context, clause)
    var left = [value]
    if case .row(let members) = value.kind { left = members }
    let bound = try left.map(expressions.bind)
    let rows = try bind(query)
    guard rows.outputs.count == bound.count else {
      throw binder.error(
        "IN compares \(bound.count) with a query of \(rows.outputs.count) columns", query.origin)
    }
    guard rows.aggregates == nil else {
      throw binder.notSupported("an aggregate in a correlated IN", query.origin)
    }
    var result = matching(rows)
    for (x, y) in zip(bound, rows.outputs) {
      if y.hasOuterReference {
        throw binder.notSupported("a column of the query around in this SELECT list", query.origin)
      }
      // Compared as two columns: a literal is no column of the subquery's rows.
      guard let pair = try expressions.unified(x, y, origin) else {
        throw binder.error(
          "cannot compare \(x.type) with \(y.type): \(binder.source.line(of: origin))", origin,
          hint: "Write CAST(… AS \(x.type)) in the subquery.")
      }
      result.values.append((pair.0, pair.1))
    }
    return result
  }

  private func matching(_ rows: Rows) -> Matching {
    var result = Matching(plan: rows.plan)
    for condition in rows.correlated {
      if let key = condition.correlationKey {
        result.keys.append(key)
      } else {
        result.residual.append(condition)
      }
    }
    return result
  }

  /// Binds a subquery, whose columns outside are those of the context.
  func bind(_ query: Query) throws -> Rows {
    let before = binder.commonTables
    defer { binder.commonTables = before }
    let queries = QueryBinder(binder, outer: context.scope)
    let result: QueryBinder.Result
    if case .select(let body) = query.body {
      try queries.bindCommonTables(query)
      let select = SelectBinder(binder, body, outer: context.scope)
      try select.bindRows()
      if !select.correlated.isEmpty { return try correlated(select, query) }
      result = try queries.finish(select, query)
    } else {
      result = try queries.bind(query)
    }
    if let found = result.plan.outerReference {
      throw LakeError(
        .unsupported, "a column of the query around cannot be used here yet", at: found.place,
        hint: "It can in the WHERE of the subquery.")
    }
    let fields = result.plan.schema.fields
    return Rows(
      plan: result.plan, outputs: fields.enumerated().map { .column($0, $1.type) })
  }

  private func correlated(_ select: SelectBinder, _ query: Query) throws -> Rows {
    try select.bindItems()
    try select.bindClauses()
    let placeholders = select.context.placeholders
    let isPlain =
      select.body.groupBy == nil && select.having == nil && placeholders.windows.isEmpty
      && select.body.qualify == nil && query.offset == nil
      && (query.limit == nil || keepsRows(query.limit))
    guard isPlain else {
      throw binder.notSupported(
        "GROUP BY, QUALIFY or LIMIT in a subquery that speaks of the query around", query.origin)
    }
    if placeholders.aggregates.isEmpty {
      let outputs = try select.items.map { try select.settled($0.expression) }
      return Rows(plan: select.plan, outputs: outputs, correlated: select.correlated)
    }
    return Rows(
      plan: select.plan, outputs: select.items.map(\.expression), correlated: select.correlated,
      aggregates: placeholders.aggregates)
  }
}

extension SubqueryBinder {
  /// `LIMIT 1` and more: whether there is a row does not depend on it.
  private func keepsRows(_ limit: Expression?) -> Bool {
    if case .literal(.integer(let digits)) = limit?.kind { digits != "0" } else { false }
  }
}

extension BoundExpression {
  /// An equation of the query around with the subquery.
  var correlationKey: (outer: BoundExpression, inner: BoundExpression)? {
    guard case .compare(.equal, let a, let b) = node else { return nil }
    if a.hasOuterReference, !a.hasInnerReference, !b.hasOuterReference, b.hasInnerReference {
      return (a.asSeenOutside, b)
    }
    if b.hasOuterReference, !b.hasInnerReference, !a.hasOuterReference, a.hasInnerReference {
      return (b.asSeenOutside, a)
    }
    return nil
  }
}

extension Plan {
  /// An expression that speaks of the query around, if there is one.
  var outerReference: BoundExpression? {
    for expression in expressions {
      if let found = expression.firstOuterReference { return found }
    }
    for input in inputs {
      if let found = input.outerReference { return found }
    }
    return nil
  }

  /// The node's own expressions.
  private var expressions: [BoundExpression] {
    var found: [BoundExpression] = []
    _ = mapExpressions {
      found.append($0)
      return $0
    }
    return found
  }
}

extension BoundExpression {
  fileprivate var firstOuterReference: BoundExpression? {
    if isOuterReference { return self }
    for child in children {
      if let found = child.firstOuterReference { return found }
    }
    return nil
  }
}
