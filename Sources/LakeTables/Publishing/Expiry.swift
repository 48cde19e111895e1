import LakeCore

extension ManagedTable {
  /// Removes the data files of versions whose retention is over since the commit before. Under the
  /// publish lock.
  ///
  /// The log says which they are; the directory is not listed. It may hold the files of thousands
  /// of versions, and a publish must not take longer for that. Now and then it is listed all the
  /// same, for what a publish could not remove in its turn.
  func removeExpiredFiles(
    after snapshot: Snapshot, since base: Snapshot?
  ) throws(LakeError) -> Int {
    guard let base else { return 0 }
    if snapshot.version % ManagedTable.versionsPerSweep == 0 {
      return try removeUnnamedFiles(after: snapshot)
    }
    let before = oldestKeptVersion(of: base, at: base.timestamp)
    let oldest = oldestKeptVersion(of: snapshot, at: options.clock())
    let kept = Set(snapshot.files.map(\.path))
    var removed = 0
    for tombstone in snapshot.tombstones 
    where tombstone.version > before && tombstone.version <= oldest {
      let path = tombstone.file.path
      guard !kept.contains(path), DataFileName.version(of: Path.lastComponent(of: path)) != nil
      else { continue }
      if try removeIfThere(path) { removed += 1 }
    }
    return removed
  }

  private static let versionsPerSweep = 100

  /// Removes data files of our own naming that no kept version names: those of commits that never
  /// came to be, too. Under the publish lock.
  func removeUnnamedFiles(after snapshot: Snapshot) throws(LakeError) -> Int {
    let oldest = oldestKeptVersion(of: snapshot, at: options.clock())
    var kept = Set(snapshot.files.map(\.path))
    for tombstone in snapshot.tombstones where tombstone.version > oldest {
      kept.insert(tombstone.file.path)
    }
    var removed = 0
    for path in try fileSystem.tree(root, skipsHidden: true) where !kept.contains(path) {
      guard DataFileName.version(of: Path.lastComponent(of: path)) != nil else { continue }
      if try removeIfThere(path) { removed += 1 }
    }
    return removed
  }

  private func removeIfThere(_ path: String) throws(LakeError) -> Bool {
    let file = Path.join(root, path)
    guard try fileSystem.status(of: file, followLinks: false)?.kind == .file else { return false }
    try fileSystem.removeFile(file)
    try fileSystem.removeEmptyDirectories(from: Path.directory(of: file), upTo: root)
    return true
  }

  /// The first version whose files are all kept: the last few, and those that were the latest
  /// within the retention, as it was at a moment.
  func oldestKeptVersion(of snapshot: Snapshot, at now: Int) -> Int {
    let cutoff = now - options.retentionMilliseconds
    var oldest = max(0, snapshot.version - max(options.versionsMin, 1) + 1)
    // A version was superseded when the one behind it was made.
    while oldest > 0, snapshot.timestamps[oldest] > cutoff { oldest -= 1 }
    return oldest
  }
}
