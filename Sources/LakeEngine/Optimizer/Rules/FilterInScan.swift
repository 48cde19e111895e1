import LakeCore

/// A filter directly on a scan becomes the scan's own condition, so that files, row groups and
/// pages which hold no such row are left unread.
struct FilterInScan: NodeRule {
  let name = "filter-in-scan"

  func rewriteNode(_ plan: Plan) throws -> Plan {
    guard case .filter(.scan(var scan), let condition) = plan, condition.isDeterministic else {
      return plan
    }
    let before = scan.predicate?.conjuncts ?? []
    scan.predicate = BoundExpression.all(of: before + condition.conjuncts)
    return .scan(scan)
  }
}
