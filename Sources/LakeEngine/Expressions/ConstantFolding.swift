import LakeCore

/// Replaces what does not depend on columns by its value.
package enum ConstantFolding {
  /// Folds all deterministic constant subtrees. One that would fail stays as it is, and fails when
  /// a row asks for it.
  package static func fold(
    _ expression: BoundExpression, _ context: EvaluationContext
  ) throws -> BoundExpression {
    folded(expression, context)
  }

  static func folded(
    _ expression: BoundExpression, _ context: EvaluationContext
  ) -> BoundExpression {
    if case .literal = expression.node { return expression }
    var copy = expression.mapChildren { folded($0, context) }
    copy.place = expression.place
    guard copy.isConstant, copy.children.allSatisfy({ $0.isLiteral }) else { return copy }
    guard let value = value(of: copy, context) else { return copy }
    return BoundExpression(.literal(value), copy.type, place: copy.place)
  }

  /// The value of an expression over no columns; nil where it fails.
  private static func value(
    of expression: BoundExpression, _ context: EvaluationContext
  ) -> Value? {
    let node = EvaluationNode.compile(expression, context)
    let row = EvaluationFrame(Batch(columns: [], rowCount: 1))
    guard let vector = try? node.evaluate(row) else { return nil }
    return vector.value(at: 0)
  }
}

extension BoundExpression {
  package var isLiteral: Bool { if case .literal = node { true } else { false } }

  /// Whether the node itself is the same for every row, if its children are.
  fileprivate var isConstant: Bool {
    switch node {
    case .column: false
    case .call(let function, _): function.isDeterministic
    default: true
    }
  }
}
