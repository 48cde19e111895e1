import LakeCatalog
import LakeCore
import LakeEngine
import LakeFormats
import LakeTables

/// A workspace that is open: what everything that works on its tables needs.
package struct WorkspaceSession: Sendable {
  package var workspace: Workspace
  package var catalog: Catalog
  package var fileSystem: any FileSystem
  package var pool: ThreadPool
  package var libraries: CodecLibraries
  package var memory: MemoryTracker
  package var cancellation: CancellationFlag
  package var tableOptions: TableOptions
  /// Name and version of this program: a result of another version is made again.
  package var engineVersion: String
  /// The moment at which the command began, in microseconds since 1970.
  package var startedAt: Int64
  /// Where and when queries put rows on disk.
  package var spilling = SpillSettings()
  /// Where queries find files, if that is more than the file system: standard input too.
  package var inputs: (any FileSystem)?
  /// Looks at one table of landing again and records what it finds; nil where nothing is there that
  /// can.
  package var crawl: (@Sendable (TableName) throws -> Void)?

  package init(
    workspace: Workspace, catalog: Catalog, fileSystem: any FileSystem, pool: ThreadPool,
    libraries: CodecLibraries, memory: MemoryTracker, cancellation: CancellationFlag,
    tableOptions: TableOptions, engineVersion: String, startedAt: Int64
  ) {
    self.workspace = workspace
    self.catalog = catalog
    self.fileSystem = fileSystem
    self.pool = pool
    self.libraries = libraries
    self.memory = memory
    self.cancellation = cancellation
    self.tableOptions = tableOptions
    self.engineVersion = engineVersion
    self.startedAt = startedAt
  }

  package var layout: WorkspaceLayout { workspace.layout }

  package var execution: ExecutionContext {
    var context = ExecutionContext(
      pool: pool, fileSystem: inputs ?? fileSystem, libraries: libraries, tracker: memory,
      cancellation: cancellation, startedAt: startedAt)
    context.spilling = spilling
    return context
  }

  /// How data files are written.
  package var dataFiles: any DataFileFormat {
    ParquetDataFiles(
      pool: pool, libraries: libraries, tracker: memory, cancellation: cancellation)
  }

  package func table(_ name: TableName) throws(LakeError) -> ManagedTable {
    try ManagedTable(name, in: layout, fileSystem: fileSystem, options: tableOptions)
  }

  /// The latest version of a managed table; nil where there is none.
  package func snapshot(of name: TableName) throws(LakeError) -> Snapshot? {
    try table(name).latestSnapshot()
  }

  /// The table of somebody else that the catalog has under a name; nil for all other names.
  package func foreignTable(_ name: TableName) throws(LakeError) -> ForeignTable? {
    guard let entry = try catalog.table(named: name), entry.isForeign else { return nil }
    return try foreignTable(entry)
  }

  package func foreignTable(_ entry: CatalogTable) throws(LakeError) -> ForeignTable {
    try ForeignTable(registered: entry, in: workspace, fileSystem, options: tableOptions)
  }

  /// The latest version of a table with a log, ours or of others; nil where a name means none.
  package func loggedSnapshot(of name: TableName) throws(LakeError) -> Snapshot? {
    if let foreign = try foreignTable(name) { return try foreign.latestSnapshot() }
    return name.zone == .landing ? nil : try snapshot(of: name)
  }

  /// A table of the catalog that has a log; nil for views and files.
  package func loggedTable(_ entry: CatalogTable) throws(LakeError) -> (any LoggedTable)? {
    if entry.kind == .managed { return try table(entry.name) }
    return entry.isForeign ? try foreignTable(entry) : nil
  }

  /// The managed table that a directory is or belongs to, so that nobody takes it for one of
  /// others.
  package func ownTable(at path: String) throws(LakeError) -> TableName? {
    for zone in Zone.allCases where zone != .landing {
      let directory = Path.directory(of: layout.tableRoot(of: TableName(zone, "a")))
      guard try fileSystem.status(of: directory, followLinks: true) != nil else { continue }
      let tables = try fileSystem.resolve(directory)
      guard PathSafety.isInside(path, tables), path != tables else { continue }
      let below = path.split(separator: "/").dropFirst(tables.split(separator: "/").count)
      return below.first.map { TableName(zone, String($0)) }
    }
    return nil
  }

  /// What the logs of all managed tables say about their rows.
  package func contracts() throws(LakeError) -> [TableName: JobContract] {
    var contracts: [TableName: JobContract] = [:]
    for table in try ManagedTable.all(in: layout, fileSystem: fileSystem, options: tableOptions) {
      if let contract = try table.latestSnapshot()?.contract {
        contracts[table.name] = try JobContract(contract)
      }
    }
    return contracts
  }
}
