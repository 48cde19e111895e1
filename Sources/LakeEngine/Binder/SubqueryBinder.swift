import LakeCore
import LakeSQL

/// Binds subqueries and finds the joins that they are.
///
/// A subquery that speaks of the query around it in its WHERE, and nowhere else, is bound without
/// those conditions, and the conditions become the join: equations its keys, others its residual.
/// Any other that speaks of the query around is a plan for each of its rows (`DependentJoin`).
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
    /// SELECT DISTINCT whose copies are still there.
    var hasCopies = false

    /// Whether the conditions outside are all that the rows depend on.
    var isMatching: Bool {
      aggregates == nil && !outputs.contains(where: \.hasOuterReference) && !plan.isDependent
    }

    /// The SELECT list as columns, for one row of the query around.
    var asPlan: Plan {
      var rows = plan.filtered(by: correlated)
      var columns = outputs
      if let aggregates {
        rows = .aggregate(
          AggregatePlan(
            input: rows, keys: [],
            aggregates: aggregates.enumerated().map { ("agg\($0)", $1) }))
        columns = outputs.map { output in
          output.mapColumns { index, column in
            guard let (_, number) = Placeholders.kind(of: index) else { return column }
            return BoundExpression(.column(number), column.type, place: column.place)
          }
        }
      }
      let list = Plan.project(
        rows, columns.enumerated().map { OutputColumn("value\($0)", $1) })
      return hasCopies ? .distinct(list) : list
    }
  }

  let binder: Binder
  let context: SelectContext

  init(_ binder: Binder, _ context: SelectContext) {
    self.binder = binder
    self.context = context
  }

  /// What IN compares: the values outside, and the rows.
  func operands(
    _ value: Expression, _ query: Query, _ origin: Origin, _ clause: ExpressionBinder.Clause
  ) throws -> (values: [(outer: BoundExpression, inner: BoundExpression)], rows: Rows) {
    let expressions = ExpressionBinder(binder, context, clause)
    var left = [value]
    if case .row(let members) = value.kind { left = members }
    let bound = try left.map(expressions.bind)
    let rows = try bind(query)
    guard rows.outputs.count == bound.count else {
      throw binder.error(
        "IN compares \(bound.count) with a query of \(rows.outputs.count) columns", query.origin)
    }
    let pairs = try zip(bound, rows.outputs).map { x, y in
      // Compared as two columns: a literal is no column of the subquery's rows.
      guard let pair = try expressions.unified(x, y, origin) else {
        throw binder.error(
          "cannot compare \(x.type) with \(y.type): \(binder.source.line(of: origin))", origin,
          hint: "Write CAST(… AS \(x.type)) in the subquery.")
      }
      return (outer: pair.0, inner: pair.1)
    }
    return (pairs, rows)
  }

  /// Rows of which the conditions outside, and nothing else, say to which row they belong.
  func matching(_ rows: Rows) -> Matching {
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

  /// Binds a subquery, whose columns outside are those of the context. For EXISTS a limit does not
  /// matter unless it is 0.
  func bind(_ query: Query, ignoringLimit: Bool = false) throws -> Rows {
    let before = binder.commonTables
    defer { binder.commonTables = before }
    let queries = QueryBinder(binder, outer: context.scope)
    let result: QueryBinder.Result
    if case .select(let body) = query.body {
      try queries.bindCommonTables(query)
      let select = SelectBinder(binder, body, outer: context.scope)
      try select.bindRows()
      if !select.correlated.isEmpty,
        let rows = try correlated(select, query, ignoringLimit: ignoringLimit)
      {
        return rows
      }
      result = try queries.finish(select, query)
    } else {
      result = try queries.bind(query)
    }
    let fields = result.plan.schema.fields
    return Rows(
      plan: result.plan, outputs: fields.enumerated().map { .column($0, $1.type) })
  }

  /// A SELECT without its conditions outside; nil where more than the rows depends on them.
  private func correlated(
    _ select: SelectBinder, _ query: Query, ignoringLimit: Bool
  ) throws -> Rows? {
    let body = select.body
    let hasNoLimit =
      query.limit == nil && query.offset == nil
      || ignoringLimit && query.offset == nil && keepsRows(query.limit)
    guard hasNoLimit, body.groupBy == nil, body.having == nil, body.qualify == nil else {
      return nil
    }
    try select.bindItems()
    let placeholders = select.context.placeholders
    guard placeholders.windows.isEmpty else { return nil }
    let hasCopies = body.isDistinct
    if placeholders.aggregates.isEmpty {
      let outputs = try select.items.map { try select.settled($0.expression) }
      return Rows(
        plan: select.plan, outputs: outputs, correlated: select.correlated, hasCopies: hasCopies)
    }
    guard !select.items.contains(where: { $0.expression.has(.subquery) }),
      try select.items.allSatisfy({ try select.isOverGroups($0.expression) })
    else { return nil }
    return Rows(
      plan: select.plan, outputs: select.items.map(\.expression), correlated: select.correlated,
      aggregates: try placeholders.aggregates.map { try $0.map(select.settled) })
  }
}

extension SubqueryBinder {
  /// `LIMIT 1` and more: whether there is a row does not depend on it.
  private func keepsRows(_ limit: Expression?) -> Bool {
    guard let limit else { return true }
    if case .literal(.integer(let digits)) = limit.kind { return digits != "0" }
    return false
  }
}

extension SelectBinder {
  /// Whether an expression is made of aggregates and constants alone.
  fileprivate func isOverGroups(_ expression: BoundExpression) throws -> Bool {
    !expression.contains { part in
      part.columnIndex.map { Placeholders.kind(of: $0)?.kind != .aggregate } ?? false
    }
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
