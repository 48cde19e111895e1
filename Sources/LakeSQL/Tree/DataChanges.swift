/// `INSERT INTO|OVERWRITE [TABLE] name [PARTITION (…)] [(columns) | BY NAME] query`.
package struct Insert: Sendable, Hashable {
  package var table: QualifiedName
  /// INSERT OVERWRITE: the rows that were there go.
  package var isOverwriting = false
  /// `PARTITION (day = '2024-05-31', hour)`: the partitions that are meant.
  package var partition: [PartitionField] = []
  /// `PARTITION (…) IF NOT EXISTS`: nothing is done where the partition is there.
  package var ifNotExists = false
  package var columns: [Identifier] = []
  /// BY NAME: the columns of the query are those of the same names.
  package var isByName = false
  /// `REPLACE WHERE condition`, of Delta: the rows go for which it is true.
  package var replaced: Expression?
  /// `WITH SCHEMA EVOLUTION`, also written `WITH (merge_schema = true)`: columns of the query that
  /// the table does not have are added to it.
  package var evolvesSchema = false
  package var query: Query

  package init(_ table: QualifiedName, _ query: Query) {
    self.table = table
    self.query = query
  }
}

/// A member of `PARTITION (day = '2024-05-31', hour)`: with a value, which all rows have, or the
/// column of the query that stands behind its others.
package struct PartitionField: SyntaxNode {
  package var column: Identifier
  package var value: Expression?
  package var origin: Origin

  package init(_ column: Identifier, _ value: Expression? = nil, origin: Origin = .none) {
    self.column = column
    self.value = value
    self.origin = origin
  }
}

/// `column = expression`, of UPDATE and MERGE.
package struct Assignment: SyntaxNode {
  package var column: QualifiedName
  package var value: Expression
  package var origin: Origin

  package init(_ column: QualifiedName, _ value: Expression, origin: Origin = .none) {
    self.column = column
    self.value = value
    self.origin = origin
  }
}

/// `UPDATE name [alias] SET … [WHERE …]`.
package struct Update: Sendable, Hashable {
  package var table: QualifiedName
  package var alias: Identifier?
  package var assignments: [Assignment]
  package var filter: Expression?

  package init(_ table: QualifiedName, _ assignments: [Assignment]) {
    self.table = table
    self.assignments = assignments
  }
}

/// `DELETE FROM name [alias] [WHERE …]`.
package struct Delete: Sendable, Hashable {
  package var table: QualifiedName
  package var alias: Identifier?
  package var filter: Expression?

  package init(_ table: QualifiedName) {
    self.table = table
  }
}

/// `MERGE INTO name [alias] USING source ON condition WHEN …`.
package struct Merge: Sendable, Hashable {
  package enum Match: String, Sendable, Hashable, CaseIterable {
    case matched = "MATCHED"
    case notMatched = "NOT MATCHED"
    case notMatchedBySource = "NOT MATCHED BY SOURCE"
  }

  package enum Action: Sendable, Hashable {
    case delete
    case update([Assignment])
    /// `UPDATE SET *`.
    case updateAll
    case insert(columns: [Identifier], values: [Expression])
    /// `INSERT *`.
    case insertAll
  }

  package struct Clause: SyntaxNode {
    package var match: Match
    package var condition: Expression?
    package var action: Action
    package var origin: Origin

    package init(
      _ match: Match, condition: Expression? = nil, _ action: Action, origin: Origin = .none
    ) {
      self.match = match
      self.condition = condition
      self.action = action
      self.origin = origin
    }
  }

  package var table: QualifiedName
  package var alias: Identifier?
  /// `MERGE WITH SCHEMA EVOLUTION INTO …`.
  package var evolvesSchema = false
  package var source: TableReference
  package var condition: Expression
  package var clauses: [Clause] = []

  package init(_ table: QualifiedName, source: TableReference, on condition: Expression) {
    self.table = table
    self.source = source
    self.condition = condition
  }
}

/// `UNLOAD (query) TO 'path' [WITH (…)]`; also `COPY (query) TO 'path' (…)`.
package struct Unload: Sendable, Hashable {
  package var query: Query
  package var path: String
  package var properties: [Property] = []

  package init(_ query: Query, to path: String) {
    self.query = query
    self.path = path
  }
}

/// `SET name = value`.
package struct SetOption: Sendable, Hashable {
  package var name: QualifiedName
  package var value: Expression

  package init(_ name: QualifiedName, _ value: Expression) {
    self.name = name
    self.value = value
  }
}
