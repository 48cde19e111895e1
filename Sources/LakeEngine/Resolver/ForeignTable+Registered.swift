import LakeCatalog
import LakeCore
import LakeTables

extension ForeignTable {
  /// The table that the catalog has under a name. An error where its directory is gone.
  package init(
    registered entry: CatalogTable, in workspace: Workspace, _ fileSystem: any FileSystem,
    options: TableOptions = TableOptions()
  ) throws(LakeError) {
    let path = workspace.path(of: entry.location)
    guard let table = try ForeignTable(at: path, as: entry.name, in: fileSystem, options: options)
    else {
      throw LakeError(
        .notFound, "\(entry.name) is gone: there is no table with a log in \(entry.location)",
        at: .file(path), hint: "DROP TABLE \(entry.name) forgets it.")
    }
    self = table
  }

  /// One version of the table as something to read.
  package func bound(to snapshot: Snapshot, zone: String? = nil) throws -> BoundTable {
    try snapshot.bound(name, label: label, zone: zone)
  }
}
