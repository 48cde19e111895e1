import LakeCore

extension ManagedTable {
  /// A table that is there, with what a killed process left undone done; nil where there is none.
  /// Never waits: who holds the table's lock does that work himself.
  package static func open(
    _ name: TableName, in layout: WorkspaceLayout, fileSystem: any FileSystem,
    options: TableOptions = TableOptions()
  ) throws(LakeError) -> ManagedTable? {
    let table = try ManagedTable(name, in: layout, fileSystem: fileSystem, options: options)
    guard let latest = try table.latestSnapshot() else { return nil }
    table.repair(latest)
    return table
  }

  /// How the published directory stands to the log.
  package func publishedDirectoryState() throws(LakeError) -> PublishedDirectoryState {
    try published.state(for: try snapshot())
  }

  /// Finishes what a killed process left: the published directory, leftovers of staging and of
  /// commits that never came to be. Waits for the table's lock.
  package func recover() throws(LakeError) {
    let lock = try fileSystem.lock(
      publishLock, waitingMilliseconds: options.lockWaitMilliseconds)
    defer { lock.release() }
    try recoverUnderLock()
  }

  /// As `recover`, where there is something to be done, nobody else is at work and the disk allows
  /// it: a reader of a table works whether its published directory can be mended or not.
  ///
  /// A reader needs the published directory only; a writer looks for leftovers too (`tidying`).
  package func repair(_ latest: Snapshot, tidying: Bool = false) {
    do throws(LakeError) {
      if latest.uncheckedSince != nil { return }
      if try published.state(for: latest) == .current {
        guard tidying, try hasLeftovers() else { return }
      }
      let lock = try fileSystem.lock(publishLock, waitingMilliseconds: 0)
      defer { lock.release() }
      try recoverUnderLock()
    } catch {
      // The same work is tried by the next command, and `recover` tells why it fails.
    }
  }

  /// What a writer at work has there too counts: tidying leaves it alone.
  private func hasLeftovers() throws(LakeError) -> Bool {
    if try published.isUntidy { return true }
    guard try fileSystem.status(of: stagingDirectory, followLinks: false) != nil else {
      return false
    }
    return try !fileSystem.list(stagingDirectory).isEmpty
  }

  private func recoverUnderLock() throws(LakeError) {
    guard let snapshot = try latestSnapshot() else { return }
    if snapshot.uncheckedSince == nil, try published.state(for: snapshot) != .current {
      try published.refresh(to: snapshot)
    } else {
      try published.tidy()
    }
    _ = try removeUnnamedFiles(after: snapshot)
    _ = try StagingFolder.tidy(self)
    try removeHalfCheckpoints()
  }

  /// Checkpoints are written under the publish lock: a temporary name is of somebody who died.
  private func removeHalfCheckpoints() throws(LakeError) {
    for name in try fileSystem.list(log.directory) where TemporaryName.matches(name) {
      try fileSystem.removeFile(Path.join(log.directory, name))
    }
  }

  /// Removes what dead writers left: their staging folders, and the files that they put into the
  /// table and did not commit. Under the publish lock.
  func tidy(_ snapshot: Snapshot) throws(LakeError) {
    if try StagingFolder.tidy(self) > 0 { _ = try removeUnnamedFiles(after: snapshot) }
  }
}
