import LakeCore

/// The files that belonged to an earlier version than the snapshot's.
///
/// Only whoever tidies wants to know them, and there may be thousands: those that stand in the
/// checkpoint from which the snapshot was read stay there until somebody asks.
struct Removals: Sendable {
  /// Of the entries behind the checkpoint; in no order.
  var recent: [Snapshot.Tombstone] = []
  var checkpointed: Checkpointed?

  struct Checkpointed: Sendable {
    var checkpoint: LogCheckpoint
    /// How many there are.
    var count: Int
    /// When the first of them was removed, in milliseconds since 1970, if the checkpoint says so.
    var oldest: Int?
  }

  /// How many there are; a file that was put back and removed again may count twice.
  var count: Int { recent.count + (checkpointed?.count ?? 0) }
}

extension LoggedTable {
  /// The files that belonged to an earlier version, in the order in which they were removed.
  package func tombstones(of snapshot: Snapshot) throws(LakeError) -> [Snapshot.Tombstone] {
    let recent = snapshot.removals.recent
    var all = recent
    if let checkpoint = snapshot.removals.checkpointed?.checkpoint {
      // What was put back since is there again, or was removed again.
      var known = Set(recent.map(\.file.key))
      known.formUnion(snapshot.files.map(\.key))
      var reader = CheckpointReader(log, wanting: ["remove"])
      for name in checkpoint.names {
        try reader.read(name) { action in
          if case .remove(let file) = action, !known.contains(file.key) {
            all.append(.init(file: file, version: checkpoint.version))
          }
        }
      }
    }
    return all.sorted { ($0.version, $0.file.key) < ($1.version, $1.file.key) }
  }
}
