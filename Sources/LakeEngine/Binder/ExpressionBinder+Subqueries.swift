import LakeCore
import LakeSQL

/// Subqueries inside of expressions. Each becomes a left join with rows of which at most one
/// belongs to a row outside; the expression looks at what was found there.
extension ExpressionBinder {
  func bindSubquery(_ expression: Expression) throws -> BoundExpression {
    let origin = expression.origin
    guard clause.allowsSubqueries, !isInsideWindow else {
      throw binder.notSupported("a subquery in \(clause.rawValue)", origin)
    }
    let subqueries = SubqueryBinder(binder, context)
    switch expression.kind {
    case .subquery(let query): return try scalar(try subqueries.bind(query), query, origin)
    case .exists(let query): return try exists(try subqueries.exists(query), origin)
    case .isInQuery(let value, let query, let isNegated):
      return negated(
        try isIn(try subqueries.isIn(value, query, origin, clause), origin), isNegated)
    case .quantified(.equal, let value, .any, let query):
      return try isIn(try subqueries.isIn(value, query, origin, clause), origin)
    case .quantified(.notEqual, let value, .all, let query):
      return negated(try isIn(try subqueries.isIn(value, query, origin, clause), origin), true)
    default:
      throw binder.notSupported(
        "this comparison with ANY or ALL", origin,
        hint: "Compare with (SELECT min(…) …) or (SELECT max(…) …).")
    }
  }

  private func requireEquations(
    _ matching: SubqueryBinder.Matching, _ origin: Origin
  ) throws {
    guard matching.residual.isEmpty else {
      throw binder.notSupported(
        "a condition other than an equation with the query around, inside of an expression",
        origin, hint: "It can stand in an EXISTS that is a condition of WHERE by itself.")
    }
  }

  private func exists(
    _ matching: SubqueryBinder.Matching, _ origin: Origin
  ) throws -> BoundExpression {
    try requireEquations(matching, origin)
    return BoundExpression(.not(BoundExpression(.isNull(found(matching)), .boolean)), .boolean)
  }

  /// True where a row belongs to the row outside, else null.
  private func found(_ matching: SubqueryBinder.Matching) -> BoundExpression {
    let pairs = matching.keys + matching.values
    let mark = OutputColumn("found", .literal(.bool(true), .boolean))
    guard !pairs.isEmpty else {
      let one = Plan.project(.limit(matching.plan, count: 1, offset: 0), [mark])
      return context.placeholders.add(Placeholders.Lookup(plan: one))
    }
    let columns = pairs.enumerated().map { OutputColumn("key\($0)", $1.inner) }
    let plan = Plan.distinct(.project(matching.plan, columns + [mark]))
    return context.placeholders.add(
      Placeholders.Lookup(
        plan: plan,
        keys: pairs.enumerated().map { ($1.outer, .column($0, $1.inner.type)) }))
  }

  /// IN as a value: true if found; else unknown if a null may hide the match; else false.
  private func isIn(
    _ matching: SubqueryBinder.Matching, _ origin: Origin
  ) throws -> BoundExpression {
    try requireEquations(matching, origin)
    guard matching.values.count == 1, let (x, y) = matching.values.first else {
      throw binder.notSupported("IN with several columns inside of an expression", origin)
    }
    let isFound = BoundExpression(
      .not(BoundExpression(.isNull(found(matching)), .boolean)), .boolean)
    let all = count(matching, AggregateCall(.count, [], type: .bigint))
    let nulls = count(
      matching,
      AggregateCall(.countIf, [BoundExpression(.isNull(y), .boolean)], type: .bigint))
    let zero = BoundExpression.literal(.int(0), .bigint)
    let isEmpty = BoundExpression(.compare(.equal, all, zero), .boolean)
    let isUnknown = BoundExpression(
      .or([
        BoundExpression(.isNull(x), .boolean),
        BoundExpression(.compare(.greater, nulls, zero), .boolean),
      ]), .boolean)
    let (yes, no) = (
      BoundExpression.literal(.bool(true), .boolean),
      BoundExpression.literal(.bool(false), .boolean)
    )
    return BoundExpression(
      .choose(
        [
          .init(condition: isFound, result: yes), .init(condition: isEmpty, result: no),
          .init(condition: isUnknown, result: .literal(.null, .boolean)),
        ], otherwise: no), .boolean)
  }

  /// A number of rows that belong to the row outside.
  private func count(
    _ matching: SubqueryBinder.Matching, _ call: AggregateCall
  ) -> BoundExpression {
    let groups = AggregatePlan(
      input: matching.plan,
      keys: matching.keys.enumerated().map { OutputColumn("key\($0)", $1.inner) },
      aggregates: [("count", call)])
    let number = context.placeholders.add(
      Placeholders.Lookup(
        plan: .aggregate(groups),
        keys: matching.keys.enumerated().map { ($1.outer, .column($0, $1.inner.type)) }))
    return BoundExpression(.coalesce([number, .literal(.int(0), .bigint)]), .bigint)
  }
}

extension ExpressionBinder {
  /// The one value of a subquery; null where it has no row, an error where it has several.
  private func scalar(
    _ rows: SubqueryBinder.Rows, _ query: Query, _ origin: Origin
  ) throws -> BoundExpression {
    guard rows.outputs.count == 1 else {
      throw binder.error(
        "a subquery that stands for a value has one column, and this one has"
          + " \(rows.outputs.count)", origin)
    }
    let output = rows.outputs[0]
    let pairs = try rows.correlated.map { condition in
      guard let key = condition.correlationKey else {
        throw binder.notSupported(
          "a condition other than an equation with the query around, in a scalar subquery", origin)
      }
      return key
    }
    if output.hasOuterReference {
      throw binder.notSupported("a column of the query around in this SELECT list", origin)
    }
    if let calls = rows.aggregates { return aggregated(rows.plan, output, calls, pairs) }
    if pairs.isEmpty, rows.plan.isUnique(on: []) {
      return context.placeholders.add(
        Placeholders.Lookup(plan: .project(rows.plan, [OutputColumn("value", output)])))
    }
    return single(rows.plan, output, pairs, origin)
  }

  private typealias Pairs = [(outer: BoundExpression, inner: BoundExpression)]

  /// `SELECT max(x) FROM … WHERE key = outer`: grouped by the keys. Where no group belongs to a
  /// row, the value is that of no rows.
  private func aggregated(
    _ plan: Plan, _ output: BoundExpression, _ calls: [AggregateCall], _ pairs: Pairs
  ) -> BoundExpression {
    let groups = Plan.aggregate(
      AggregatePlan(
        input: plan, keys: pairs.enumerated().map { OutputColumn("key\($0)", $1.inner) },
        aggregates: calls.enumerated().map { ("agg\($0)", $1) }))
    let value = output.mapColumns { index, column in
      guard let (_, number) = Placeholders.kind(of: index) else { return column }
      return BoundExpression(.column(pairs.count + number), column.type, place: column.place)
    }
    let ofNothing = output.mapColumns { index, column in
      guard let (_, number) = Placeholders.kind(of: index) else { return column }
      let counts =
        calls[number].function == .count || calls[number].function == .countIf
        || calls[number].function == .approximateDistinct
      return .literal(counts ? .int(0) : .null, column.type)
    }
    let keys = pairs.enumerated().map {
      (outer: $1.outer, inner: BoundExpression.column($0, $1.inner.type))
    }
    let keyColumns = keys.enumerated().map { OutputColumn("key\($0)", $1.inner) }
    func lookup(_ name: String, _ expression: BoundExpression) -> BoundExpression {
      context.placeholders.add(
        Placeholders.Lookup(
          plan: .project(groups, keyColumns + [OutputColumn(name, expression)]), keys: keys))
    }
    let found = lookup("value", value)
    if case .literal(.null) = ofNothing.node { return found }
    let mark = lookup("found", .literal(.bool(true), .boolean))
    return BoundExpression(
      .choose(
        [.init(condition: BoundExpression(.isNull(mark), .boolean), result: ofNothing)],
        otherwise: found), value.type)
  }

  /// A value that must be the only one of its kind, which is seen when it is looked at.
  private func single(
    _ plan: Plan, _ output: BoundExpression, _ pairs: Pairs, _ origin: Origin
  ) -> BoundExpression {
    let groups = Plan.aggregate(
      AggregatePlan(
        input: plan, keys: pairs.enumerated().map { OutputColumn("key\($0)", $1.inner) },
        aggregates: [
          ("count", AggregateCall(.count, [], type: .bigint)),
          ("value", AggregateCall(.arbitrary, [output], type: output.type)),
        ]))
    let keys = pairs.enumerated().map {
      (outer: $1.outer, inner: BoundExpression.column($0, $1.inner.type))
    }
    let value = context.placeholders.add(Placeholders.Lookup(plan: groups, keys: keys))
    let columns = Array(OutputColumn.identity(groups.schema).prefix(pairs.count + 1))
    let count = context.placeholders.add(
      Placeholders.Lookup(plan: .project(groups, columns), keys: keys))
    return BoundExpression(
      .call(SingleValue.function, [value, count]), output.type,
      place: binder.source.place(of: origin))
  }
}
