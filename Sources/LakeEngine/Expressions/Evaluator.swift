import LakeCore

/// Evaluates one expression over batches.
///
/// The expression is compiled once into a tree of nodes; each node computes a vector for a whole
/// batch. Constants are computed when the tree is made; what a node found out about a dictionary is
/// kept for the batches that share it. So an evaluator belongs to one worker.
package final class Evaluator {
  package let type: DataType
  private let root: EvaluationNode
  private let context: EvaluationContext

  package init(_ expression: BoundExpression, context: EvaluationContext) {
    type = expression.type
    self.context = context
    root = EvaluationNode.compile(ConstantFolding.folded(expression, context), context)
  }

  /// A vector of `batch.rowCount` rows. What stands in rows that are not selected is unspecified,
  /// and nothing that happens there is an error.
  package func evaluate(_ batch: Batch) throws -> ColumnVector {
    try root.evaluate(EvaluationFrame(batch))
  }

  /// The rows of the batch for which the expression is true; its columns are shared. The members
  /// of an AND are evaluated one after the other, each for the rows that are left.
  package func filter(_ batch: Batch) throws -> Batch {
    if batch.selectedCount == 0 { return batch }
    let kept = try root.selectTrue(EvaluationFrame(batch))
    guard let kept, kept.count < batch.selectedCount else { return batch }
    return Batch(columns: batch.columns, rowCount: batch.rowCount, selection: kept)
  }
}
