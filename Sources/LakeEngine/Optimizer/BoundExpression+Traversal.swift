import LakeCore

/// Walks over expressions and rewritings of them.
extension BoundExpression {
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
