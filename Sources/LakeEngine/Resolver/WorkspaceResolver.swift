import LakeCatalog
import LakeCore
import LakeFormats
import LakeSQL
import LakeTables

/// Finds tables in a workspace: landing tables and views as the catalog knows them, managed tables
/// and those of others by their logs, files by their paths.
///
/// `overrides` stand in front of all: tables that a run has just made and holds in memory.
package struct WorkspaceResolver: TableResolver {
  private let workspace: Workspace
  private let catalog: Catalog
  private let context: ExecutionContext
  private let tableOptions: TableOptions
  private let overrides: [TableName: BoundTable]

  package init(
    workspace: Workspace, catalog: Catalog, context: ExecutionContext,
    tableOptions: TableOptions, overrides: [TableName: BoundTable] = [:]
  ) {
    self.workspace = workspace
    self.catalog = catalog
    self.context = context
    self.tableOptions = tableOptions
    self.overrides = overrides
  }

  package func resolve(_ parts: [String], asOf: TableMoment?) throws -> ResolvedRelation {
    let (known, databases) = try catalog.read { session throws(LakeError) in
      (try session.tableNames(), try session.databases().map(\.name))
    }
    let managed = try ManagedTable.all(
      in: workspace.layout, fileSystem: context.fileSystem, options: tableOptions)
    let names = Set(known).union(managed.map(\.name)).union(overrides.keys)
    let name = try TableNameRules.resolve(parts, among: names.sorted(), databases: databases)
    if asOf == nil, let table = overrides[name] { return .table(table) }
    if let table = managed.first(where: { $0.name == name }) {
      let snapshot = try snapshot(of: table, asOf)
      if asOf == nil { table.repair(snapshot) }
      return .table(try table.boundForReaders(to: snapshot))
    }
    let entry = try catalog.read { session throws(LakeError) in try session.table(named: name) }
    guard let entry else { throw LakeError(.notFound, "there is no table '\(name)'") }
    if entry.isForeign {
      let table = try ForeignTable(
        registered: entry, in: workspace, context.fileSystem, options: tableOptions)
      return .table(try table.bound(to: try snapshot(of: table, asOf)))
    }
    if asOf != nil {
      throw LakeError(
        .invalidInput, "\(name) has no versions: it is \(entry.kind == .view ? "a view" : "files")",
        hint: "Tables in trusted and curated have versions.")
    }
    return entry.kind == .view ? .view(try view(entry)) : .table(try external(entry))
  }

  private func snapshot(of table: any LoggedTable, _ moment: TableMoment?) throws -> Snapshot {
    switch moment {
    case nil: try table.snapshot()
    case .version(let version): try table.snapshot(version: version)
    case .timestamp(let micros): try table.snapshot(atTimestamp: Int(micros / 1000))
    }
  }

  private func view(_ entry: CatalogTable) throws -> ResolvedView {
    let sql = entry.viewSQL ?? ""
    let statement = try SQLParser.parseStatement(sql, file: entry.definedBy)
    guard case .query(let query) = statement.kind else {
      throw LakeError(
        .corruptData, "the view \(entry.name) holds no query",
        hint: "Define it again with CREATE OR REPLACE VIEW.")
    }
    return ResolvedView(
      name: entry.name, query: query, source: SourceText(sql, file: entry.definedBy))
  }

  /// A table of files, as the last crawl found them.
  private func external(_ entry: CatalogTable) throws -> BoundTable {
    let files = try catalog.read { session throws(LakeError) in
      try session.files(of: entry.name)
    }
    let root = workspace.path(of: entry.location)
    let schema = entry.schema
    // A file that is damaged as a whole stands in the crawl's report; the others are still a table.
    let sources = try files.filter { $0.problem == nil }.map { file in
      var constants: [Int: Value] = [:]
      for partition in file.partitionValues {
        guard let index = schema.index(of: partition.column) else { continue }
        constants[index] = try PartitionText.value(
          of: partition.value, as: schema.fields[index].type)
      }
      // The location of a table may be its one file.
      let path = file.path.isEmpty ? root : Path.join(root, file.path)
      return SourceFile(path, constants: constants)
    }
    let source = source(entry, sources)
    let inFiles = Schema(entry.reading.inFiles(entry.columns).map(\.field))
    return BoundTable(
      name: entry.name, label: entry.name.description, schema: schema,
      source: entry.reading.keys.isEmpty ? source : RenamedSource(source, columns: inFiles))
  }

  private func source(_ entry: CatalogTable, _ files: [SourceFile]) -> any TableSource {
    let format: TextFormat? =
      switch entry.format {
      case .json: .json
      case .csv: .csv
      case .tsv: .tsv
      case .text: .text
      case nil, .parquet, .delta: nil
      }
    if entry.format == .parquet {
      return ParquetTableSource(files: files, rowCountEstimate: entry.recordCount)
    }
    let csv = CSVReadOptions(
      delimiter: entry.reading.delimiter, quote: entry.reading.quote,
      hasHeader: entry.reading.hasHeader, nullText: entry.reading.nullText)
    var source = TextTableSource(
      files: files, format: format, csv: csv,
      onError: entry.reading.nullsMisfits ? .null : .reject, rowCountEstimate: entry.recordCount)
    // Which records are rejects must not depend on which columns a query asks for. Where the crawl
    // found none, every value fits its column, and nothing but those columns need be read.
    source.readsAllColumns = entry.rejectCount != 0
    return source
  }

  package func resolveFiles(_ request: FileRequest) throws -> BoundTable {
    try FileResolver(context: context).resolve(request)
  }
}
