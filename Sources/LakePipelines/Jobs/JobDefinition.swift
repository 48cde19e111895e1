import LakeCore
import LakeSQL

/// The making of one table: a statement of a pipeline, taken apart.
package struct JobDefinition: Sendable {
  package var target: TableName
  /// The file that the statement stands in, from the workspace's root.
  package var file: String
  package var text: SourceText
  /// The statement, printed: what a job's fingerprint is taken of.
  package var printed: String
  package var query: Query
  package var comment: String?
  package var columns: [ColumnDefinition] = []
  package var constraints: [TableConstraint] = []
  package var consents: [ConsentClause] = []
  package var lawfulBases: [LawfulBasis] = []
  package var properties: [Property] = []
  /// TBLPROPERTIES, which the table keeps.
  package var tableProperties: [Property] = []
  /// PARTITIONED BY.
  package var partitionedBy: [Expression] = []

  /// How messages call a table of others, whose rows the job changes and which it does not make.
  package var foreignLabel: String?

  /// How messages call the table.
  var label: String { foreignLabel ?? target.description }

  /// `customer_trusted`: how runs and messages call the job.
  package var name: String { target.suffixed }

  /// Whether a curated table may read landing: WITH (allow_landing = true).
  package var allowsLanding: Bool {
    properties.contains { property in
      guard property.key.lowercased() == "allow_landing" else { return false }
      if case .literal(.boolean(true)) = property.value.kind { return true }
      if case .literal(.string(let text)) = property.value.kind {
        return text.lowercased() == "true"
      }
      return false
    }
  }

  /// Takes apart what stands behind the name of a table.
  mutating func add(_ element: TableElement) {
    switch element.kind {
    case .column(let column):
      columns.append(column)
      constraints += column.constraints.map { $0.completed(for: column.name) }
    case .constraint(let constraint): constraints.append(constraint)
    case .consent(let clause): consents.append(clause)
    case .lawfulBasis(let basis): lawfulBases.append(basis)
    }
  }
}

extension TableConstraint {
  /// A constraint that stands behind a column names no column: it is about that one.
  fileprivate func completed(for column: Identifier) -> TableConstraint {
    var constraint = self
    switch rule {
    case .primaryKey([]): constraint.rule = .primaryKey([column])
    case .unique([]): constraint.rule = .unique([column])
    case .notNull([]): constraint.rule = .notNull([column])
    default: break
    }
    return constraint
  }

  /// How messages call it: its name, or what it says.
  package var label: String {
    if let name { return name.text }
    return switch rule {
    case .primaryKey(let columns): "PRIMARY KEY (\(columns.listed))"
    case .unique(let columns): "UNIQUE (\(columns.listed))"
    case .notNull(let columns): "NOT NULL (\(columns.listed))"
    case .check(let condition): "CHECK (\(condition.sql))"
    }
  }
}

extension [Identifier] {
  var listed: String { map(\.text).joined(separator: ", ") }
}
