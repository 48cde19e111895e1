import LakeCore

/// Joins that only ask whether there is a match become semi-joins, those that ask nothing go away,
/// and rows are not made distinct where that is of no use.
///
/// - A join whose right columns nobody reads is a semi-join if the right side is unique on the
///   keys, or if copies of rows are removed above anyway (`SELECT DISTINCT a.* FROM a JOIN b …`).
/// - A left join of that kind is its left side.
/// - DISTINCT over rows that are unique, or below something that removes copies, goes away.
struct SimplifyJoins: PlanRule {
  let name = "simplify-joins"

  func rewrite(_ plan: Plan) throws -> Plan {
    simplify(plan, Set(0..<plan.columnCount), copiesMatter: true, SharedMemo())
  }

  private func simplify(
    _ plan: Plan, _ required: Set<Int>, copiesMatter: Bool, _ memo: SharedMemo
  ) -> Plan {
    switch plan {
    case .shared(let shared):
      return .shared(
        memo.rewritten(shared) {
          simplify($0, Set(0..<$0.columnCount), copiesMatter: true, memo)
        })
    case .join(let join):
      let simpler = simplified(join, required, copiesMatter)
      guard case .join(let rest) = simpler else {
        return descend(simpler, required, copiesMatter, memo)
      }
      return descend(rest, required, copiesMatter, memo)
    case .distinct(let input):
      if !copiesMatter || input.isUnique(on: Set(0..<input.columnCount)) {
        return simplify(input, required, copiesMatter: copiesMatter, memo)
      }
      return .distinct(
        simplify(input, Set(0..<input.columnCount), copiesMatter: false, memo))
    default: return descend(plan, required, copiesMatter, memo)
    }
  }

  /// The same for the inputs of a node that is no join.
  private func descend(
    _ plan: Plan, _ required: Set<Int>, _ copiesMatter: Bool, _ memo: SharedMemo
  ) -> Plan {
    let matter = copiesMatterBelow(plan, copiesMatter)
    var needs = plan.requirements(for: required)[...]
    return plan.mapInputs { input in
      simplify(input, needs.popFirst() ?? [], copiesMatter: matter, memo)
    }
  }

  private func descend(
    _ join: JoinPlan, _ required: Set<Int>, _ copiesMatter: Bool, _ memo: SharedMemo
  ) -> Plan {
    let needs = Plan.join(join).requirements(for: required)
    var result = join
    let matterLeft = copiesMatter || !(join.residual?.isDeterministic ?? true)
    result.left = simplify(join.left, needs[0], copiesMatter: matterLeft, memo)
    let matterRight = join.kind.hasRightColumns && matterLeft
    result.right = simplify(join.right, needs[1], copiesMatter: matterRight, memo)
    return .join(result)
  }

  private func copiesMatterBelow(_ plan: Plan, _ copiesMatter: Bool) -> Bool {
    switch plan {
    case .filter(_, let condition): return copiesMatter || !condition.isDeterministic
    case .project(_, let outputs):
      return copiesMatter || !outputs.allSatisfy(\.expression.isDeterministic)
    case .sort, .unionAll: return copiesMatter
    case .aggregate(let aggregate):
      return !aggregate.aggregates.allSatisfy { $0.call.ignoresCopies }
        || !aggregate.keys.allSatisfy(\.expression.isDeterministic)
    default: return true
    }
  }

  private func simplified(
    _ join: JoinPlan, _ required: Set<Int>, _ copiesMatter: Bool
  ) -> Plan {
    let count = join.left.columnCount
    guard join.kind.hasRightColumns, !required.contains(where: { $0 >= count }),
      !copiesMatter || matchesOnce(join)
    else { return .join(join) }
    // Nobody reads the columns of the right side; nulls stand in until projections are pushed down.
    let padding = join.right.schema.fields.map {
      OutputColumn($0.name, .literal(.null, $0.type))
    }
    let outputs = OutputColumn.identity(join.left.schema) + padding
    if join.kind == .left { return .project(join.left, outputs) }
    var semi = join
    semi.kind = .semi
    return .project(.join(semi), outputs)
  }

  /// Whether a row of the left side has one match at most.
  private func matchesOnce(_ join: JoinPlan) -> Bool {
    join.right.isUnique(on: Set(join.keys.compactMap(\.right.columnIndex)))
  }
}

extension AggregateCall {
  /// Whether the result stays the same when rows come twice.
  fileprivate var ignoresCopies: Bool {
    guard expressions.allSatisfy(\.isDeterministic) else { return false }
    switch function {
    // With a number of values behind, copies are values.
    case .minimum, .maximum: return arguments.count == 1
    case .minimumBy, .maximumBy: return arguments.count == 2
    case .arbitrary, .everyTrue, .anyTrue, .bitwiseAnd, .bitwiseOr: return true
    case .approximateDistinct, .mapAggregate, .setAggregate, .collectSet: return true
    default: return isDistinct
    }
  }
}
