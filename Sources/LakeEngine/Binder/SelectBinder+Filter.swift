import LakeCore
import LakeSQL

/// WHERE, condition by condition: IN and EXISTS at its top are semi- and anti-joins, everything
/// else filters.
extension SelectBinder {
  func bindFilter() throws {
    guard let filter = body.filter else { return }
    let conjuncts = filter.conjuncts
    var steps = ConditionSteps(from: plan, steps: [])
    for conjunct in conjuncts {
      let before = correlated.count
      let tested = try bindFilter(conjunct)
      guard correlated.count == before else { continue }
      steps.steps.append(
        ConditionSteps.Step(
          text: binder.source.line(of: conjunct.origin),
          place: binder.source.place(of: conjunct.origin), plan: plan,
          columns: columns(tested, within: steps.from.columnCount)))
    }
    conditions = steps
  }

  /// Applies one condition; returns the expressions over FROM that it tests.
  private func bindFilter(_ conjunct: Expression) throws -> [BoundExpression] {
    var (inner, isNegated) = (conjunct, false)
    while case .not(let operand) = inner.kind { (inner, isNegated) = (operand, !isNegated) }
    let subqueries = SubqueryBinder(binder, context)
    switch inner.kind {
    case .exists(let query):
      let rows = try subqueries.bind(query, ignoringLimit: true)
      guard rows.isMatching else { break }
      return try join(subqueries.matching(rows), isNegated: isNegated, inner)
    case .isInQuery(let value, let query, let isNotIn):
      return try filter(value, query, isNegated: isNegated != isNotIn, inner, conjunct)
    case .quantified(.equal, let value, .any, let query):
      return try filter(value, query, isNegated: isNegated, inner, conjunct)
    case .quantified(.notEqual, let value, .all, let query):
      return try filter(value, query, isNegated: !isNegated, inner, conjunct)
    default: break
    }
    return try filter(conjunct)
  }

  /// IN as a join, where its rows depend on conditions alone.
  private func filter(
    _ value: Expression, _ query: Query, isNegated: Bool, _ inner: Expression,
    _ conjunct: Expression
  ) throws -> [BoundExpression] {
    let subqueries = SubqueryBinder(binder, context)
    let (values, rows) = try subqueries.operands(value, query, inner.origin, .filter)
    guard rows.isMatching, !values.contains(where: { $0.outer.has(.subquery) }),
      !isNegated || values.count == 1
    else { return try filter(conjunct) }
    var matching = subqueries.matching(rows)
    matching.values = values
    return try join(matching, isNegated: isNegated, inner)
  }

  private func filter(_ conjunct: Expression) throws -> [BoundExpression] {
    let bound = try ExpressionBinder(binder, context, .filter).bindCondition(conjunct, "WHERE")
    let condition = try settled(bound)
    if condition.hasOuterReference {
      correlated.append(condition)
    } else {
      plan = .filter(plan, condition)
    }
    return [bound]
  }

  private func columns(
    _ tested: [BoundExpression], within width: Int
  ) -> [ConditionSteps.Column] {
    var indices: Set<Int> = []
    for expression in tested { expression.insertColumns(into: &indices) }
    return context.scope.columns.filter { indices.contains($0.index) && $0.index < width }.map {
      ConditionSteps.Column(name: $0.name, index: $0.index, type: $0.type)
    }
  }

  private func join(
    _ matching: SubqueryBinder.Matching, isNegated: Bool, _ expression: Expression
  ) throws -> [BoundExpression] {
    let values = try matching.values.map { (outer: try settled($0.outer), inner: $0.inner) }
    let keys = try matching.keys.map { (left: try settled($0.outer), right: $0.inner) }
    let width = plan.columnCount
    var residual = matching.residual.map { $0.joined(leftCount: width) }
    var join = JoinPlan(.semi, plan, matching.plan, keys: keys)
    if !isNegated {
      join.keys += values.map { ($0.outer, $0.inner) }
    } else if values.isEmpty {
      join.kind = .anti
    } else if values.count == 1, keys.isEmpty, residual.isEmpty {
      (join.kind, join.keys) = (.nullAwareAnti, [(values[0].outer, values[0].inner)])
    } else {
      // NOT IN among the rows that belong to this one: false if equal, unknown if a side is null.
      let (x, y) = (values[0].outer, values[0].inner.shifted(by: width))
      let equal = BoundExpression(.compare(.equal, x, y), .boolean)
      let unknown = [x, y].map { BoundExpression(.isNull($0), .boolean) }
      residual.append(BoundExpression(.or([equal] + unknown), .boolean))
      join.kind = .anti
    }
    join.residual = BoundExpression.all(of: residual)
    plan = .join(join)
    return matching.values.map(\.outer) + matching.keys.map(\.outer)
  }
}

extension BoundExpression {
  /// An expression of a subquery over the rows of a join with the query around it.
  fileprivate func joined(leftCount: Int) -> BoundExpression {
    mapColumns { index, column in
      let place = OuterReference(index)?.seenOutside ?? index + leftCount
      return BoundExpression(.column(place), column.type, place: column.place)
    }
  }
}

extension Expression {
  /// The members of AND, however nested.
  var conjuncts: [Expression] {
    if case .and(let members) = kind { members.flatMap(\.conjuncts) } else { [self] }
  }
}
