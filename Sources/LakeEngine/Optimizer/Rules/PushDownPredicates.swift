import LakeCore

/// Conditions move towards the tables, so that fewer rows meet joins, groups and sorts.
///
/// A condition moves through projections, sorts, unions and distinct rows, below groups and windows
/// if it looks only at what they group by, and to one or both sides of a join. Two kinds stay where
/// they are: what depends on more than its row (`random()`), and, at joins, what can fail: a cast
/// of rows that a join would have removed must not end a query.
struct PushDownPredicates: PlanRule {
  let name = "push-down-predicates"

  func rewrite(_ plan: Plan) throws -> Plan {
    push([], into: plan, SharedMemo())
  }

  /// The plan behind some conditions on its columns.
  private func push(
    _ conditions: [BoundExpression], into plan: Plan, _ memo: SharedMemo
  ) -> Plan {
    switch plan {
    case .filter(let input, let condition):
      return pushFilter(condition.conjuncts + conditions, input, memo)
    case .project(let input, let outputs):
      let (moving, staying) = conditions.split { mayPass($0, outputs) }
      let expressions = outputs.map(\.expression)
      let below = push(moving.map { $0.substituting(expressions) }, into: input, memo)
      return Plan.project(below, outputs).filtered(by: staying)
    case .sort(let input, let keys):
      return .sort(push(conditions, into: input, memo), keys)
    case .distinct(let input):
      return .distinct(push(conditions, into: input, memo))
    case .unionAll(let inputs):
      return .unionAll(inputs.map { push(conditions, into: $0, memo) })
    case .join(let join): return JoinPushdown(join, conditions).plan { push($0, into: $1, memo) }
    case .aggregate(let aggregate): return push(conditions, below: aggregate, memo)
    case .window(let window): return push(conditions, below: window, memo)
    case .shared(let shared):
      let inner = memo.rewritten(shared) { push([], into: $0, memo) }
      return Plan.shared(inner).filtered(by: conditions)
    case .unnest(let unnest): return push(conditions, below: unnest, memo)
    case .scan, .values, .top, .limit, .recursive, .working:
      return plan.mapInputs { push([], into: $0, memo) }.filtered(by: conditions)
    }
  }

  private func pushFilter(
    _ conditions: [BoundExpression], _ input: Plan, _ memo: SharedMemo
  ) -> Plan {
    if conditions.contains(where: \.isNeverTrue) { return .values(input.schema, rows: []) }
    // What is behind a condition that has to stay has to stay too, if it can fail.
    var (moving, staying): ([BoundExpression], [BoundExpression]) = ([], [])
    for condition in conditions {
      if condition.isDeterministic && (staying.isEmpty || !condition.canFail) {
        moving.append(condition)
      } else {
        staying.append(condition)
      }
    }
    return push(moving, into: input, memo).filtered(by: staying)
  }

  /// A condition on computed columns is computed again below; on drawn numbers it cannot be.
  private func mayPass(_ condition: BoundExpression, _ outputs: [OutputColumn]) -> Bool {
    condition.columns.allSatisfy { outputs[$0].expression.isDeterministic }
  }

  private func push(
    _ conditions: [BoundExpression], below aggregate: AggregatePlan, _ memo: SharedMemo
  ) -> Plan {
    let keys = aggregate.keys.map(\.expression)
    let (moving, staying) = conditions.split { condition in
      let columns = condition.columns
      return !columns.isEmpty && columns.allSatisfy { $0 < keys.count && keys[$0].isDeterministic }
    }
    var result = aggregate
    result.input = push(moving.map { $0.substituting(keys) }, into: aggregate.input, memo)
    return Plan.aggregate(result).filtered(by: staying)
  }

  /// Conditions on the row itself come before its elements.
  private func push(
    _ conditions: [BoundExpression], below unnest: UnnestPlan, _ memo: SharedMemo
  ) -> Plan {
    let count = unnest.input.columnCount
    let (moving, staying) = conditions.split { condition in
      let columns = condition.columns
      return !columns.isEmpty && !condition.canFail && columns.allSatisfy { $0 < count }
    }
    var result = unnest
    result.input = push(moving, into: unnest.input, memo)
    return Plan.unnest(result).filtered(by: staying)
  }

  private func push(
    _ conditions: [BoundExpression], below window: WindowPlan, _ memo: SharedMemo
  ) -> Plan {
    let partition = Set(window.partition.compactMap(\.columnIndex))
    let (moving, staying) = conditions.split { condition in
      let columns = condition.columns
      return !columns.isEmpty && columns.isSubset(of: partition)
    }
    var result = window
    result.input = push(moving, into: window.input, memo)
    return Plan.window(result).filtered(by: staying)
  }
}

extension Array {
  /// Those for which a condition holds, and the others, each in order.
  func split(_ condition: (Element) throws -> Bool) rethrows -> (held: [Element], rest: [Element]) {
    var (held, rest): ([Element], [Element]) = ([], [])
    for element in self {
      if try condition(element) { held.append(element) } else { rest.append(element) }
    }
    return (held, rest)
  }
}
