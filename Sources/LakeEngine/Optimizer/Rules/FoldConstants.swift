import LakeCore

/// What depends on no column is computed once, here, and conditions that are settled by that go
/// away.
///
/// What would fail stays as it is: it fails if a row asks for it.
struct FoldConstants: NodeRule {
  let name = "fold-constants"

  func rewriteNode(_ plan: Plan) throws -> Plan {
    // Nothing that is folded depends on the time.
    let context = EvaluationContext(kernels: Kernels(), startedAt: 0)
    return try plan.mapExpressions { expression in
      simplified(try ConstantFolding.fold(expression, context))
    }
  }

  /// AND and OR without the members that do not matter.
  private func simplified(_ expression: BoundExpression) -> BoundExpression {
    let inner = expression.mapChildren(simplified)
    switch inner.node {
    case .and(let all):
      return flat(all, isAnd: true, inner)
    case .or(let all):
      return flat(all, isAnd: false, inner)
    default: return inner
    }
  }

  private func flat(
    _ members: [BoundExpression], isAnd: Bool, _ whole: BoundExpression
  ) -> BoundExpression {
    var kept: [BoundExpression] = []
    for member in members {
      switch (member.node, isAnd) {
      case (.literal(.bool(let value)), _) where value == isAnd: continue
      // A member before the one that decides may fail.
      case (.literal(.bool), _) where kept.allSatisfy({ !$0.canFail }): return member
      case (.and(let inner), true), (.or(let inner), false): kept += inner
      default: kept.append(member)
      }
    }
    if kept.count == members.count { return whole }
    if kept.isEmpty { return BoundExpression(.literal(.bool(isAnd)), .boolean, place: whole.place) }
    if kept.count == 1 { return kept[0] }
    return BoundExpression(isAnd ? .and(kept) : .or(kept), .boolean, place: whole.place)
  }
}
