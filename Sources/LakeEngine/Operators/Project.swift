import LakeCore

/// Computes columns out of the columns of a batch.
struct ProjectMaker: StageMaker {
  let expressions: [BoundExpression]
  let context: ExecutionContext

  func makeStage() throws -> any Stage {
    ProjectStage(
      expressions.map { expression in
        if case .column(let index) = expression.node { return .column(index) }
        return .computed(Evaluator(expression, context: context.evaluation))
      },
      kernels: context.evaluation.kernels)
  }
}

private final class ProjectStage: Stage {
  enum Output {
    case column(Int)
    case computed(Evaluator)
  }

  private let outputs: [Output]
  private let kernels: Kernels
  private let computes: Bool

  init(_ outputs: [Output], kernels: Kernels) {
    self.outputs = outputs
    self.kernels = kernels
    computes = outputs.contains { if case .computed = $0 { true } else { false } }
  }

  func process(_ batch: Batch, emit: (Batch) throws -> Void) throws {
    var batch = batch
    // Where few rows are left, computing them alone is less work.
    if computes, batch.selectedCount < batch.rowCount / 4 { batch = try batch.compacted(kernels) }
    var columns: [ColumnVector] = []
    columns.reserveCapacity(outputs.count)
    for output in outputs {
      switch output {
      case .column(let index): columns.append(batch.columns[index])
      case .computed(let evaluator): columns.append(try evaluator.evaluate(batch))
      }
    }
    try emit(Batch(columns: columns, rowCount: batch.rowCount, selection: batch.selection))
  }
}
