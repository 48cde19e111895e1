import LakeCore

/// The column of a table that values were taken from as they are.
package struct ColumnOrigin: Sendable, Hashable {
  /// Nil for files that were named by path.
  package var table: TableName?
  /// How messages call the table.
  package var label: String
  package var column: String

  package init(table: TableName?, label: String, column: String) {
    self.table = table
    self.label = label
    self.column = column
  }
}

extension Plan {
  /// For each column, the table columns that its values come from unchanged: one, or several where
  /// a union brings them together. None for a column that is computed, on one side of a union at
  /// least.
  ///
  /// A grouped or joined column comes from where it came before; a null that a left join puts in
  /// comes from nowhere and does not count.
  package var columnOrigins: [[ColumnOrigin]] {
    switch self {
    case .scan(let scan):
      return zip(scan.columns, scan.schema.fields).map { column, field in
        guard case .table = column else { return [] }
        return [
          ColumnOrigin(table: scan.table.name, label: scan.table.label, column: field.name)
        ]
      }
    case .values(let schema, _): return schema.fields.map { _ in [] }
    case .filter(let input, _), .distinct(let input), .sort(let input, _),
      .top(let input, _, _, _), .limit(let input, _, _):
      return input.columnOrigins
    case .project(let input, let outputs):
      return Plan.origins(of: outputs.map(\.expression), over: input.columnOrigins)
    case .join(let join):
      let left = join.left.columnOrigins
      return join.kind.hasRightColumns ? left + join.right.columnOrigins : left
    case .aggregate(let aggregate):
      let below = aggregate.input.columnOrigins
      return Plan.origins(of: aggregate.keys.map(\.expression), over: below)
        + aggregate.aggregates.map { Plan.origins(of: $0.call, over: below) }
    case .window(let window):
      return window.input.columnOrigins + window.functions.map { _ in [] }
    case .unionAll(let inputs): return Plan.united(inputs.map(\.columnOrigins))
    case .unnest(let unnest):
      let own = Plan.unnest(unnest).columnCount - unnest.input.columnCount
      return unnest.input.columnOrigins + Array(repeating: [], count: own)
    case .recursive(let recursive): return recursive.schema.fields.map { _ in [] }
    case .working(let rows): return rows.schema.fields.map { _ in [] }
    case .shared(let shared): return shared.plan.columnOrigins
    }
  }

  private static func origins(
    of expressions: [BoundExpression], over below: [[ColumnOrigin]]
  ) -> [[ColumnOrigin]] {
    expressions.map { $0.columnIndex.map { below[$0] } ?? [] }
  }

  /// `arbitrary(email)` is one of the emails, and so are `min` and `max` of them.
  private static func origins(
    of call: AggregateCall, over below: [[ColumnOrigin]]
  ) -> [ColumnOrigin] {
    switch call.function {
    case .arbitrary, .minimum, .maximum, .minimumBy, .maximumBy:
      // Of so many values there is an array.
      guard call.type == call.arguments[0].type else { return [] }
      return call.arguments[0].columnIndex.map { below[$0] } ?? []
    default: return []
    }
  }

  private static func united(_ sides: [[[ColumnOrigin]]]) -> [[ColumnOrigin]] {
    guard let first = sides.first else { return [] }
    return first.indices.map { index in
      var all: [ColumnOrigin] = []
      for side in sides {
        if side[index].isEmpty { return [] }
        all += side[index].filter { !all.contains($0) }
      }
      return all
    }
  }

  /// The tables and files that are read, each once, in the order of the plan.
  package var tablesRead: [BoundTable] {
    var found: [BoundTable] = []
    forEach { plan in
      guard case .scan(let scan) = plan else { return }
      let isKnown = found.contains {
        $0.name == scan.table.name && (scan.table.name != nil || $0.label == scan.table.label)
      }
      if !isKnown { found.append(scan.table) }
    }
    return found
  }
}

extension BoundQuery {
  /// The full names of the tables that are read, each once; files named by path are not among them.
  package var tables: [TableName] { plan.tablesRead.compactMap(\.name) }

  /// For each column of the plan, where its values come from unchanged.
  package var origins: [[ColumnOrigin]] { plan.columnOrigins }
}
