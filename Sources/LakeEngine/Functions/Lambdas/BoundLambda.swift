import LakeCore

/// A lambda whose names and types are settled.
package struct BoundLambda: Sendable {
  let parameters: [String]
  /// Over columns that are the parameters first, and then the captures.
  let body: BoundExpression
  /// What it looks at besides, over the columns of the row.
  let captures: [BoundExpression]

  var text: String {
    let outside = captures.indices.map { "#\($0)" }
    let shown = ExpressionText.text(body, parameters + outside)
    let names = parameters.count == 1 ? parameters[0] : "(\(parameters.joined(separator: ", ")))"
    return "\(names) -> \(shown)"
  }
}

/// A lambda during a call: its body, compiled, and the vectors that it captured.
///
/// A body is evaluated once for many elements at a time, those of all rows one after the other.
struct LambdaCall {
  private let lambda: BoundLambda
  private let captures: [ColumnVector]
  private let context: EvaluationContext
  private let node: EvaluationNode

  init(_ lambda: BoundLambda, _ captures: [ColumnVector], _ context: EvaluationContext) {
    self.lambda = lambda
    self.captures = captures
    self.context = context
    node = EvaluationNode.compile(ConstantFolding.folded(lambda.body, context), context)
  }

  var type: DataType { lambda.body.type }

  /// What an evaluation gave.
  struct Answer {
    let vector: ColumnVector
    /// Elements that have no answer.
    let failed: Set<Int>
    let batch: Batch
  }

  /// The body for each element; `rows` are the rows that the elements belong to.
  func evaluate(_ elements: [ColumnVector], rows: [UInt32]) throws -> Answer {
    let count = rows.count
    guard count > 0 else {
      return Answer(
        vector: try .nulls(type: type, count: 0), failed: [], batch: Batch(columns: [], rowCount: 0)
      )
    }
    let outside = try rows.withUnsafeBufferPointer { rows in
      try captures.map { capture in
        guard let base = rows.baseAddress else { return capture }
        return try context.kernels.gather(capture, rows: base, count: count)
      }
    }
    let batch = Batch(columns: elements + outside, rowCount: count)
    let log = FailureLog()
    let vector = try node.evaluate(EvaluationFrame(batch, log: log))
    return Answer(vector: vector, failed: log.failed, batch: batch)
  }

  /// The error of an element that failed.
  static func error(_ lambda: BoundLambda, _ batch: Batch, _ element: Int) -> LakeError {
    let context = EvaluationContext(kernels: Kernels(), startedAt: 0)
    do {
      let buffer = try Buffer(byteCount: 4)
      buffer.pointer(as: UInt32.self)[0] = UInt32(truncatingIfNeeded: element)
      let one = Batch(
        columns: batch.columns, rowCount: batch.rowCount,
        selection: Selection(rows: buffer, count: 1))
      _ = try Evaluator(lambda.body, context: context).evaluate(one)
    } catch {
      if let known = error as? LakeError { return known }
    }
    return LakeError(.invalidInput, "a lambda has no answer for an element")
  }
}
