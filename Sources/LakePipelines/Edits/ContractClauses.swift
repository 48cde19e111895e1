import LakeCore
import LakeSQL

/// What a table's log declares about its rows, as the clauses of a statement again: rows that are
/// added or changed later are held to the same as those of the job that made the table.
package struct ContractClauses: Sendable {
  private(set) var constraints: [TableConstraint] = []
  private(set) var consents: [ConsentClause] = []
  private(set) var lawfulBases: [LawfulBasis] = []

  init(_ contract: JobContract, of table: String) throws(LakeError) {
    let elements = try ContractClauses.elements(of: contract, table)
    if elements.isEmpty { return }
    let sql = "CREATE TABLE t (\(elements.joined(separator: ", "))) AS SELECT 1"
    guard case .createTable(let create) = try SQLParser.parseStatement(sql).kind else {
      throw LakeError(.internal, "what \(table) declares is no list of clauses")
    }
    for element in create.elements { add(element) }
  }

  mutating func add(_ element: TableElement) {
    switch element.kind {
    case .constraint(let constraint): constraints.append(constraint)
    case .consent(let clause): consents.append(clause)
    case .lawfulBasis(let basis): lawfulBases.append(basis)
    case .column: break
    }
  }

  /// Whether there was one.
  mutating func dropConstraint(named name: String) -> Bool {
    let count = constraints.count
    constraints.removeAll { $0.label.lowercased() == name.lowercased() }
    return constraints.count < count
  }

  mutating func dropNotNull(of column: String) -> Bool {
    let count = constraints.count
    constraints.removeAll { constraint in
      guard case .notNull(let columns) = constraint.rule, columns.count == 1 else { return false }
      return columns[0].text.lowercased() == column.lowercased()
    }
    return constraints.count < count
  }

  private static func elements(
    of contract: JobContract, _ table: String
  ) throws(LakeError) -> [String] {
    let constraints = contract.constraints.map { $0.sql ?? $0.text }
    let consents = try contract.consents.map { (consent) throws(LakeError) in
      try clause(consent, table)
    }
    let aggregates = contract.aggregates.map { "CONSENT \(Identifier($0).sql) AGGREGATE" }
    let bases = contract.lawfulBases.map { basis in
      "LAWFUL BASIS \(Identifier(basis.basis).sql) BECAUSE \(quoted(basis.reason))"
    }
    return constraints + consents + aggregates + bases
  }

  private static func clause(
    _ consent: JobContract.Consent, _ table: String
  ) throws(LakeError) -> String {
    guard consent.isVisible else {
      throw LakeError(
        .consentViolation,
        "the rows of \(table) do not show whose they are: the consent '\(consent.policy)' was "
          + "proved when its job made it, and cannot be for rows that are changed by hand",
        hint: "Change the statement that makes the table, and run it (lake run).")
    }
    let keys = consent.keys.map { "\(Identifier($0.column).sql) = \(Identifier($0.key).sql)" }
    let time = consent.time.map { " AT (\(Identifier($0).sql))" } ?? ""
    let action = consent.removes ? " ON VIOLATION REMOVE" : ""
    return "CONSENT \(Identifier(consent.policy).sql) BY (\(keys.joined(separator: ", ")))"
      + time + action
  }

  private static func quoted(_ text: String) -> String {
    "'" + text.replacing("'", with: "''") + "'"
  }
}
