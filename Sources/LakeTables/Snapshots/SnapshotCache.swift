import LakeCore
import Synchronization

/// Remembers the latest snapshots of tables, for whoever asks for them again and again. Each time
/// the log is looked at, and what was added to it is played on top of what is known; a log that was
/// put in place of another is told by the file of the last entry.
package final class SnapshotCache: Sendable {
  private struct Known: Sendable {
    var snapshot: Snapshot
    var entry: FileStatus
  }

  private let known = Mutex<[String: Known]>([:])

  private static let removalsMax = 200

  package init() {}

  /// The latest version of a table; nil where there is none.
  func latest(_ reader: SnapshotReader) throws(LakeError) -> Snapshot? {
    let log = reader.log
    if let known = try known(in: log), let snapshot = try behind(known, reader) {
      return snapshot
    }
    // Before the log is read: if it is replaced meanwhile, the file of the entry is another.
    guard let version = try log.latestVersion() else {
      forget(log)
      return nil
    }
    let entry = try log.status(ofVersion: version)
    let snapshot = try reader.latest()
    if let snapshot, snapshot.version == version, let entry { remember(snapshot, entry, log) }
    return snapshot
  }

  /// The latest version's number; nil where there is none.
  func latestVersion(_ log: DeltaLog) throws(LakeError) -> Int? {
    if let known = try known(in: log),
      let version = try log.latestVersion(behind: known.snapshot.version)
    {
      return version
    }
    return try log.latestVersion()
  }

  /// What is known, if the log is still the one that it was.
  private func known(in log: DeltaLog) throws(LakeError) -> Known? {
    guard let known = known.withLock({ $0[log.directory] }),
      try log.status(ofVersion: known.snapshot.version) == known.entry
    else { return nil }
    return known
  }

  /// The latest version on top of the one that is known; nil where the log must be read for it.
  private func behind(
    _ known: Known, _ reader: SnapshotReader
  ) throws(LakeError) -> Snapshot? {
    let log = reader.log
    guard let version = try log.latestVersion(behind: known.snapshot.version),
      try !isOutgrown(known.snapshot, log)
    else { return nil }
    if version == known.snapshot.version { return known.snapshot }
    guard let entry = try log.status(ofVersion: version) else { return nil }
    do throws(LakeError) {
      let snapshot = try reader.snapshot(behind: known.snapshot, through: version)
      remember(snapshot, entry, log)
      return snapshot
    } catch {
      // The same comes of reading all of the log, with all that is to be said of it.
      return nil
    }
  }

  /// Whether so many files were removed since the checkpoint that a later one serves better.
  private func isOutgrown(_ snapshot: Snapshot, _ log: DeltaLog) throws(LakeError) -> Bool {
    let removals = snapshot.removals
    guard removals.recent.count > SnapshotCache.removalsMax else { return false }
    let checkpoint = removals.checkpointed?.checkpoint.version ?? -1
    return try log.lastCheckpoint().map { $0.version > checkpoint } ?? false
  }

  private func remember(_ snapshot: Snapshot, _ entry: FileStatus, _ log: DeltaLog) {
    known.withLock { $0[log.directory] = Known(snapshot: snapshot, entry: entry) }
  }

  private func forget(_ log: DeltaLog) {
    known.withLock { $0[log.directory] = nil }
  }
}
