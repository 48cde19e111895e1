import LakeCore

/// What all alternatives of an OR demand is demanded once, where it can become the key of a join;
/// and what they demand of one table, each its own, holds for that table by itself.
///
///     (a = b AND x < 1) OR (a = b AND x > 5)   a = b AND (x < 1 OR x > 5)
///
/// Only conditions that cannot fail are moved.
struct FactorDisjunctions: NodeRule {
  let name = "factor-disjunctions"

  func rewriteNode(_ plan: Plan) throws -> Plan {
    switch plan {
    case .filter(let input, let condition):
      let factored = condition.conjuncts.flatMap(factored)
      return input.filtered(by: factored + implied(factored, input.relationColumns))
    case .join(var join):
      guard let residual = join.residual else { return plan }
      let factored = residual.conjuncts.flatMap(factored)
      let tables = join.kind == .inner ? plan.relationColumns : []
      join.residual = BoundExpression.all(of: factored + implied(factored, tables))
      return .join(join)
    default: return plan
    }
  }

  /// An OR as its common demands and what is left of it.
  private func factored(_ condition: BoundExpression) -> [BoundExpression] {
    guard case .or(let alternatives) = condition.node else { return [condition] }
    let parts = alternatives.map(\.conjuncts)
    guard let first = parts.first else { return [condition] }
    let common = first.filter { candidate in
      candidate.isDeterministic && !candidate.canFail
        && parts.dropFirst().allSatisfy { $0.contains { $0.isSame(as: candidate) } }
    }
    if common.isEmpty { return [condition] }
    var rest: [BoundExpression] = []
    for part in parts {
      let left = part.filter { conjunct in !common.contains { $0.isSame(as: conjunct) } }
      // An alternative that demands nothing else makes the others superfluous.
      guard let all = BoundExpression.all(of: left) else { return common }
      rest.append(all)
    }
    return common + (BoundExpression.any(of: rest).map { [$0] } ?? [])
  }

  /// For each table that all alternatives of an OR say something of, what they say of it.
  private func implied(
    _ conditions: [BoundExpression], _ tables: [Range<Int>]
  ) -> [BoundExpression] {
    guard tables.count > 1 else { return [] }
    var found: [BoundExpression] = []
    for condition in conditions {
      guard case .or(let alternatives) = condition.node else { continue }
      let touched = condition.columns
      for table in tables where !touched.allSatisfy({ table.contains($0) }) {
        if let one = implied(alternatives, table),
          !conditions.contains(where: { $0.isSame(as: one) })
        {
          found.append(one)
        }
      }
    }
    return found
  }

  private func implied(
    _ alternatives: [BoundExpression], _ table: Range<Int>
  ) -> BoundExpression? {
    var result: [BoundExpression] = []
    for alternative in alternatives {
      let own = alternative.conjuncts.filter { conjunct in
        let columns = conjunct.columns
        return !columns.isEmpty && columns.allSatisfy { table.contains($0) }
          && conjunct.isDeterministic && !conjunct.canFail
      }
      guard let all = BoundExpression.all(of: own) else { return nil }
      result.append(all)
    }
    return BoundExpression.any(of: result)
  }
}

extension Plan {
  /// The columns of each relation that inner joins have put side by side.
  fileprivate var relationColumns: [Range<Int>] {
    switch self {
    case .join(let join) where join.kind == .inner:
      let count = join.left.columnCount
      return join.left.relationColumns
        + join.right.relationColumns.map { $0.lowerBound + count..<$0.upperBound + count }
    case .filter(let input, _): return input.relationColumns
    default: return [0..<columnCount]
    }
  }
}
