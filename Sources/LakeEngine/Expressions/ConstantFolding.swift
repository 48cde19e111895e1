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

  /// The expressions that this one is made of, in the order of the text.
  package var children: [BoundExpression] {
    switch node {
    case .column, .literal: []
    case .cast(let a, _), .not(let a), .isNull(let a), .attempt(let a), .member(let a, _): [a]
    case .compare(_, let a, let b): [a, b]
    case .and(let all), .or(let all), .coalesce(let all), .call(_, let all): all
    case .isIn(let a, let members): [a] + members
    case .choose(let branches, let otherwise):
      branches.flatMap { [$0.condition, $0.result] } + (otherwise.map { [$0] } ?? [])
    }
  }

  /// Whether the node itself is the same for every row, if its children are.
  fileprivate var isConstant: Bool {
    switch node {
    case .column: false
    case .call(let function, _): function.isDeterministic
    default: true
    }
  }

  /// The same node over other children.
  package func mapChildren(
    _ change: (BoundExpression) throws -> BoundExpression
  ) rethrows -> BoundExpression {
    let changed: Node
    switch node {
    case .column, .literal: return self
    case .cast(let a, let mode): changed = .cast(try change(a), mode)
    case .not(let a): changed = .not(try change(a))
    case .isNull(let a): changed = .isNull(try change(a))
    case .attempt(let a): changed = .attempt(try change(a))
    case .member(let a, let index): changed = .member(try change(a), index)
    case .compare(let how, let a, let b): changed = .compare(how, try change(a), try change(b))
    case .and(let all): changed = .and(try all.map(change))
    case .or(let all): changed = .or(try all.map(change))
    case .coalesce(let all): changed = .coalesce(try all.map(change))
    case .call(let function, let all): changed = .call(function, try all.map(change))
    case .isIn(let a, let members): changed = .isIn(try change(a), try members.map(change))
    case .choose(let branches, let otherwise):
      let mapped = try branches.map {
        Branch(condition: try change($0.condition), result: try change($0.result))
      }
      changed = .choose(mapped, otherwise: try otherwise.map(change))
    }
    return BoundExpression(changed, type, place: place)
  }
}
