import LakeCore

extension ManagedTable {
  /// Makes the table what it was after an earlier version, as a new version: the files of then are
  /// named again, and what came after stays in the history.
  ///
  /// Of a table under consent no earlier rows are taken as they are: they may be those of people
  /// who have withdrawn since. Whoever restores it reads them through the checks, as for an
  /// overwrite.
  package func restore(
    to earlier: Snapshot, _ request: PublishRequest
  ) throws -> PublishOutcome {
    try commit(.restore(earlier), basedOn: nil, request)
  }

  /// Changes what the table says of itself: columns that no row has yet, comments, settings. No
  /// file is touched.
  package func change(
    to metadata: TableMetadata, of snapshot: Snapshot, _ request: PublishRequest
  ) throws -> PublishOutcome {
    try commit(.metadata(metadata), basedOn: snapshot, request)
  }

  private func commit(
    _ kind: ProposedChange.Kind, basedOn base: Snapshot?, _ request: PublishRequest
  ) throws -> PublishOutcome {
    guard let latest = try latestSnapshot() else { throw noTable }
    try requireSameTable(latest, as: base)
    // An older one is judged at the publish, by who was faster.
    let base = base ?? latest
    var keepsRows = false
    if case .metadata = kind { keepsRows = true }
    try ProtocolSupport.requireWritable(base.tableProtocol, base.metadata, appending: keepsRows)
    repair(latest)
    let folder = try StagingFolder(in: self)
    defer { folder.remove() }
    let change = ProposedChange(base: base, kind: kind, folder: folder)
    return try Publisher(table: self, change: change, request: request).run()
  }
}
