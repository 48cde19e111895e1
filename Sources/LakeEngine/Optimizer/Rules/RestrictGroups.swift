import LakeCore

/// Where groups are only looked up by their keys, and few keys are asked for, only those groups are
/// made: the rows to be grouped pass a semi-join with the rows that ask. Those are made once, and
/// kept in memory.
///
///     few LEFT JOIN (… GROUP BY k) ON few.k = k    as a correlated subquery becomes
package struct RestrictGroups: NodeRule {
  package let name = "restrict-groups"
  /// Fewer rows are grouped as they are.
  package var rowsMin: Double

  private static let askingMax = 1_000_000.0

  package init(rowsMin: Double = 50_000) {
    self.rowsMin = rowsMin
  }

  package func rewriteNode(_ plan: Plan) throws -> Plan {
    guard case .join(var join) = plan, join.kind == .inner || join.kind == .left else {
      return plan
    }
    let asking = PlanEstimate.rows(of: join.left)
    guard asking <= Self.askingMax,
      let restricted = restricted(join.right, by: join.keys, asking: asking)
    else { return plan }
    let shared = shared(join.left)
    join.left = .shared(shared)
    join.right = restricted(shared)
    return .join(join)
  }

  private func shared(_ plan: Plan) -> SharedPlan {
    if case .shared(let shared) = plan { return shared }
    return SharedPlan(name: "asking", plan: plan)
  }

  /// How the right side of a join is made of fewer groups, given the rows of the left side; nil
  /// where it is not, or where it would not pay.
  private func restricted(
    _ plan: Plan, by keys: [(left: BoundExpression, right: BoundExpression)], asking: Double
  ) -> ((SharedPlan) -> Plan)? {
    switch plan {
    case .project(let input, let outputs):
      let below = keys.map { ($0.left, $0.right.substituting(outputs.map(\.expression))) }
      return restricted(input, by: below, asking: asking).map { make in
        { .project(make($0), outputs) }
      }
    case .filter(let input, let condition):
      return restricted(input, by: keys, asking: asking).map { make in
        { .filter(make($0), condition) }
      }
    case .aggregate(let aggregate):
      let rows = PlanEstimate.rows(of: aggregate.input)
      guard rows >= rowsMin, asking * 4 < rows else { return nil }
      let usable = keys.compactMap { key -> (left: BoundExpression, right: BoundExpression)? in
        guard let index = key.right.columnIndex, index < aggregate.keys.count else { return nil }
        let grouped = aggregate.keys[index].expression
        let isSafe = [key.left, grouped].allSatisfy { $0.isDeterministic && !$0.canFail }
        return isSafe ? (grouped, key.left) : nil
      }
      if usable.isEmpty { return nil }
      return { shared in
        let asked = usable.enumerated().map { OutputColumn("key\($0)", $1.right) }
        let semi = JoinPlan(
          .semi, aggregate.input, .project(.shared(shared), asked),
          keys: usable.enumerated().map { ($1.left, .column($0, $1.right.type)) })
        var result = aggregate
        result.input = .join(semi)
        return .aggregate(result)
      }
    default: return nil
    }
  }
}
