import LakeCore
import LakeEngine

/// All consent rules of one publish.
struct ConsentChecks: Sendable {
  let checks: [ConsentCheck]
  let context: EvaluationContext

  init(_ checks: [ConsentCheck], _ context: EvaluationContext) {
    self.checks = checks
    self.context = context
  }

  /// Holds a batch to all rules, each for the rows that those before let pass. Any thread may ask.
  func examine(_ batch: Batch) throws -> ExaminedBatch {
    var rest = batch
    var outcomes: [ConsentOutcome] = []
    for check in checks {
      let outcome = try check.examine(rest, context)
      if let kept = outcome.kept { rest = rest.selecting(kept) }
      outcomes.append(outcome)
    }
    return ExaminedBatch(batch: batch, outcomes: outcomes)
  }
}

/// A batch with what the consent rules say of it.
struct ExaminedBatch: Sendable {
  let batch: Batch
  let outcomes: [ConsentOutcome]

  /// This, if it is about that batch. What is about another batch proves nothing.
  func of(_ other: Batch) -> ExaminedBatch? {
    guard batch.rowCount == other.rowCount, batch.columns.count == other.columns.count,
      batch.selection?.rows === other.selection?.rows,
      zip(batch.columns, other.columns).allSatisfy({ $0 === $1 })
    else { return nil }
    return self
  }
}
