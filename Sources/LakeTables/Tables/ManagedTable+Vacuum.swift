import LakeCore

/// What a vacuum removes, or would.
package struct VacuumReport: Sendable {
  package struct File: Sendable, Hashable {
    /// From the table's root.
    package var path: String
    package var size: Int
  }

  package var files: [File]
  /// The versions from this one on can be read as before.
  package var oldestVersion: Int
  package var latestVersion: Int
  /// Data files that are not named by our rules and by no version: they are left where they are.
  package var strangers: [String]

  package var byteCount: Int { files.reduce(0) { $0 &+ $1.size } }
}

extension ManagedTable {
  /// The data files that no kept version names: of versions whose retention is over, and of commits
  /// that never came to be. A retention shorter than the table's own is for this time only.
  ///
  /// Nothing is removed that a version within the retention names, nor anything young: it may be
  /// somebody's who has not committed yet.
  package func vacuum(
    retentionMilliseconds: Int? = nil, isDryRun: Bool
  ) throws(LakeError) -> VacuumReport {
    var table = self
    if let retentionMilliseconds { table = with(retention: retentionMilliseconds) }
    let lock = try fileSystem.lock(
      publishLock, waitingMilliseconds: options.lockWaitMilliseconds)
    defer { lock.release() }
    guard let snapshot = try latestSnapshot() else { throw noTable }
    let report = try table.unneeded(snapshot)
    if isDryRun { return report }
    // What readers without a log are given is put right before anything goes.
    if snapshot.uncheckedSince == nil, try published.state(for: snapshot) != .current {
      try published.refresh(to: snapshot)
    }
    for file in report.files {
      let path = Path.join(root, file.path)
      try fileSystem.removeFile(path)
      try fileSystem.removeEmptyDirectories(from: Path.directory(of: path), upTo: root)
    }
    try published.tidy()
    _ = try StagingFolder.tidy(self)
    return report
  }

  private func with(retention milliseconds: Int) -> ManagedTable {
    var options = options
    options.retentionMilliseconds = max(0, milliseconds)
    return ManagedTable(self, options: options)
  }

  private func unneeded(_ snapshot: Snapshot) throws(LakeError) -> VacuumReport {
    let now = options.clock()
    var oldest = 0
    var kept = Set(snapshot.files.map(\.path))
    var named = kept
    for tombstone in try tombstones(of: snapshot) {
      named.insert(tombstone.file.path)
      if isKept(tombstone, by: snapshot, at: now) {
        kept.insert(tombstone.file.path)
      } else {
        oldest = max(oldest, tombstone.version)
      }
    }
    var report = VacuumReport(
      files: [], oldestVersion: oldest, latestVersion: snapshot.version, strangers: [])
    for path in try fileSystem.tree(root, skipsHidden: true) where !kept.contains(path) {
      if path.hasSuffix("/") { continue }
      let isOurs = DataFileName.version(of: Path.lastComponent(of: path)) != nil
      guard isOurs || named.contains(path) else {
        report.strangers.append(path)
        continue
      }
      let status = try fileSystem.status(of: Path.join(root, path), followLinks: false)
      guard let status, status.kind == .file else { continue }
      report.files.append(.init(path: path, size: status.size))
    }
    return report
  }
}
