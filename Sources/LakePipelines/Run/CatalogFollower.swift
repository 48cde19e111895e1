import LakeCatalog
import LakeCore
import LakeTables

/// Keeps the catalog's rows of managed tables in step with their logs, which are the truth.
package struct CatalogFollower {
  let session: WorkspaceSession

  package init(session: WorkspaceSession) {
    self.session = session
  }

  /// What the catalog should say of a managed table; nil where the table is not there.
  package func entry(of name: TableName, pipeline: String? = nil) throws(LakeError) -> CatalogTable?
  {
    guard let snapshot = try session.snapshot(of: name) else { return nil }
    let known = try session.catalog.read { catalog throws(LakeError) in
      try catalog.table(named: name)
    }
    let directory = session.layout.directory(of: name)
    var table =
      known
      ?? CatalogTable(name, kind: .managed, location: session.workspace.location(of: directory))
    table.kind = .managed
    table.format = .parquet
    table.pipeline = pipeline ?? known?.pipeline
    table.follow(snapshot)
    return table
  }

  /// What the catalog should say of a table of others; nil where it does not have it.
  package func entry(of foreign: ForeignTable) throws(LakeError) -> CatalogTable? {
    guard let name = foreign.name, var table = try session.catalog.table(named: name),
      table.isForeign, let snapshot = try foreign.latestSnapshot()
    else { return nil }
    table.follow(snapshot)
    return table
  }
}

extension CatalogTable {
  /// Says what the table's log says.
  package mutating func follow(_ snapshot: Snapshot) {
    columns = snapshot.catalogColumns
    comment = snapshot.metadata.comment
    properties = snapshot.metadata.configuration.filter { !$0.key.hasPrefix("lake.") }
    currentVersion = snapshot.version
    recordCount = snapshot.rowCount
    byteCount = snapshot.byteCount
    fileCount = snapshot.files.count
  }
}

extension Snapshot {
  /// The columns as the catalog has them.
  package var catalogColumns: [CatalogColumn] {
    schema.fields.map { field in
      var column = CatalogColumn(field)
      column.comment = metadata.schema.comment(of: field.name)
      column.isPartition = metadata.partitionColumns.contains(field.name)
      return column
    }
  }
}
