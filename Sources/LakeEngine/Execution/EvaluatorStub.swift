import LakeCore

package final class Evaluator {
  let expression: BoundExpression
  let context: EvaluationContext

  package init(_ expression: BoundExpression, context: EvaluationContext) {
    self.expression = expression
    self.context = context
  }

  package func evaluate(_ batch: Batch) throws -> ColumnVector {
    try evaluate(expression, batch)
  }

  private func evaluate(_ e: BoundExpression, _ batch: Batch) throws -> ColumnVector {
    let kernels = context.kernels
    switch e.node {
    case .column(let index): return batch.columns[index]
    case .literal(let value):
      return try ColumnVector.constant(e.type, value, count: batch.rowCount)
    case .compare(let comparison, let a, let b):
      return try kernels.compare(comparison, try evaluate(a, batch), try evaluate(b, batch))
        .raised(within: batch.selection)
    case .cast(let a, let mode):
      return try kernels.cast(try evaluate(a, batch), to: e.type, mode)
        .raised(within: batch.selection)
    case .and(let members):
      return try members.dropFirst().reduce(try evaluate(members[0], batch)) {
        try kernels.and($0, try evaluate($1, batch))
      }
    case .isNull(let a): return try kernels.isNull(try evaluate(a, batch))
    case .not(let a): return try kernels.not(try evaluate(a, batch))
    default: throw LakeError(.internal, "stub")
    }
  }

  package func filter(_ batch: Batch) throws -> Batch {
    try batch.filtered(by: try evaluate(batch), context.kernels)
  }
}
