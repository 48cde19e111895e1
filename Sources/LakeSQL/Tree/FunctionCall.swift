/// `name([DISTINCT] arguments [ORDER BY …]) [FILTER (WHERE …)] [IGNORE NULLS] [OVER …]`.
///
/// Which functions aggregate is the binder's matter.
package struct FunctionCall: SyntaxNode {
  package enum NullTreatment: String, Sendable, Hashable, CaseIterable {
    case ignore = "IGNORE NULLS"
    case respect = "RESPECT NULLS"
  }

  package var name: QualifiedName
  package var arguments: [Expression]
  /// `count(*)`: then there are no arguments.
  package var isStar = false
  /// `current_date`, which is called without parentheses.
  package var isBare = false
  package var isDistinct = false
  package var orderBy: [SortItem] = []
  package var filter: Expression?
  package var nullTreatment: NullTreatment?
  package var over: Window?
  package var origin: Origin

  package init(_ name: QualifiedName, _ arguments: [Expression], origin: Origin = .none) {
    self.name = name
    self.arguments = arguments
    self.origin = origin
  }
}

/// What follows OVER.
package enum Window: Sendable, Hashable {
  /// A name that the WINDOW clause gives.
  case named(Identifier)
  case specification(WindowSpecification)
}

/// `([base] [PARTITION BY …] [ORDER BY …] [frame])`.
package struct WindowSpecification: SyntaxNode {
  /// A named window that this one extends.
  package var base: Identifier?
  package var partitionBy: [Expression]
  package var orderBy: [SortItem]
  package var frame: WindowFrame?
  package var origin: Origin

  package init(
    base: Identifier? = nil, partitionBy: [Expression] = [], orderBy: [SortItem] = [],
    frame: WindowFrame? = nil, origin: Origin = .none
  ) {
    self.base = base
    self.partitionBy = partitionBy
    self.orderBy = orderBy
    self.frame = frame
    self.origin = origin
  }
}

/// `ROWS BETWEEN start AND end`, or `ROWS start`, which ends at the current row.
package struct WindowFrame: Sendable, Hashable {
  package enum Unit: String, Sendable, Hashable, CaseIterable {
    case rows = "ROWS"
    case range = "RANGE"
    case groups = "GROUPS"
  }

  package enum Bound: Sendable, Hashable {
    case unboundedPreceding
    case preceding(Expression)
    case currentRow
    case following(Expression)
    case unboundedFollowing
  }

  package var unit: Unit
  package var start: Bound
  package var end: Bound

  package init(_ unit: Unit, start: Bound, end: Bound) {
    self.unit = unit
    self.start = start
    self.end = end
  }
}

/// `WINDOW name AS (…)`.
package struct NamedWindow: SyntaxNode {
  package var name: Identifier
  package var specification: WindowSpecification
  package var origin: Origin

  package init(
    _ name: Identifier, _ specification: WindowSpecification, origin: Origin = .none
  ) {
    self.name = name
    self.specification = specification
    self.origin = origin
  }
}

/// A member of ORDER BY.
package struct SortItem: SyntaxNode {
  package enum Nulls: String, Sendable, Hashable, CaseIterable {
    case first = "NULLS FIRST"
    case last = "NULLS LAST"
  }

  package var expression: Expression
  /// `ORDER BY ALL`: every column of the query, from the first on; the expression means nothing.
  package var isAllColumns = false
  package var isDescending: Bool
  /// As written; without, nulls come last.
  package var nulls: Nulls?
  package var origin: Origin

  package init(
    _ expression: Expression, isDescending: Bool = false, nulls: Nulls? = nil,
    origin: Origin = .none
  ) {
    self.expression = expression
    self.isDescending = isDescending
    self.nulls = nulls
    self.origin = origin
  }
}
