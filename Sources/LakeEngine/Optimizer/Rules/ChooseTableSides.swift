import LakeCore

/// A semi or anti join makes its table of the left side where that should be much the smaller one.
package struct ChooseTableSides: NodeRule {
  package let name = "choose-table-sides"
  /// A right side with fewer rows is a table as it is.
  package var rowsMin: Double

  private static let leftMax = 4_000_000.0

  package init(rowsMin: Double = 10_000) {
    self.rowsMin = rowsMin
  }

  package func rewriteNode(_ plan: Plan) throws -> Plan {
    guard case .join(var join) = plan, join.kind == .semi || join.kind == .anti,
      !join.keys.isEmpty
    else { return plan }
    let (left, right) = (PlanEstimate.rows(of: join.left), PlanEstimate.rows(of: join.right))
    guard right >= rowsMin, left * 2 < right, left <= Self.leftMax else { return plan }
    join.makesTableOfLeft = true
    return .join(join)
  }
}
