import LakeCore

/// A shared plan with one reader becomes part of it.
struct InlineSharedPlans: PlanRule {
  let name = "inline-shared-plans"

  func rewrite(_ plan: Plan) throws -> Plan {
    var readers: [ObjectIdentifier: Int] = [:]
    count(plan, &readers)
    return inlined(plan, readers, SharedMemo())
  }

  private func count(_ plan: Plan, _ readers: inout [ObjectIdentifier: Int]) {
    if case .shared(let shared) = plan {
      readers[ObjectIdentifier(shared), default: 0] += 1
      if readers[ObjectIdentifier(shared)] ?? 0 > 1 { return }
    }
    for input in plan.inputs { count(input, &readers) }
  }

  private func inlined(
    _ plan: Plan, _ readers: [ObjectIdentifier: Int], _ memo: SharedMemo
  ) -> Plan {
    guard case .shared(let shared) = plan else {
      return plan.mapInputs { inlined($0, readers, memo) }
    }
    if readers[ObjectIdentifier(shared)] == 1 { return inlined(shared.plan, readers, memo) }
    return .shared(memo.rewritten(shared) { inlined($0, readers, memo) })
  }
}
