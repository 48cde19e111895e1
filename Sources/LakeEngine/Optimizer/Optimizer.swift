import LakeCore

/// Rewrites a bound plan into one that gives the same rows, in the same order, with less work.
///
/// The rules run in the order of `allRules`, each once, except that conditions and semi-joins are
/// pushed down again after others have made room for that. Each can be switched off by name, so
/// that a wrong answer can be traced to one rule, and so that tests can compare with and without.
package struct Optimizer: Sendable {
  package var rules: [any PlanRule]
  /// Whether the invariants of the plan are checked after each rule.
  package var isChecking: Bool

  package static var allRules: [any PlanRule] {
    [
      InlineSharedPlans(), FoldConstants(), MergeFilters(), FactorDisjunctions(),
      PushDownPredicates(), SimplifyJoins(), PushDownPredicates(), PushDownSemiJoins(),
      ReorderJoins(), RestrictGroups(), PushDownSemiJoins(), ChooseTableSides(),
      GroupDistinctValues(), SimplifyLimits(), PushDownProjections(), RemoveIdentityProjections(),
      FilterInScan(), PassKeysToScans(),
    ]
  }

  /// The names of all rules, in order, each once.
  package static var ruleNames: [String] {
    var names: [String] = []
    for rule in allRules where !names.contains(rule.name) { names.append(rule.name) }
    return names
  }

  package init(disabling disabled: Set<String> = [], isChecking: Bool? = nil) {
    rules = Optimizer.allRules.filter { !disabled.contains($0.name) }
    self.isChecking = isChecking ?? Optimizer.isDebugBuild
  }

  package func optimize(_ plan: Plan) throws -> Plan {
    if isChecking { try PlanCheck.check(plan) }
    var result = plan
    for rule in rules {
      let next = try rule.rewrite(result)
      if isChecking { try check(next, keepsSchemaOf: result, rule) }
      result = next
    }
    return result
  }

  private func check(
    _ plan: Plan, keepsSchemaOf old: Plan, _ rule: any PlanRule
  ) throws(LakeError) {
    do throws(LakeError) {
      try PlanCheck.check(plan)
    } catch {
      throw LakeError(.internal, "after the rule '\(rule.name)', \(error.message)", cause: error)
    }
    let (before, after) = (old.schema, plan.schema)
    guard before.fields.map(\.type) == after.fields.map(\.type),
      before.fields.map(\.name) == after.fields.map(\.name)
    else {
      throw LakeError(
        .internal, "the rule '\(rule.name)' makes \(after.fields) of \(before.fields)")
    }
  }

  private static var isDebugBuild: Bool {
    var isDebug = false
    assert(
      {
        isDebug = true
        return true
      }())
    return isDebug
  }
}
