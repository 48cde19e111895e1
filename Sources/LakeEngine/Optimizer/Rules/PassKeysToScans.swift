import LakeCore

/// Where the table of a join has few of the values that the other side can have, the scan that
/// these come from is told which, once the table is made: it then passes over files, row groups
/// and pages that hold none of them, and does not decode the other columns of rows that match
/// nothing. How many values the table has is only known then: what is expected is what EXPLAIN
/// shows, what is found decides.
package struct PassKeysToScans: NodeRule {
  package let name = "pass-keys-to-scans"
  /// Scans of fewer rows are left alone.
  package var rowsMin: Double

  /// The share of the values above which a filter would keep most rows.
  private static let shareMax = 0.5

  package init(rowsMin: Double = 50_000) {
    self.rowsMin = rowsMin
  }

  package func rewriteNode(_ plan: Plan) throws -> Plan {
    guard case .join(var join) = plan, join.kind == .inner || join.kind == .semi else {
      return plan
    }
    let rows = PlanEstimate.rows(of: join.tabled)
    join.passedKeys = join.keys.indices.compactMap { number in
      let key = join.makesTableOfLeft ? join.keys[number].right : join.keys[number].left
      guard let column = key.columnIndex, KeyFilter.knows(key.type),
        reachesScan(join.passing, column)
      else { return nil }
      let rowsMax = PlanEstimate.domain(of: key, in: join.passing) * Self.shareMax
      return JoinPlan.PassedKey(number: number, rowsMax: rowsMax, isExpected: rows < rowsMax)
    }
    return .join(join)
  }

  private func reachesScan(_ plan: Plan, _ column: Int) -> Bool {
    plan.rewritingScans(ofColumn: column) { scan, place in
      guard case .table = scan.columns[place], scan.table.source.usesKeyFilters,
        PlanEstimate.rows(of: .scan(scan)) >= rowsMin
      else { return nil }
      return scan
    } != nil
  }
}
