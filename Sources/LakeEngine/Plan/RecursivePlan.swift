import LakeCore

/// `anchor UNION [ALL] step`, where the step reads the rows that the round before has given: the
/// rows of all rounds, one after the other, until a round gives none.
package struct RecursivePlan: Sendable {
  package var anchor: Plan
  package var step: Plan
  /// What the step reads.
  package var working: WorkingRows
  /// UNION without ALL: a row that was there before is not given again.
  package var isDistinct: Bool

  package init(anchor: Plan, step: Plan, working: WorkingRows, isDistinct: Bool) {
    self.anchor = anchor
    self.step = step
    self.working = working
    self.isDistinct = isDistinct
  }

  package var schema: Schema { working.schema }
}

/// The name that stands in a recursive query for the rows of the round before.
package final class WorkingRows: Sendable {
  package let name: String
  package let schema: Schema

  package init(name: String, schema: Schema) {
    self.name = name
    self.schema = schema
  }
}
