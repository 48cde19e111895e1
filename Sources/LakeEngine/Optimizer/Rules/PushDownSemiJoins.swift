import LakeCore

/// A semi or anti join that looks at columns of one side of a join moves below it, to that side,
/// where this side has no more rows than the join.
struct PushDownSemiJoins: NodeRule {
  let name = "push-down-semi-joins"

  func rewriteNode(_ plan: Plan) throws -> Plan {
    guard case .join(let join) = plan, !join.kind.hasRightColumns, join.cannotFail else {
      return plan
    }
    return pushed(join) ?? plan
  }

  private func pushed(_ semi: JoinPlan) -> Plan? {
    guard case .join(let below) = semi.left, below.kind == .inner || below.kind == .left else {
      return nil
    }
    let (count, leftCount) = (semi.left.columnCount, below.left.columnCount)
    var columns: Set<Int> = []
    for key in semi.keys { key.left.insertColumns(into: &columns) }
    semi.residual?.insertColumns(into: &columns)
    columns = columns.filter { $0 < count }
    if columns.isEmpty { return nil }
    var result = below
    if columns.allSatisfy({ $0 < leftCount }) {
      guard isWorth(below.left, semi.left) else { return nil }
      result.left = moved(semi, to: below.left, from: 0, count)
    } else if below.kind == .inner, columns.allSatisfy({ $0 >= leftCount }) {
      guard isWorth(below.right, semi.left) else { return nil }
      result.right = moved(semi, to: below.right, from: leftCount, count)
    } else {
      return nil
    }
    return .join(result)
  }

  private func isWorth(_ side: Plan, _ join: Plan) -> Bool {
    PlanEstimate.rows(of: side) <= PlanEstimate.rows(of: join)
  }

  /// The semi-join over one side, whose columns began at `start` among `count`.
  private func moved(_ semi: JoinPlan, to side: Plan, from start: Int, _ count: Int) -> Plan {
    var result = semi
    result.left = side
    result.keys = semi.keys.map { ($0.left.shifted(by: -start), $0.right) }
    result.residual = semi.residual?.mapColumns { index, column in
      let place = index < count ? index - start : index - count + side.columnCount
      return BoundExpression(.column(place), column.type, place: column.place)
    }
    return pushed(result) ?? .join(result)
  }
}

extension JoinPlan {
  /// Whether its conditions can be asked of rows that it would not have seen.
  var cannotFail: Bool {
    let all = keys.flatMap { [$0.left, $0.right] } + (residual.map { [$0] } ?? [])
    return all.allSatisfy { $0.isDeterministic && !$0.canFail }
  }
}
