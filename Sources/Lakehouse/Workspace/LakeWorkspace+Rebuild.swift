import LakeCatalog
import LakeCore
import LakeFormats
import LakePipelines
import LakeTables

extension LakeWorkspace {
  /// Makes the catalog anew from logs, files and definitions. The old file is put aside first, so
  /// that one which cannot be read does no harm.
  package func rebuildCatalog(
    progress: ScanProgress? = nil
  ) throws -> (landing: Int, managed: Int, foreign: Int, views: Int) {
    let lock = try lockForRun()
    defer { lock.release() }
    let session = try session
    session.catalog.close()
    try putCatalogAside(session)
    _ = try crawl(progress: progress)
    let follower = CatalogFollower(session: session)
    let makers = try makersOfTables()
    let managed = try ManagedTable.all(
      in: session.layout, fileSystem: session.fileSystem, options: session.tableOptions)
    for table in managed {
      try cancellation.check()
      guard let entry = try follower.entry(of: table.name, pipeline: makers[table.name]) else {
        continue
      }
      try session.catalog.save(entry)
    }
    let tables = try session.catalog.tables()
    return (
      tables.count { $0.kind == .external && !$0.isForeign }, managed.count,
      tables.count { $0.isForeign }, tables.count { $0.kind == .view }
    )
  }

  private func makersOfTables() throws(LakeError) -> [TableName: String] {
    var makers: [TableName: String] = [:]
    for pipeline in try pipelines().all() {
      for job in pipeline.jobs { makers[job.target] = pipeline.name }
    }
    return makers
  }

  private func putCatalogAside(_ session: WorkspaceSession) throws(LakeError) {
    let path = session.layout.catalogFile
    let fileSystem = session.fileSystem
    for suffix in ["-wal", "-shm", ""] {
      if try fileSystem.status(of: path + suffix, followLinks: false) == nil { continue }
      // The log of changes belongs to the file: both are kept, or neither is of use.
      try fileSystem.rename(path + suffix, to: path + ".old" + suffix)
    }
    try fileSystem.syncDirectory(session.layout.catalogDirectory)
  }
}
