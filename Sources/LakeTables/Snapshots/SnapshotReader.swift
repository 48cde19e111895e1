import LakeCore

/// Finds the shortest way to the state of a version: from the latest checkpoint at or before it, by
/// way of the entries behind that, to the version.
///
/// A checkpoint is a copy of what the entries say. One that is damaged, or lacks a part, is passed
/// over for an older one, or for the entries from the first on, as long as they are there.
struct SnapshotReader {
  let log: DeltaLog
  let root: String

  /// The latest version; nil where there is no log.
  func latest() throws(LakeError) -> Snapshot? {
    if let hint = try log.lastCheckpoint(),
      let version = try log.latestVersion(after: hint.version)
    {
      let checkpoint = LogCheckpoint(version: hint.version, names: hint.names)
      do throws(LakeError) {
        let replay = try play(checkpoint, through: version)
        if !replay.lacksChecks { return try replay.finish(root: root) }
      } catch {
        // A hint decides nothing: the same errors come again where they are the log's.
      }
    }
    guard let listing = try log.listing(), let latest = listing.latest else { return nil }
    return try snapshot(latest, listing)
  }

  /// A version that is known to have been there.
  func snapshot(version: Int) throws(LakeError) -> Snapshot {
    guard let listing = try log.listing() else {
      throw LakeError(.notFound, "there is no log", at: .file(log.directory))
    }
    return try snapshot(version, listing)
  }

  private func snapshot(_ version: Int, _ listing: LogListing) throws(LakeError) -> Snapshot {
    var failure: LakeError?
    for checkpoint in listing.checkpoints.reversed() where checkpoint.version <= version {
      if let gap = listing.gap(from: checkpoint.version + 1, through: version) {
        failure = failure ?? log.missing(gap, listing)
        continue
      }
      do throws(LakeError) {
        let replay = try play(checkpoint, through: version)
        // Rows under consent count as unchecked unless the entries can say more.
        if replay.lacksChecks, listing.gap(from: 0, through: version) == nil { break }
        return try replay.finish(root: root)
      } catch {
        if error.code == .unsupported { throw error }
        failure = failure ?? error
      }
    }
    if let gap = listing.gap(from: 0, through: version) {
      throw failure ?? expired(gap, version, listing)
    }
    return try play(nil, through: version).finish(root: root)
  }

  /// A version on top of an earlier one that is known.
  func snapshot(behind known: Snapshot, through version: Int) throws(LakeError) -> Snapshot {
    var replay = Replay(log, behind: known)
    try replay.apply(entriesThrough: version)
    return try replay.finish(root: root)
  }

  private func play(
    _ checkpoint: LogCheckpoint?, through version: Int
  ) throws(LakeError) -> Replay {
    var replay = Replay(log)
    if let checkpoint { try replay.apply(checkpoint) }
    try replay.apply(entriesThrough: version)
    return replay
  }

  /// The entries before a checkpoint may be gone, and with them what the table was before it.
  private func expired(_ gap: Int, _ version: Int, _ listing: LogListing) -> LakeError {
    guard let checkpoint = listing.checkpoints.first, checkpoint.version > version else {
      return log.missing(gap, listing)
    }
    return LakeError(
      .notFound,
      "version \(version) is no longer in the log, which begins with the checkpoint of "
        + "version \(checkpoint.version)", at: .file(log.directory))
  }
}
