import LakeCatalog
import LakeCore
import LakeFormats
import LakeSQL
import LakeTables

/// Finds the tables of a workspace as they are now.
///
/// - A table that a run has just made is in `overrides`: its rows in memory go before its files.
/// - A managed table is what its log says, at its latest version or at one that is asked for; the
///   catalog need not know it.
/// - An external table is the files that the last crawl found, with the columns in the catalog.
/// - A view is its query.
///
/// What is found is settled there and then: rows that are written later are not seen.
package struct WorkspaceResolver: TableResolver {
  private let workspace: Workspace
  private let catalog: Catalog
  private let context: ExecutionContext
  private let tableOptions: TableOptions
  private let overrides: [TableName: BoundTable]

  package init(
    workspace: Workspace, catalog: Catalog, context: ExecutionContext,
    tableOptions: TableOptions = TableOptions(), overrides: [TableName: BoundTable] = [:]
  ) {
    self.workspace = workspace
    self.catalog = catalog
    self.context = context
    self.tableOptions = tableOptions
    self.overrides = overrides
  }

  package func resolve(_ parts: [String], asOf: TableMoment?) throws -> ResolvedRelation {
    let name = try TableNameRules.resolve(
      parts, among: try tableNames(), databases: try databases())
    if asOf == nil, let table = overrides[name] { return .table(table) }
    let known = try catalog.table(named: name)
    switch known?.kind {
    case .view:
      try refuse(asOf, name, "it is a view")
      return .view(try view(known, name))
    case .external:
      try refuse(asOf, name, "its files belong to their users")
      return .table(try external(known, name))
    case .managed, nil:
      return .table(try managed(name, asOf))
    }
  }

  package func resolveFiles(_ pattern: String, format: String?) throws -> BoundTable {
    try FileResolver(context).resolve(pattern, format: format)
  }

  /// All names that there are: of the catalog, of the logs on the disk, of this run.
  package func tableNames() throws -> [TableName] {
    var names = Set(try catalog.tableNames())
    let onDisk = try ManagedTable.all(
      in: workspace.layout, fileSystem: context.fileSystem, options: tableOptions)
    names.formUnion(onDisk.map(\.name))
    names.formUnion(overrides.keys)
    return names.sorted()
  }

  private func databases() throws -> [String] {
    try catalog.read { (session) throws(LakeError) in try session.databases().map(\.name) }
  }

  private func refuse(_ asOf: TableMoment?, _ name: TableName, _ why: String) throws {
    if asOf == nil { return }
    throw LakeError(
      .invalidInput, "\(name) has no versions: \(why)",
      hint: "Managed tables, in the trusted and the curated zone, have them.")
  }

  private func view(_ known: CatalogTable?, _ name: TableName) throws -> ResolvedView {
    let text = known?.viewSQL ?? ""
    guard case .query(let query) = try SQLParser.parseStatement(text).kind else {
      throw LakeError(
        .corruptData, "the view \(name) is no query", hint: "Drop it, and create it again.")
    }
    return ResolvedView(name: name, query: query, source: SourceText(text))
  }

  private func managed(_ name: TableName, _ asOf: TableMoment?) throws -> BoundTable {
    let table = try ManagedTable(
      name, in: workspace.layout, fileSystem: context.fileSystem, options: tableOptions)
    switch asOf {
    case nil: return try table.bound(to: try table.snapshot())
    case .version(let version): return try table.bound(to: try table.snapshot(version: version))
    case .timestamp(let micros):
      // The log counts milliseconds.
      return try table.bound(to: try table.snapshot(atTimestamp: Int(micros / 1000)))
    }
  }

  private func external(_ known: CatalogTable?, _ name: TableName) throws -> BoundTable {
    guard let known else { throw LakeError(.notFound, "there is no table '\(name)'") }
    let found = try catalog.read { (session) throws(LakeError) in try session.files(of: name) }
    // A file that cannot be read at all is in the crawl's report; the others are still a table.
    let location = workspace.path(of: known.location)
    let isOneFile =
      try context.fileSystem.status(of: location, followLinks: true)?.kind == .file
    let files = try found.filter { $0.problem == nil }.map { file in
      SourceFile(
        isOneFile ? location : Path.join(location, file.path),
        constants: try PartitionConstants.constants(
          file.partitionValues.map { ($0.column, $0.value) }, known.schema, file.path))
    }
    return BoundTable(
      name: name, label: name.description, schema: known.schema,
      source: source(files, known, rowCount: found.reduce(0) { $0 + $1.recordCount }))
  }

  private func source(
    _ files: [SourceFile], _ table: CatalogTable, rowCount: Int
  ) -> any TableSource {
    if table.format == .parquet {
      return ParquetTableSource(files: files, rowCountEstimate: rowCount)
    }
    let reading = table.reading
    return TextTableSource(
      files: files, format: table.format.flatMap { TextFormat(rawValue: $0.rawValue) },
      csv: CSVReadOptions(
        delimiter: reading.delimiter, quote: reading.quote, hasHeader: reading.hasHeader,
        nullText: reading.nullText),
      onError: reading.nullsMisfits ? .null : .reject, rowCountEstimate: rowCount)
  }
}
