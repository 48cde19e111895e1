import LakeCore
import LakeEngine

/// What jobs ask of a plan.
extension Plan {
  /// The tables that are read, each once, in the order in which they stand.
  var tablesRead: [TableName] {
    var names: [TableName] = []
    forEach { plan in
      if case .scan(let scan) = plan, let name = scan.table.name, !names.contains(name) {
        names.append(name)
      }
    }
    return names
  }

  /// Files that are read by their paths, as messages call them.
  var filesRead: [String] {
    var labels: [String] = []
    forEach { plan in
      if case .scan(let scan) = plan, scan.table.name == nil { labels.append(scan.table.label) }
    }
    return labels
  }

  /// Whether the same inputs give the same rows.
  var isDeterministic: Bool {
    var answer = true
    forEach { plan in
      _ = plan.mapExpressions { expression in
        if !expression.isDeterministic { answer = false }
        return expression
      }
    }
    return answer
  }

  /// The same plan over other scans.
  func mapScans(_ body: (ScanPlan) throws -> ScanPlan) rethrows -> Plan {
    try mapScans(SharedMemo(), body)
  }

  private func mapScans(
    _ memo: SharedMemo, _ body: (ScanPlan) throws -> ScanPlan
  ) rethrows -> Plan {
    switch self {
    case .scan(let scan): .scan(try body(scan))
    case .shared(let shared):
      .shared(try memo.rewritten(shared) { try $0.mapScans(memo, body) })
    default: try mapInputs { try $0.mapScans(memo, body) }
    }
  }

  /// Columns that never held a value become text: a file's columns have a type.
  func casting(to schema: Schema) -> Plan {
    let fields = self.schema.fields
    guard zip(fields, schema.fields).contains(where: { $0.type != $1.type }) else { return self }
    return .project(
      self,
      fields.enumerated().map { index, field in
        let column = BoundExpression.column(index, field.type)
        guard index < schema.count, schema.fields[index].type != field.type else {
          return OutputColumn(field.name, column)
        }
        let type = schema.fields[index].type
        return OutputColumn(field.name, BoundExpression(.cast(column, .strict), type))
      })
  }
}
