import LakeCore

extension ManagedTable {
  /// Removes the data files of versions whose retention is over. Under the publish lock.
  ///
  /// The log says which they are; the directory is not listed. It may hold the files of thousands
  /// of versions, and a publish must not take longer for that. Now and then it is listed all the
  /// same, for what a publish could not remove in its turn.
  func removeExpiredFiles(after snapshot: Snapshot) throws(LakeError) -> Int {
    if snapshot.version % ManagedTable.versionsPerSweep == 0 {
      return try removeUnnamedFiles(after: snapshot)
    }
    let now = options.clock()
    let tombstones =
      mayHaveExpired(snapshot, at: now)
      ? try tombstones(of: snapshot) : snapshot.removals.recent
    let kept = Set(snapshot.files.map(\.path))
    var removed = 0
    for tombstone in tombstones where !isKept(tombstone, by: snapshot, at: now) {
      let path = tombstone.file.path
      if !kept.contains(path), isOurs(path), try removeIfThere(path) { removed += 1 }
    }
    return removed
  }

  /// Whether it is worth the time to read which files stand in the checkpoint as removed. Where
  /// they are many, a few versions more or less make no difference.
  private func mayHaveExpired(_ snapshot: Snapshot, at now: Int) -> Bool {
    guard let known = snapshot.removals.checkpointed, known.count > 0 else { return false }
    if let oldest = known.oldest, oldest > now - options.retentionMilliseconds { return false }
    return known.count <= ManagedTable.removalsFew
      || snapshot.version % ManagedTable.versionsPerExpiry == 0
  }

  private static let (removalsFew, versionsPerExpiry) = (500, 20)

  private static let versionsPerSweep = 100

  /// Removes data files of our own naming that no kept version names: those of commits that never
  /// came to be, too. Under the publish lock.
  func removeUnnamedFiles(after snapshot: Snapshot) throws(LakeError) -> Int {
    let now = options.clock()
    var kept = Set(snapshot.files.map(\.path))
    for tombstone in try tombstones(of: snapshot) where isKept(tombstone, by: snapshot, at: now) {
      kept.insert(tombstone.file.path)
    }
    var removed = 0
    for path in try fileSystem.tree(root, skipsHidden: true) where !kept.contains(path) {
      if isOurs(path), try removeIfThere(path) { removed += 1 }
    }
    return removed
  }

  private func isOurs(_ path: String) -> Bool {
    DataFileName.version(of: Path.lastComponent(of: path)) != nil
  }

  private func removeIfThere(_ path: String) throws(LakeError) -> Bool {
    let file = Path.join(root, path)
    guard try fileSystem.status(of: file, followLinks: false)?.kind == .file else { return false }
    try fileSystem.removeFile(file)
    try fileSystem.removeEmptyDirectories(from: Path.directory(of: file), upTo: root)
    return true
  }

  /// Whether a version that had the file is kept: it is one of the last few, or was the latest
  /// within the retention, which it was until the file was removed.
  func isKept(_ tombstone: Snapshot.Tombstone, by snapshot: Snapshot, at now: Int) -> Bool {
    guard let removed = tombstone.file.deletionTimestamp else { return true }
    let first = snapshot.version - max(options.versionsMin, 1) + 2
    if tombstone.version >= first {
      // A checkpoint does not say which version removed a file; when it was removed tells, since
      // our own commits are of that very time.
      let isEarlier = first == snapshot.version && removed < snapshot.timestamp
      guard isEarlier, isOurs(tombstone.file.path) else { return true }
    }
    return removed > now - options.retentionMilliseconds
  }
}
