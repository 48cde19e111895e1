/// `CREATE [OR REPLACE] TABLE [IF NOT EXISTS] name [(elements) | LIKE name] … [AS query]`: a
/// managed table.
package struct CreateTable: Sendable, Hashable {
  package var name: QualifiedName
  package var isReplacing = false
  /// For this session, and in memory.
  package var isTemporary = false
  package var ifNotExists = false
  package var elements: [TableElement] = []
  /// `LIKE name`: the columns are those of another table.
  package var like: QualifiedName?
  package var comment: String?
  /// Of WITH, and of TBLPROPERTIES.
  package var properties: [Property] = []
  package var tableProperties: [Property] = []
  /// `USING DELTA`.
  package var format: Identifier?
  /// `LOCATION '…'`, which Spark has behind USING.
  package var location: String?
  /// Columns, and functions of them such as `days(at)`.
  package var partitionedBy: [Expression] = []
  /// `PARTITIONED BY (day date)`, of Hive: columns that stand behind the others.
  package var partitionColumns: [ColumnDefinition] = []
  package var query: Query?

  package init(_ name: QualifiedName) {
    self.name = name
  }
}

/// `key = value`. Keys are compared without case.
package struct Property: SyntaxNode {
  package var key: String
  package var value: Expression
  package var origin: Origin

  package init(_ key: String, _ value: Expression, origin: Origin = .none) {
    self.key = key
    self.value = value
    self.origin = origin
  }
}

/// What stands in the parentheses behind the name of a table.
package struct TableElement: SyntaxNode {
  package enum Kind: Sendable, Hashable {
    case column(ColumnDefinition)
    case constraint(TableConstraint)
    case consent(ConsentClause)
    case lawfulBasis(LawfulBasis)
  }

  package var kind: Kind
  package var origin: Origin

  package init(_ kind: Kind, origin: Origin = .none) {
    self.kind = kind
    self.origin = origin
  }
}

/// `name [type] [NOT NULL | PRIMARY KEY | …] [COMMENT '…']`. Beside an AS query the type may be
/// left out.
package struct ColumnDefinition: SyntaxNode {
  package var name: Identifier
  package var type: TypeName?
  /// A constraint behind a column names no column; it is about this one.
  package var constraints: [TableConstraint]
  package var comment: String?
  package var origin: Origin

  package init(
    _ name: Identifier, _ type: TypeName?, constraints: [TableConstraint] = [],
    comment: String? = nil, origin: Origin = .none
  ) {
    self.name = name
    self.type = type
    self.constraints = constraints
    self.comment = comment
    self.origin = origin
  }
}

/// `[CONSTRAINT name] rule [ON VIOLATION action]`.
package struct TableConstraint: SyntaxNode {
  package enum Rule: Sendable, Hashable {
    /// Behind a column the list is empty; so for the next two.
    case primaryKey([Identifier])
    case unique([Identifier])
    case notNull([Identifier])
    /// Broken where the condition is false; null is no violation.
    case check(Expression)
  }

  package enum Action: String, Sendable, Hashable, CaseIterable {
    case fail = "FAIL"
    case reject = "REJECT"
    case warn = "WARN"
  }

  package var name: Identifier?
  package var rule: Rule
  /// As written; without, FAIL.
  package var onViolation: Action?
  package var origin: Origin

  package init(
    name: Identifier? = nil, _ rule: Rule, onViolation: Action? = nil, origin: Origin = .none
  ) {
    self.name = name
    self.rule = rule
    self.onViolation = onViolation
    self.origin = origin
  }
}

/// `PARTITION (year = 2024, month = 5) [LOCATION '…']`.
package struct PartitionSpec: SyntaxNode {
  package var values: [Property]
  package var location: String?
  package var origin: Origin

  package init(_ values: [Property], location: String? = nil, origin: Origin = .none) {
    self.values = values
    self.location = location
    self.origin = origin
  }
}

/// What ALTER COLUMN does to a column.
package enum ColumnChange: Sendable, Hashable {
  /// `SET DATA TYPE bigint`; also `TYPE bigint`.
  case type(TypeName)
  case comment(String)
  case setNotNull
  case dropNotNull
}

package struct AlterTable: Sendable, Hashable {
  package enum Action: Sendable, Hashable {
    /// `ADD element`; also `ADD COLUMN a int`.
    case add(TableElement)
    /// `ADD COLUMNS [IF NOT EXISTS] (a int, b varchar)`.
    case addColumns([ColumnDefinition], ifNotExists: Bool)
    /// `DROP CONSTRAINT [IF EXISTS] name`.
    case dropConstraint(Identifier, ifExists: Bool)
    case setPersonal(Bool)
    case setProperties([Property])
    /// `UNSET TBLPROPERTIES [IF EXISTS] ('a')`.
    case unsetProperties([String], ifExists: Bool)
    /// `SET SERDEPROPERTIES (…)`.
    case setSerdeProperties([Property])
    case setLocation(String)
    /// `RENAME TO name`.
    case rename(QualifiedName)
    case renameColumn(Identifier, to: Identifier)
    case dropColumns([Identifier], ifExists: Bool)
    /// `ALTER COLUMN a SET DATA TYPE bigint`; also CHANGE COLUMN.
    case alterColumn(Identifier, ColumnChange)
    /// `CHANGE COLUMN a b type`, of Hive.
    case changeColumn(Identifier, ColumnDefinition)
    /// `REPLACE COLUMNS (…)`, of Hive.
    case replaceColumns([ColumnDefinition])
    case addPartitions([PartitionSpec], ifNotExists: Bool)
    case dropPartitions([PartitionSpec], ifExists: Bool)
    /// `RECOVER PARTITIONS`, of Spark.
    case recoverPartitions
  }

  package var name: QualifiedName
  package var action: Action

  package init(_ name: QualifiedName, _ action: Action) {
    self.name = name
    self.action = action
  }
}
