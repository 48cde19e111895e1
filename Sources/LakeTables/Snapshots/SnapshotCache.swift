import LakeCore
import Synchronization

/// Remembers the latest snapshots of tables, for whoever asks for them again and again. Each time
/// the log is looked at, but replayed only if it has grown; a log that was put in place of another
/// is told by its last entry's file.
package final class SnapshotCache: Sendable {
  private struct Known: Sendable {
    var snapshot: Snapshot
    var entry: FileStatus
  }

  private let known = Mutex<[String: Known]>([:])

  package init() {}

  /// The latest version of a table; nil where there is none.
  package func latest(of table: ManagedTable) throws(LakeError) -> Snapshot? {
    guard let version = try table.latestVersion() else { return nil }
    let path = table.log.path(ofVersion: version)
    guard let entry = try table.fileSystem.status(of: path, followLinks: false) else {
      return try table.snapshot()
    }
    let found = known.withLock { $0[table.root] }
    if let found, found.entry == entry, found.snapshot.version == version {
      return found.snapshot
    }
    let snapshot = try table.snapshot()
    if snapshot.version == version {
      known.withLock { $0[table.root] = Known(snapshot: snapshot, entry: entry) }
    }
    return snapshot
  }
}
