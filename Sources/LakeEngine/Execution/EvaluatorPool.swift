import LakeCore
import Synchronization

/// Evaluators of some expressions for all workers: a worker takes a set of them for a batch.
// @unchecked Sendable: a set is used by whoever took it, and by nobody meanwhile.
final class EvaluatorPool: @unchecked Sendable {
  private struct Set: @unchecked Sendable {
    // @unchecked Sendable: see above.
    let evaluators: [Evaluator]
  }

  private let expressions: [BoundExpression]
  private let context: EvaluationContext
  private let free = Mutex<[Set]>([])

  init(_ expressions: [BoundExpression], _ context: EvaluationContext) {
    self.expressions = expressions
    self.context = context
  }

  /// The values of all expressions.
  func evaluate(_ batch: Batch) throws -> [ColumnVector] {
    try withEvaluators { try $0.map { try $0.evaluate(batch) } }
  }

  /// Lends a set of evaluators, in the order of the expressions.
  func withEvaluators<R>(_ body: ([Evaluator]) throws -> R) throws -> R {
    let set =
      free.withLock { $0.popLast() }
      ?? Set(evaluators: expressions.map { Evaluator($0, context: context) })
    let result = try body(set.evaluators)
    free.withLock { $0.append(set) }
    return result
  }
}
