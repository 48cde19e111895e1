import LakeCore
import LakeFormats

/// When the state of a version is written down.
package struct CheckpointPolicy: Sendable, Hashable {
  /// Not before so many versions since the last one.
  package var versionsMin = 10
  /// A version pays for so many actions of a checkpoint at most: a table of many files gets one the
  /// more seldom, and what publishing costs does not grow with it.
  package var actionsPerVersion = 2000

  package init() {}

  func isDue(_ version: Int, after last: Int, actionCount: Int) -> Bool {
    version - last >= max(versionsMin, actionCount / max(actionsPerVersion, 1))
  }
}

/// Writes the state of a version into one Parquet file beside the log's entries, so that readers
/// need not play all of them. It is a copy of what the entries say: whether it was written, and by
/// whom, decides nothing.
///
/// The file appears under its name whole and durable, and never in place of another; the hint
/// `_last_checkpoint` is replaced behind it.
package struct Checkpointer {
  private let table: ManagedTable
  private let policy: CheckpointPolicy

  package init(_ table: ManagedTable, _ policy: CheckpointPolicy = CheckpointPolicy()) {
    self.table = table
    self.policy = policy
  }

  /// Writes a checkpoint if enough versions were made since the last one; returns whether it did.
  @discardableResult
  package func writeIfDue(_ snapshot: Snapshot) throws(LakeError) -> Bool {
    let last = try table.log.lastCheckpoint()?.version ?? 0
    let count = snapshot.files.count + snapshot.removals.count + snapshot.transactions.count
    guard policy.isDue(snapshot.version, after: last, actionCount: count) else { return false }
    return try write(snapshot)
  }

  /// Writes a checkpoint of a version that was committed; returns false where there is one, and
  /// where the table has actions of which we keep no account.
  @discardableResult
  package func write(_ snapshot: Snapshot) throws(LakeError) -> Bool {
    // From writer version 7 on, features bring actions of their own.
    guard snapshot.tableProtocol.minWriterVersion < 7 else { return false }
    let path = Path.join(table.log.directory, CheckpointName.single(snapshot.version))
    if try table.fileSystem.status(of: path, followLinks: false) != nil { return false }
    let temporary = TemporaryName.random(in: table.log.directory)
    let now = table.options.clock()
    let tombstones = try table.tombstones(of: snapshot)
      .filter { table.isKept($0, by: snapshot, at: now) }
    let rows = CheckpointRows(snapshot, tombstones: tombstones)
    let byteCount: Int
    do throws(LakeError) {
      byteCount = try write(rows, of: snapshot, to: temporary)
      try table.fileSystem.link(temporary, to: path)
    } catch {
      try? table.fileSystem.removeFile(temporary)
      if error.code == .alreadyExists { return false }
      throw error
    }
    try table.fileSystem.removeFile(temporary)
    try table.fileSystem.syncDirectory(table.log.directory)
    try hint(
      LastCheckpoint(version: snapshot.version, size: rows.count, byteCount: byteCount))
    return true
  }

  private func write(
    _ rows: CheckpointRows, of snapshot: Snapshot, to path: String
  ) throws(LakeError) -> Int {
    do {
      let target = try StagedFileTarget(path: path, fileSystem: table.fileSystem)
      var options = ParquetWriteOptions()
      options.hasPageIndex = false
      options.createdBy = table.options.engine
      options.keyValueMetadata = [
        (CheckpointReader.checksKey, snapshot.uncheckedSince.map { String($0) } ?? ""),
        (CheckpointReader.firstRemovalKey, String(rows.firstRemoval)),
        (CheckpointReader.oldestRemovalKey, rows.oldestRemoval.map { String($0) } ?? ""),
      ]
      let writer = try ParquetWriter(
        schema: CheckpointRows.schema, target: target, options: options,
        pool: try ThreadPool(threadCount: 1), libraries: CodecLibraries(), tracker: nil)
      for start in stride(from: 0, to: rows.count, by: Batch.rowTarget) {
        try writer.append(try rows.batch(from: start))
      }
      let summary = try writer.finish()
      try target.commit()
      return summary.byteCount
    } catch {
      throw error as? LakeError ?? LakeError(.internal, "\(error)")
    }
  }

  /// Somebody may have hinted at a later one meanwhile.
  private func hint(_ last: LastCheckpoint) throws(LakeError) {
    if let known = try table.log.lastCheckpoint(), known.version > last.version { return }
    let file = try AtomicFileWriter(
      path: Path.join(table.log.directory, LogFileName.lastCheckpoint),
      fileSystem: table.fileSystem)
    try file.write(last.json.description)
    try file.commit()
  }
}
