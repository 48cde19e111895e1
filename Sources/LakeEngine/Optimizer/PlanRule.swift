import LakeCore

/// A rewriting of plans that keeps their rows, the order of these, and their schema.
///
/// Rules look at plans from the top or from the bottom as they like; a shared plan is rewritten
/// once for all its readers, and what a rule knows of one reader is not used in it.
package protocol PlanRule: Sendable {
  /// Under this name a rule is switched off and shown.
  var name: String { get }
  func rewrite(_ plan: Plan) throws -> Plan
}

/// A rule that looks at one node at a time, from the bottom up.
package protocol NodeRule: PlanRule {
  /// The node, whose inputs have been rewritten already, or a better one.
  func rewriteNode(_ plan: Plan) throws -> Plan
}

extension NodeRule {
  package func rewrite(_ plan: Plan) throws -> Plan {
    let memo = SharedMemo()
    return try rewrite(plan, memo)
  }

  private func rewrite(_ plan: Plan, _ memo: SharedMemo) throws -> Plan {
    if case .shared(let shared) = plan {
      return try rewriteNode(.shared(try memo.rewritten(shared) { try rewrite($0, memo) }))
    }
    return try rewriteNode(try plan.mapInputs { try rewrite($0, memo) })
  }
}
