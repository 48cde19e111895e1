import LakeCore

/// A query as a tree of relations, with names and types settled. The binder makes one, rules
/// rewrite it, and physical operators are made of it.
///
/// Every node has a schema; expressions of a node refer to the columns of its input by place, those
/// of a join's residual to the columns of the left side followed by those of the right.
///
/// The order of rows is part of a plan's meaning (it makes published files deterministic): a scan
/// gives the rows in the order of the files' paths and their place in them; filter and project keep
/// it; a join gives the rows of the left side in order, each with its matches in the right side's
/// order; groups and distinct rows come in the order of first appearance; a window keeps the order
/// of its input; sorts are stable.
package indirect enum Plan: Sendable {
  case scan(ScanPlan)
  /// Rows written out in the statement.
  case values(Schema, rows: [[BoundExpression]])
  case filter(Plan, BoundExpression)
  case project(Plan, [OutputColumn])
  case join(JoinPlan)
  case aggregate(AggregatePlan)
  case distinct(Plan)
  case window(WindowPlan)
  case sort(Plan, [SortKey])
  /// Sorted, and of that the rows from `offset` on, at most `count`.
  case top(Plan, [SortKey], count: Int, offset: Int)
  case limit(Plan, count: Int?, offset: Int)
  /// Inputs of one schema, one after the other.
  case unionAll([Plan])
  /// A row for every element of arrays of the row.
  case unnest(UnnestPlan)
  /// A common table expression that reads itself.
  case recursive(RecursivePlan)
  /// Inside of a recursive plan: the rows of the round before.
  case working(WorkingRows)
  /// A common table expression that is read more than once: made once, kept in memory.
  case shared(SharedPlan)
}

package struct OutputColumn: Sendable {
  package var name: String
  package var expression: BoundExpression

  package init(_ name: String, _ expression: BoundExpression) {
    self.name = name
    self.expression = expression
  }
}

package struct SortKey: Sendable {
  package var expression: BoundExpression
  package var isDescending: Bool
  package var nullsFirst: Bool

  /// Nulls sort last unless told otherwise.
  package init(
    _ expression: BoundExpression, isDescending: Bool = false, nullsFirst: Bool = false
  ) {
    self.expression = expression
    self.isDescending = isDescending
    self.nullsFirst = nullsFirst
  }
}

/// The reading of a table.
package struct ScanPlan: Sendable {
  /// A column that a scan gives.
  package enum Column: Sendable, Hashable {
    /// A column of the table, by its place in the table's schema.
    case table(Int)
    /// `"$path"`: the file that the row stands in, as varchar.
    case path
    /// `"$row"`: the number of the row in its file, from 0, as bigint.
    case row
  }

  package var table: BoundTable
  /// What the scan gives, in this order. Only these are read.
  package var columns: [Column]
  /// Only rows for which this is true; it refers to `columns` by place.
  package var predicate: BoundExpression?
  /// Keys of joins above that are known by now: rows that match none of them may be left out. Set
  /// while a plan is carried out.
  package var keyFilters: [ScanKeyFilter] = []

  package init(table: BoundTable, columns: [Column], predicate: BoundExpression? = nil) {
    self.table = table
    self.columns = columns
    self.predicate = predicate
  }

  package var schema: Schema {
    Schema(
      columns.map { column in
        switch column {
        case .table(let index): table.schema.fields[index]
        case .path: Field("$path", .varchar, isNullable: false)
        case .row: Field("$row", .bigint, isNullable: false)
        }
      })
  }
}

/// A table, or files, that a name stands for.
package struct BoundTable: Sendable {
  /// The table's full name; nil for files that were named by path.
  package var name: TableName?
  /// How messages and plans call it.
  package var label: String
  package var schema: Schema
  package var source: any TableSource

  package init(name: TableName?, label: String, schema: Schema, source: any TableSource) {
    self.name = name
    self.label = label
    self.schema = schema
    self.source = source
  }
}

package struct JoinPlan: Sendable {
  package enum Kind: String, Sendable, Hashable {
    case inner
    case left
    /// Left rows that have a match; only the left side's columns.
    case semi
    /// Left rows that have none; only the left side's columns.
    case anti
    /// NOT IN: as `anti`, but a null on either side of the key is never "not in", by SQL's rules.
    case nullAwareAnti
  }

  package var kind: Kind
  package var left: Plan
  package var right: Plan
  /// Pairs of expressions of one type, over the left and over the right side, that are equal. Null
  /// never is. Empty for a cross join.
  package var keys: [(left: BoundExpression, right: BoundExpression)]
  /// What must hold besides, over the columns of both sides.
  package var residual: BoundExpression?
  /// For semi and anti joins with keys: the left side is the smaller one, so its rows become the
  /// table that is looked up. The rows that come out are the same.
  package var makesTableOfLeft = false
  /// The keys whose values in the table are passed to the scan on the other side.
  package var passedKeys: [PassedKey] = []

  package struct PassedKey: Sendable {
    package var number: Int
    /// A table of so many rows is not passed on: most rows of the other side would be kept.
    package var rowsMax: Double
    /// Whether the table is expected to have fewer; what it has is seen when it is made.
    package var isExpected: Bool
  }

  package init(
    _ kind: Kind, _ left: Plan, _ right: Plan,
    keys: [(left: BoundExpression, right: BoundExpression)], residual: BoundExpression? = nil
  ) {
    self.kind = kind
    self.left = left
    self.right = right
    self.keys = keys
    self.residual = residual
  }
}

/// Groups, in the order of first appearance: the keys, then the aggregates. Without keys, one row.
package struct AggregatePlan: Sendable {
  package var input: Plan
  package var keys: [OutputColumn]
  package var aggregates: [(name: String, call: AggregateCall)]

  package init(
    input: Plan, keys: [OutputColumn], aggregates: [(name: String, call: AggregateCall)]
  ) {
    self.input = input
    self.keys = keys
    self.aggregates = aggregates
  }
}

/// The columns of the input, then one for each function.
package struct WindowPlan: Sendable {
  package var input: Plan
  package var partition: [BoundExpression]
  package var order: [SortKey]
  package var functions: [(name: String, function: Function)]

  package init(
    input: Plan, partition: [BoundExpression], order: [SortKey],
    functions: [(name: String, function: Function)]
  ) {
    self.input = input
    self.partition = partition
    self.order = order
    self.functions = functions
  }
}

/// A plan with an identity, for what is read from several places of one query.
package final class SharedPlan: Sendable {
  package let name: String
  package let plan: Plan

  package init(name: String, plan: Plan) {
    self.name = name
    self.plan = plan
  }
}

extension Plan {
  /// The columns of the rows.
  package var schema: Schema {
    switch self {
    case .scan(let scan): scan.schema
    case .values(let schema, _): schema
    case .filter(let input, _), .distinct(let input), .sort(let input, _),
      .top(let input, _, _, _), .limit(let input, _, _):
      input.schema
    case .project(_, let outputs):
      Schema(outputs.map { Field($0.name, $0.expression.type) })
    case .join(let join):
      switch join.kind {
      case .inner, .left: Schema(join.left.schema.fields + join.right.schema.fields)
      case .semi, .anti, .nullAwareAnti: join.left.schema
      }
    case .aggregate(let aggregate):
      Schema(
        aggregate.keys.map { Field($0.name, $0.expression.type) }
          + aggregate.aggregates.map { Field($0.name, $0.call.type) })
    case .window(let window):
      Schema(
        window.input.schema.fields + window.functions.map { Field($0.name, $0.function.type) })
    case .unionAll(let inputs): inputs.first?.schema ?? Schema([])
    case .unnest(let unnest): unnest.schema
    case .recursive(let recursive): recursive.schema
    case .working(let rows): rows.schema
    case .shared(let shared): shared.plan.schema
    }
  }
}
