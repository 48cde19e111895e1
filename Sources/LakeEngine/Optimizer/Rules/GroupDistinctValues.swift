import LakeCore

/// Where all aggregates are of the different values of the same columns, these are made groups
/// first, of which the aggregates see one row each. Groups are made by all threads, and go to disk
/// where they are too many; the different values of one group are kept by one thread, in memory.
///
///     SELECT k, count(DISTINCT x) … GROUP BY k
///     SELECT k, count(x) FROM (SELECT DISTINCT k, x …) GROUP BY k
package struct GroupDistinctValues: NodeRule {
  package let name = "group-distinct-values"

  package init() {}

  package func rewriteNode(_ plan: Plan) throws -> Plan {
    guard case .aggregate(let aggregate) = plan, let values = values(of: aggregate) else {
      return plan
    }
    let keyCount = aggregate.keys.count
    let inner = AggregatePlan(
      input: aggregate.input,
      keys: aggregate.keys + values.enumerated().map { OutputColumn("value\($0)", $1) },
      aggregates: [])
    var outer = aggregate
    outer.input = .aggregate(inner)
    outer.keys = aggregate.keys.enumerated().map {
      OutputColumn($1.name, .column($0, $1.expression.type))
    }
    outer.aggregates = aggregate.aggregates.map { name, call in
      var plain = call
      plain.isDistinct = false
      plain.arguments = values.enumerated().map { .column(keyCount + $0, $1.type) }
      return (name, plain)
    }
    return .aggregate(outer)
  }

  /// What all aggregates are of; nil where it is not the same, or where rows count besides.
  private func values(of aggregate: AggregatePlan) -> [BoundExpression]? {
    guard let first = aggregate.aggregates.first?.call, !first.arguments.isEmpty else {
      return nil
    }
    let columns = first.arguments.map(\.columnIndex)
    for (_, call) in aggregate.aggregates {
      guard call.isDistinct, call.filter == nil, call.order.isEmpty else { return nil }
      if aggregate.aggregates.count == 1 { continue }
      guard !columns.contains(nil), call.arguments.map(\.columnIndex) == columns else {
        return nil
      }
    }
    return first.arguments
  }
}
