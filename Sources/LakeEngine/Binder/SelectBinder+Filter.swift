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
      return try join(try subqueries.exists(query), isNegated: isNegated, inner)
    case .isInQuery(let value, let query, let isNotIn):
      let matching = try subqueries.isIn(value, query, inner.origin, .filter)
      return try join(matching, isNegated: isNegated != isNotIn, inner)
    case .quantified(.equal, let value, .any, let query):
      let matching = try subqueries.isIn(value, query, inner.origin, .filter)
      return try join(matching, isNegated: isNegated, inner)
    case .quantified(.notEqual, let value, .all, let query):
      let matching = try subqueries.isIn(value, query, inner.origin, .filter)
      return try join(matching, isNegated: !isNegated, inner)
    default:
      let bound = try ExpressionBinder(binder, context, .filter).bindCondition(conjunct, "WHERE")
      let condition = try settled(bound)
      if condition.hasOuterReference {
        correlated.append(condition)
      } else {
        plan = .filter(plan, condition)
      }
      return [bound]
    }
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
    for side in (values.map(\.outer) + keys.map(\.left)) where side.hasOuterReference {
      throw binder.notSupported("a column of a query two levels up", expression.origin)
    }
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
      guard values.count == 1 else {
        throw binder.notSupported("NOT IN with several columns", expression.origin)
      }
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
      let place = index < 0 ? -1 - index : index + leftCount
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
