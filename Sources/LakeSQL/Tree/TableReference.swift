/// A member of FROM.
package struct TableReference: SyntaxNode {
  package indirect enum Kind: Sendable, Hashable {
    case table(QualifiedName, version: TableVersion?)
    /// `FROM 'file.json'`; a directory may be a table that has versions.
    case file(String, version: TableVersion?)
    /// `FROM read_json('x')`, `UNNEST(a) WITH ORDINALITY`.
    case function(FunctionCall, withOrdinality: Bool)
    case subquery(Query, isLateral: Bool)
    case join(Join)
  }

  package var kind: Kind
  /// A join has none.
  package var alias: TableAlias?
  package var origin: Origin

  package init(_ kind: Kind, alias: TableAlias? = nil, origin: Origin = .none) {
    self.kind = kind
    self.alias = alias
    self.origin = origin
  }
}

/// `[AS] name [(columns)]`.
package struct TableAlias: Sendable, Hashable {
  package var name: Identifier
  package var columns: [Identifier]
  /// What else may stand before the columns. No text says this: it is of trees that are made, where
  /// a reference stands for a table under whose names others speak of it.
  package var otherNames: [QualifiedName] = []

  package init(_ name: Identifier, columns: [Identifier] = []) {
    self.name = name
    self.columns = columns
  }
}

package enum TableVersion: Sendable, Hashable {
  /// `FOR VERSION AS OF n`.
  case number(Expression)
  /// `FOR TIMESTAMP AS OF expression`.
  case time(Expression)
}

package struct Join: Sendable, Hashable {
  package enum Kind: String, Sendable, Hashable, CaseIterable {
    case inner = "JOIN"
    case left = "LEFT JOIN"
    case right = "RIGHT JOIN"
    case full = "FULL JOIN"
    case cross = "CROSS JOIN"
    /// Rows of the left side that have a match, once each.
    case leftSemi = "LEFT SEMI JOIN"
    /// Rows of the left side that have none.
    case leftAnti = "LEFT ANTI JOIN"
  }

  package enum Condition: Sendable, Hashable {
    /// Of a cross join.
    case none
    case on(Expression)
    case using([Identifier])
    case natural
  }

  package var kind: Kind
  package var left: TableReference
  package var right: TableReference
  package var condition: Condition

  package init(
    _ kind: Kind, _ left: TableReference, _ right: TableReference, _ condition: Condition
  ) {
    self.kind = kind
    self.left = left
    self.right = right
    self.condition = condition
  }
}
