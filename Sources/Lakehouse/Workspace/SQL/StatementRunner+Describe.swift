import LakeCatalog
import LakeCore
import LakeEngine
import LakePipelines
import LakeSQL
import LakeTables

/// DESCRIBE, SHOW COLUMNS and SUMMARIZE.
extension StatementRunner {
  func describe(_ describe: Describe, _ text: SourceText) throws -> ResultRows {
    switch describe.subject {
    case .query(let query):
      let bound = try binder(workspace.executionContext(), text).bind(query)
      return try shown(bound.schema.fields.map { CatalogColumn($0) })
    case .history(let name, let limit): return try history(of: name, limit, text)
    case .detail(let name): return try detail(of: name, text)
    case .database(let name): return try self.describe(database: name, text)
    case .function(let name):
      guard
        ScalarFunctions.catalogue.contains(where: { $0.name == name.text.lowercased() })
          || AggregateFunctions.catalogue.contains(where: { $0.name == name.text.lowercased() })
      else {
        throw LakeError(
          .notFound, "there is no function '\(name.text)'",
          at: text.place(at: name.range.lowerBound), hint: "SHOW FUNCTIONS lists them.")
      }
      return try functions(name.text)
    case .table(let name, let column?):
      return try self.column(column, of: name, text)
    case .table(let name, nil):
      let columns = try columnsByName(name, text)
      let details =
        describe.style == .plain || isTemporary(name) ? [] : try self.details(of: name, text)
      return try shown(columns, details)
    }
  }

  func columns(
    of name: QualifiedName, _ text: SourceText, like: String?
  ) throws -> ResultRows {
    try shown(try columnsByName(name, text).filter { NamePattern(like).matches($0.name) })
  }

  private func column(
    _ column: Identifier, of name: QualifiedName, _ text: SourceText
  ) throws -> ResultRows {
    let columns = try columnsByName(name, text)
    let found = columns.filter { $0.name.lowercased() == column.text.lowercased() }
    guard !found.isEmpty else {
      throw LakeError(
        .notFound, "\(name.text) has no column '\(column.text)'",
        at: text.place(at: column.range.lowerBound),
        hint: Suggestion.hint(for: column.text, among: columns.map(\.name)))
    }
    return try shown(found)
  }

  private func isTemporary(_ name: QualifiedName) -> Bool {
    name.parts.count == 1 && session.relation(named: name.text) != nil
  }

  /// The columns of whatever a name means.
  private func columnsByName(
    _ name: QualifiedName, _ text: SourceText
  ) throws -> [CatalogColumn] {
    if isTemporary(name) {
      var body = SelectBody([SelectItem(.star(Star()))])
      body.from = [TableReference(.table(name, version: nil), origin: name.origin)]
      let bound = try binder(workspace.executionContext(), text).bind(Query(.select(body)))
      return bound.schema.fields.map { CatalogColumn($0) }
    }
    if let system = try systemTable(name, text) {
      return system.columns.map { CatalogColumn($0.name, $0.type, comment: $0.comment) }
    }
    if let foreign = try foreignTable(atPathOf: name, text) {
      return try foreign.snapshot().catalogColumns
    }
    let table = try catalogTable(name, text)
    guard table.kind == .view else { return table.columns }
    return try resolver(workspace.executionContext()).columns(ofView: table.name)
  }

  private func shown(
    _ columns: [CatalogColumn], _ details: [[String]] = []
  ) throws -> ResultRows {
    let rows = columns.map { column in
      [
        column.name, column.type.spelled(.trino), column.isPartition ? "partition key" : "",
        column.comment ?? "",
      ]
    }
    return try texts(["Column", "Type", "Extra", "Comment"], rows + details)
  }

  // MARK: - Details

  /// What EXTENDED and FORMATTED add, as Hive and Spark do: rows below the columns.
  private func details(of name: QualifiedName, _ text: SourceText) throws -> [[String]] {
    if let system = try systemTable(name, text) {
      return [["", "", "", ""], ["# Table", system.fullName, "", system.summary]]
    }
    let table = try catalogTable(name, text)
    let counts: [(String, Int?)] = [
      ("Version", table.currentVersion), ("Rows", table.recordCount),
      ("Rejects", table.rejectCount), ("Files", table.fileCount), ("Bytes", table.byteCount),
    ]
    var facts: [(String, String?)] = [
      ("Zone", table.name.zone.rawValue), ("Table", table.name.name),
      ("Kind", table.kind.rawValue), ("Format", table.format?.rawValue),
      ("Location", table.location.isEmpty ? nil : table.location), ("Comment", table.comment),
      ("Pipeline", table.pipeline), ("Defined by", table.definedBy), ("Query", table.viewSQL),
    ]
    facts += counts.map { ($0, $1.map { String($0) }) }
    facts += table.properties.sorted { $0.key < $1.key }.map { ("Property \($0.key)", $0.value) }
    return [["", "", "", ""], ["# Table", "", "", ""]]
      + facts.compactMap { fact, value in value.map { [fact, $0, "", ""] } }
  }

  private func describe(database name: QualifiedName, _ text: SourceText) throws -> ResultRows {
    let last = name.parts.last?.text ?? ""
    if let zone = Zone(named: last) {
      return try texts(
        ["Item", "Value"], [["Zone", zone.rawValue], ["Location", "lake/\(zone)"]])
    }
    let known = try workspace.definitions().databases
    if let found = known.first(where: { $0.name.lowercased() == last.lowercased() }) {
      return try texts(
        ["Item", "Value"],
        [
          ["Database", found.name], ["Comment", found.comment ?? ""],
          ["Tables", "those of all zones, as name_zone"],
        ])
    }
    throw LakeError(
      .notFound, "there is no zone or database '\(last)'",
      at: text.place(at: name.range.lowerBound),
      hint: Suggestion.hint(for: last, among: Zone.allCases.map(\.rawValue) + known.map(\.name)))
  }

  // MARK: - SUMMARIZE

  /// A row for each column: what values it has. Written as a query over the query, so that it is
  /// carried out as all queries are.
  func summarize(_ query: Query, _ text: SourceText) throws -> ResultRows {
    let bound = try binder(workspace.executionContext(), text).bind(query)
    let columns = bound.schema.fields.enumerated().map { index, field in
      Summary(field, name: "c\(index + 1)").sql
    }
    guard !columns.isEmpty else {
      throw LakeError(
        .invalidInput, "there are no columns to be summarized",
        at: text.place(at: query.range.lowerBound))
    }
    let names = columns.indices.map { "c\($0 + 1)" }.joined(separator: ", ")
    let sql =
      "WITH summarized (\(names)) AS (\(query.sql)) " + columns.joined(separator: " UNION ALL ")
    guard case .query(let summary) = try SQLParser.parseStatement(sql).kind else {
      throw LakeError(.internal, "the summary is no query")
    }
    return try rows(of: summary, SourceText(sql))
  }
}

/// The row of SUMMARIZE of one column.
private struct Summary {
  private let field: Field
  private let name: String

  init(_ field: Field, name: String) {
    self.field = field
    self.name = name
  }

  var sql: String {
    let isNumber = field.type.isSummed
    let isOrdered = field.type.isOrderable
    let title = field.name.replacing("'", with: "''")
    let items = [
      "'\(title)' AS column_name", "'\(field.type.spelled(.trino))' AS column_type",
      (isOrdered ? "CAST(min(\(name)) AS varchar)" : "CAST(NULL AS varchar)") + " AS \"min\"",
      (isOrdered ? "CAST(max(\(name)) AS varchar)" : "CAST(NULL AS varchar)") + " AS \"max\"",
      (isOrdered ? "approx_distinct(\(name))" : "CAST(NULL AS bigint)") + " AS approx_unique",
      (isNumber ? "avg(CAST(\(name) AS double))" : "CAST(NULL AS double)") + " AS \"avg\"",
      (isNumber ? "stddev(CAST(\(name) AS double))" : "CAST(NULL AS double)") + " AS std",
      quantile(0.25, isNumber) + " AS q25", quantile(0.5, isNumber) + " AS q50",
      quantile(0.75, isNumber) + " AS q75", "count(*) AS \"count\"",
      "round(100e0 * count_if(\(name) IS NULL) / nullif(count(*), 0), 2) AS null_percentage",
    ]
    return "SELECT \(items.joined(separator: ", ")) FROM summarized"
  }

  private func quantile(_ share: Double, _ isNumber: Bool) -> String {
    isNumber ? "approx_percentile(CAST(\(name) AS double), \(share))" : "CAST(NULL AS double)"
  }
}

extension DataType {
  fileprivate var isSummed: Bool {
    switch self {
    case .tinyint, .smallint, .integer, .bigint, .real, .double, .decimal: true
    default: false
    }
  }
}
