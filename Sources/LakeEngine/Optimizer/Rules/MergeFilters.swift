import LakeCore

/// Two filters, one behind the other, become one; its conditions stay in their order. A filter that
/// is always true goes away, one that is never true leaves no rows.
struct MergeFilters: NodeRule {
  let name = "merge-filters"

  func rewriteNode(_ plan: Plan) throws -> Plan {
    guard case .filter(let input, let condition) = plan else { return plan }
    if condition.isNeverTrue { return .values(plan.schema, rows: []) }
    if case .filter(let below, let first) = input {
      return below.filtered(by: first.conjuncts + condition.conjuncts)
    }
    return input.filtered(by: condition.conjuncts)
  }
}

extension BoundExpression {
  /// Whether this is FALSE or NULL, written out.
  var isNeverTrue: Bool {
    switch node {
    case .literal(.bool(false)), .literal(.null): true
    default: false
    }
  }
}
