import LakeCore

/// What holds in every branch of an OR holds by itself: `(a AND x) OR (a AND y)` is
/// `a AND (x OR y)`. The equation of a join is often found that way.
///
/// Only what cannot fail is taken out: it is evaluated for more rows than before.
struct FactorDisjunctions: NodeRule {
  let name = "factor-disjunctions"

  func rewriteNode(_ plan: Plan) throws -> Plan {
    switch plan {
    case .filter(let input, let condition): return .filter(input, factored(condition))
    case .join(var join):
      join.residual = join.residual.map(factored)
      return .join(join)
    default: return plan
    }
  }

  private func factored(_ condition: BoundExpression) -> BoundExpression {
    let members = condition.conjuncts.flatMap { conjunct -> [BoundExpression] in
      guard case .or(let branches) = conjunct.node else { return [conjunct] }
      return split(branches, conjunct)
    }
    return BoundExpression.all(of: members) ?? condition
  }

  private func split(
    _ branches: [BoundExpression], _ whole: BoundExpression
  ) -> [BoundExpression] {
    let parts = branches.map(\.conjuncts)
    guard let first = parts.first, parts.allSatisfy({ !$0.isEmpty }) else { return [whole] }
    let common = first.filter { part in
      part.isDeterministic && !part.canFail
        && parts.dropFirst().allSatisfy { $0.contains { $0.isSame(as: part) } }
    }
    if common.isEmpty { return [whole] }
    let rest = parts.map { part in
      part.filter { member in !common.contains { $0.isSame(as: member) } }
    }
    // A branch that has nothing else holds wherever the common part does.
    if rest.contains(where: \.isEmpty) { return common }
    guard let alternatives = BoundExpression.any(of: rest.compactMap { .all(of: $0) }) else {
      return [whole]
    }
    return common + [alternatives]
  }
}
