import LakeCore

/// Walks over expressions and rewritings of them.
extension BoundExpression {
  /// The expressions that this one is made of directly, in the order in which they are evaluated.
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

  /// The same node over other children.
  package func mapChildren(
    _ body: (BoundExpression) throws -> BoundExpression
  ) rethrows -> BoundExpression {
    let mapped: Node
    switch node {
    case .column, .literal: return self
    case .cast(let a, let mode): mapped = .cast(try body(a), mode)
    case .compare(let how, let a, let b): mapped = .compare(how, try body(a), try body(b))
    case .and(let all): mapped = .and(try all.map(body))
    case .or(let all): mapped = .or(try all.map(body))
    case .not(let a): mapped = .not(try body(a))
    case .isNull(let a): mapped = .isNull(try body(a))
    case .isIn(let a, let members): mapped = .isIn(try body(a), try members.map(body))
    case .choose(let branches, let otherwise):
      mapped = .choose(
        try branches.map {
          Branch(condition: try body($0.condition), result: try body($0.result))
        }, otherwise: try otherwise.map(body))
    case .coalesce(let all): mapped = .coalesce(try all.map(body))
    case .attempt(let a): mapped = .attempt(try body(a))
    case .member(let a, let index): mapped = .member(try body(a), index)
    case .call(let function, let arguments): mapped = .call(function, try arguments.map(body))
    }
    return BoundExpression(mapped, type, place: place)
  }

  /// The expression with each column replaced.
  package func mapColumns(
    _ body: (_ index: Int, _ column: BoundExpression) throws -> BoundExpression
  ) rethrows -> BoundExpression {
    if case .column(let index) = node { return try body(index, self) }
    return try mapChildren { try $0.mapColumns(body) }
  }

  /// The expression over columns that have moved by a number of places.
  package func shifted(by distance: Int) -> BoundExpression {
    if distance == 0 { return self }
    return mapColumns { index, column in
      BoundExpression(.column(index + distance), column.type, place: column.place)
    }
  }

  /// The expression over the input of a projection instead of its outputs.
  package func substituting(_ outputs: [BoundExpression]) -> BoundExpression {
    mapColumns { index, _ in outputs[index] }
  }

  /// The places of the columns that it reads.
  package var columns: Set<Int> {
    var found: Set<Int> = []
    insertColumns(into: &found)
    return found
  }

  package func insertColumns(into found: inout Set<Int>) {
    if case .column(let index) = node {
      found.insert(index)
    } else {
      for child in children { child.insertColumns(into: &found) }
    }
  }

  /// The place of the column that this is, and nothing else.
  package var columnIndex: Int? {
    if case .column(let index) = node { index } else { nil }
  }

  /// Whether this or something in it fulfils a condition.
  package func contains(where condition: (BoundExpression) -> Bool) -> Bool {
    condition(self) || children.contains { $0.contains(where: condition) }
  }
}
