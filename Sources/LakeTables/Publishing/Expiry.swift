import LakeCore

extension ManagedTable {
  /// Removes data files of our own naming that no kept version names: those of versions whose
  /// retention is over, and those of commits that never came to be. Under the publish lock.
  func removeExpiredFiles(after snapshot: Snapshot) throws(LakeError) -> Int {
    let oldest = oldestKeptVersion(of: snapshot)
    var kept = Set(snapshot.files.map(\.path))
    for tombstone in snapshot.tombstones where tombstone.version > oldest {
      kept.insert(tombstone.file.path)
    }
    var removed = 0
    for name in try fileSystem.list(root) where !kept.contains(name) {
      if DataFileName.version(of: name) != nil || TemporaryName.matches(name) {
        try fileSystem.removeFile(Path.join(root, name))
        removed += 1
      }
    }
    return removed
  }

  /// The first version whose files are all kept: the last few, and those that were the latest
  /// within the retention.
  func oldestKeptVersion(of snapshot: Snapshot) -> Int {
    let cutoff = options.clock() - options.retentionMilliseconds
    var oldest = max(0, snapshot.version - max(options.versionsMin, 1) + 1)
    // A version was superseded when the one behind it was made.
    while oldest > 0, snapshot.timestamps[oldest] > cutoff { oldest -= 1 }
    return oldest
  }
}
