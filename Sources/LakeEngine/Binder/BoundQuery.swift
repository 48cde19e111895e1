import LakeCore
import LakeSQL

/// A query with its plan: what the binder hands out.
package struct BoundQuery: Sendable {
  /// Gives the visible columns, then the hidden ones.
  package var plan: Plan
  /// What the SELECT list calls its columns. Names may come twice; tables need
  /// `requireUniqueNames`.
  package var names: [String]
  /// For each hidden expression that was asked for, the column of the plan that it is in: one of
  /// the visible ones, or one behind them.
  package var hiddenColumns: [Int]
  /// What the nodes of the syntax tree turned out to be.
  package var bindings: Bindings
  /// The conditions of the outermost WHERE, one by one; nil where there is none.
  package var conditions: ConditionSteps?

  package var visibleCount: Int { names.count }

  /// The visible columns.
  package var schema: Schema {
    Schema(
      zip(names, plan.schema.fields).map { Field($0, $1.type, isNullable: $1.isNullable) })
  }

  /// The plan without the hidden columns.
  package var visiblePlan: Plan {
    let fields = plan.schema.fields
    if fields.count == visibleCount { return plan }
    return .project(
      plan,
      fields.prefix(visibleCount).enumerated().map { OutputColumn($1.name, .column($0, $1.type)) })
  }

  /// Refuses what no table can have: two columns of one name.
  package func requireUniqueNames() throws(LakeError) {
    var seen: Set<String> = []
    for name in names where !seen.insert(name.lowercased()).inserted {
      throw LakeError(
        .invalidInput, "Column name '\(name)' specified more than once",
        hint: "Give one of them another name with AS.")
    }
  }
}

/// The WHERE of a query, condition by condition, so that what each of them drops can be counted.
package struct ConditionSteps: Sendable {
  package struct Step: Sendable {
    /// The text of the condition, on one line.
    package var text: String
    package var place: LakeError.Place?
    /// The rows that are left: those of the step before for which the condition is true.
    package var plan: Plan
    /// The columns of `from` that the condition tests.
    package var columns: [Column]
  }

  package struct Column: Sendable {
    package var name: String
    package var index: Int
    package var type: DataType
  }

  /// The rows of FROM.
  package var from: Plan
  package var steps: [Step]
}
