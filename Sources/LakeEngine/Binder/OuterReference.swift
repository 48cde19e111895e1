import LakeCore

/// Columns of the queries around one: negative numbers, of how far out the query is and of the
/// column's place there.
struct OuterReference: Hashable, Comparable {
  /// 0 for the query directly around.
  var depth: Int
  /// A place in the rows of that query, or one of its placeholders.
  var column: Int

  /// Beyond all places and placeholders.
  private static let span = 1 << 44

  init(depth: Int, column: Int) {
    self.depth = depth
    self.column = column
  }

  /// Nil for a column that is none of a query around.
  init?(_ index: Int) {
    guard index < 0 else { return nil }
    let number = -1 - index
    self.init(depth: number / OuterReference.span, column: number % OuterReference.span)
  }

  var index: Int { -1 - (depth * OuterReference.span + column) }

  /// The same column as the query directly around sees it.
  var seenOutside: Int {
    depth == 0 ? column : OuterReference(depth: depth - 1, column: column).index
  }

  static func < (a: OuterReference, b: OuterReference) -> Bool {
    (a.depth, a.column) < (b.depth, b.column)
  }
}

extension BoundExpression {
  var isOuterReference: Bool { columnIndex.map { $0 < 0 } ?? false }

  var hasOuterReference: Bool { contains(where: \.isOuterReference) }

  var hasInnerReference: Bool {
    contains { $0.columnIndex.map { $0 >= 0 } ?? false }
  }

  /// The expression over the columns of the query around, of which alone it speaks.
  var asSeenOutside: BoundExpression {
    mapColumns { index, column in
      BoundExpression(
        .column(OuterReference(index)?.seenOutside ?? index), column.type, place: column.place)
    }
  }

  /// The expression over the columns of a query inside of the one whose columns it names.
  var asSeenInside: BoundExpression {
    mapColumns { index, column in
      let reference =
        OuterReference(index).map { OuterReference(depth: $0.depth + 1, column: $0.column) }
        ?? OuterReference(depth: 0, column: index)
      return BoundExpression(.column(reference.index), column.type, place: column.place)
    }
  }
}

extension Plan {
  /// The columns of the queries around that the plan speaks of, with their types; each once.
  var outerReferences: [(reference: OuterReference, type: DataType)] {
    var found: [OuterReference: DataType] = [:]
    var seen: Set<ObjectIdentifier> = []
    collectOuterReferences(&found, &seen)
    return found.sorted { $0.key < $1.key }.map { (reference: $0.key, type: $0.value) }
  }

  /// Whether the plan speaks of the queries around.
  var isDependent: Bool { !outerReferences.isEmpty }

  private func collectOuterReferences(
    _ found: inout [OuterReference: DataType], _ seen: inout Set<ObjectIdentifier>
  ) {
    if case .shared(let shared) = self, !seen.insert(ObjectIdentifier(shared)).inserted { return }
    _ = mapExpressions { expression in
      expression.collectOuterReferences(&found)
      return expression
    }
    for input in inputs { input.collectOuterReferences(&found, &seen) }
  }
}

extension BoundExpression {
  fileprivate func collectOuterReferences(_ found: inout [OuterReference: DataType]) {
    if let index = columnIndex {
      if let reference = OuterReference(index) { found[reference] = type }
      return
    }
    for child in children { child.collectOuterReferences(&found) }
  }
}

extension AggregateCall {
  /// Whether what is added up depends on the query around.
  var hasOuterReference: Bool {
    arguments.contains(where: \.hasOuterReference) || filter?.hasOuterReference == true
      || order.contains { $0.expression.hasOuterReference }
  }
}
