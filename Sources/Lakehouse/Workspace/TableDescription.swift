import LakeCatalog
import LakeCore
import LakePipelines
import LakeTables

/// All that is known of one table.
package struct TableDescription: Sendable {
  package struct Column: Sendable {
    package var name: String
    package var type: DataType
    package var isPartition: Bool
    package var comment: String?
    package var nullCount: Int?
    package var minimum: String?
    package var maximum: String?
  }

  package var table: CatalogTable
  package var columns: [Column]
  /// From the workspace: where a directory of Parquet is read.
  package var publishedPath: String
  /// From the workspace: where readers of the log find versions; nil for other tables.
  package var logPath: String?
  /// The oldest first.
  package var versions: [HistoryEntry] = []
  /// What its rows are held to, as clauses.
  package var clauses: [String] = []
  package var consent: [String] = []
  package var madeFrom: [TableName]
  package var readBy: [TableName]
  /// The file that makes it, or defines it.
  package var definedBy: String?
  package var fileCount: Int?
}

extension LakeWorkspace {
  package func describe(_ name: String) throws -> TableDescription {
    let table = following(try table(typed: name))
    let session = try session
    let facts = try session.catalog.read { (catalog) throws(LakeError) in
      (
        statistics: try catalog.statistics(of: table.name),
        sources: try catalog.lineage(to: table.name).map(\.source),
        targets: try catalog.lineage(from: table.name).map(\.target),
        job: try catalog.job(of: table.name)
      )
    }
    var description = TableDescription(
      table: table, columns: table.columns.map { TableDescription.Column($0) },
      publishedPath: table.location, madeFrom: Set(facts.sources).sorted(),
      readBy: Set(facts.targets).sorted(), definedBy: table.definedBy ?? facts.job?.path,
      fileCount: table.fileCount)
    let statistics =
      table.kind == .external && !table.isForeign
      ? try ranges(of: table, known: facts.statistics, session) : facts.statistics
    for statistics in statistics { description.add(statistics) }
    if let logged = try session.loggedTable(table) {
      try addLog(of: logged, to: &description, session)
    }
    if table.name.zone == .landing {
      description.consent = try definitions().policies.compactMap { policy in
        if policy.subjects == table.name { return "subjects of \(policy.name)" }
        guard let coverage = policy.covers.first(where: { $0.table == table.name }) else {
          return nil
        }
        return "covered by \(policy.name) (\(coverage.column) = \(coverage.key))"
      }
    }
    return description
  }

  /// The absolute paths of a table's files; nil where there is no such table.
  package func files(ofTable name: String) throws -> [String]? {
    let table: CatalogTable
    do throws(LakeError) {
      table = try self.table(typed: name)
    } catch {
      if error.code == .notFound { return nil }
      throw error
    }
    let session = try session
    if let logged = try session.loggedTable(table) {
      guard let snapshot = try logged.latestSnapshot() else { return [] }
      return snapshot.files.map { snapshot.path(of: $0) }
    }
    switch table.kind {
    case .view, .managed: return []
    case .external:
      let location = session.workspace.path(of: table.location)
      return try session.catalog.read { (catalog) throws(LakeError) in
        try catalog.files(of: table.name)
      }.map { $0.path.isEmpty ? location : Path.join(location, $0.path) }
    }
  }

  private func isUnderPolicy(_ table: TableName) throws(LakeError) -> Bool {
    try definitions().policies.contains {
      $0.subjects == table || $0.coverage(of: table) != nil
    }
  }

  private func addLog(
    of table: any LoggedTable, to description: inout TableDescription, _ session: WorkspaceSession
  ) throws {
    guard let snapshot = try table.latestSnapshot() else { return }
    if let managed = table as? ManagedTable {
      description.publishedPath = session.workspace.location(of: managed.publishedDirectory)
    }
    description.logPath = session.workspace.location(of: table.root)
    description.versions = try table.history()
    description.fileCount = snapshot.files.count
    description.table.recordCount = snapshot.rowCount
    description.table.byteCount = snapshot.byteCount
    description.table.currentVersion = snapshot.version
    if let contract = snapshot.contract {
      let known = try JobContract(contract)
      description.clauses = known.clauses
      description.consent = known.consentClauses
    }
    // The least and the greatest text of a table about people are somebody's name or address.
    let isAboutPeople = try isUnderPolicy(description.table.name)
    for (index, column) in description.columns.enumerated() {
      let bounds = ColumnBounds(column.name, column.type, in: snapshot)
      description.columns[index].nullCount = bounds.nullCount
      if isAboutPeople, column.type.physical == .string { continue }
      description.columns[index].minimum = bounds.minimum
      description.columns[index].maximum = bounds.maximum
    }
  }
}

extension TableDescription {
  fileprivate mutating func add(_ statistics: CatalogStatistics) {
    let name = statistics.column.lowercased()
    guard let index = columns.firstIndex(where: { $0.name.lowercased() == name }) else { return }
    columns[index].nullCount = statistics.nullCount
    columns[index].minimum = statistics.minimum
    columns[index].maximum = statistics.maximum
  }
}

extension TableDescription.Column {
  fileprivate init(_ column: CatalogColumn) {
    self.init(
      name: column.name, type: column.type, isPartition: column.isPartition,
      comment: column.comment)
  }
}
