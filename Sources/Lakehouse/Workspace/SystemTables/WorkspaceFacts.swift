import LakeCatalog
import LakeCore
import LakeEngine
import LakePipelines
import LakeTables

/// What system tables are made of. Each question is answered by those who know: files and columns
/// of landing by the catalog, managed tables by their logs.
struct WorkspaceFacts: Sendable {
  let workspace: LakeWorkspace
  /// Finds the tables that views are made over.
  let resolver: any TableResolver

  /// All tables and views, by zone and name; those with a log as it is now.
  func tables() throws -> [CatalogTable] {
    let session = try workspace.session
    return try workspace.tables().map { table in
      guard table.kind == .managed, let snapshot = try session.snapshot(of: table.name) else {
        return table
      }
      var table = table
      table.currentVersion = snapshot.version
      table.recordCount = snapshot.rowCount
      table.byteCount = snapshot.byteCount
      table.fileCount = snapshot.files.count
      return table
    }
  }

  func databases() throws(LakeError) -> [String] {
    try workspace.session.catalog.read { (catalog) throws(LakeError) in
      try catalog.databases().map(\.name)
    }
  }

  /// The columns of a table; of a view those of its query, or none where that reads what is gone.
  func columns(of table: CatalogTable) throws -> [CatalogColumn] {
    guard table.kind == .view else { return table.columns }
    return (try? resolver.columns(ofView: table.name)) ?? []
  }

  /// One question to the catalog for each table.
  func each<Fact: Sendable>(
    _ question: (CatalogSession, TableName) throws(LakeError) -> [Fact]
  ) throws -> [(table: CatalogTable, facts: [Fact])] {
    let tables = try tables()
    return try workspace.session.catalog.read { (catalog) throws(LakeError) in
      var answers: [(table: CatalogTable, facts: [Fact])] = []
      for table in tables { answers.append((table, try question(catalog, table.name))) }
      return answers
    }
  }

  /// The latest version of a table with a log; nil for others.
  func snapshot(of table: CatalogTable) throws -> Snapshot? {
    let session = try workspace.session
    return try session.loggedTable(table).flatMap { try $0.latestSnapshot() }
  }
}

extension TableResolver {
  /// The columns that a view's query gives.
  func columns(ofView name: TableName) throws -> [CatalogColumn] {
    let relation = try resolve([name.zone.rawValue, name.name], asOf: nil)
    guard case .view(let view) = relation else { return [] }
    let bound = try Binder(self, source: view.source).bind(view.query)
    return bound.schema.fields.map { CatalogColumn($0) }
  }
}

// MARK: - Values

extension Value {
  init(_ text: String?) { self = text.map { .string($0) } ?? .null }
  init(_ number: Int?) { self = number.map { .int(Int64($0)) } ?? .null }
  init(_ flag: Bool?) { self = flag.map { .bool($0) } ?? .null }

  /// A moment from milliseconds since 1970, as logs have them.
  init(milliseconds: Int) {
    let (micros, overflow) = Int64(milliseconds).multipliedReportingOverflow(by: 1_000)
    self = overflow ? .null : .int(micros)
  }

  /// A map of texts.
  init(_ members: [(key: String, value: String?)]) {
    self = .list(members.map { .row([.string($0.key), Value($0.value)]) })
  }

  /// Zone and name of a table, as two columns.
  static func names(_ table: TableName) -> [Value] {
    [.string(table.zone.rawValue), .string(table.name)]
  }
}

extension SystemTable.Column {
  /// Zone and name of a table, as two columns.
  static let names = [
    SystemTable.Column("zone", .varchar, "The zone of the table: landing, trusted or curated"),
    SystemTable.Column("table_name", .varchar, "The name of the table within its zone"),
  ]
}
