import LakeCore

/// A directory with a log in it: a managed table, or one of somebody else.
///
/// The value is a place; every question is answered by the disk at the time of asking, though what
/// the log said before is not read again.
package protocol LoggedTable: Sendable {
  /// How messages call it.
  var label: String { get }
  /// The absolute path of the directory that the log is in.
  var root: String { get }
  var fileSystem: any FileSystem { get }
  var options: TableOptions { get }
  /// How people are told where its versions are listed.
  var historyHint: String { get }
  /// Whether others say what the table is: then nothing but its rows is changed.
  var isForeign: Bool { get }
  /// Where files are written before anybody sees them.
  var stagingDirectory: String { get }
  /// Held by ours while a version is published. Others know nothing of it.
  var publishLock: String { get }

  /// The state after a version; by default the latest.
  func snapshot(version: Int?) throws(LakeError) -> Snapshot
  /// Begins to write rows for the table. Nothing of it can be seen until `publish`.
  func beginWrite(
    _ request: WriteRequest, format: any DataFileFormat, kernels: Kernels
  ) throws(LakeError) -> StagedWrite
  /// Makes the table what it was after an earlier version, as a new version: the files of then are
  /// named again, and what came after stays in the history.
  func restore(to earlier: Snapshot, _ request: PublishRequest) throws -> PublishOutcome

  /// Refuses where the next version could not be shown to those who read it.
  func requirePublishable() throws(LakeError)
  /// What is done behind a commit, under the publish lock; each failure is a warning.
  func follow(_ commit: ProposedCommit, _ report: inout CommitReport)
}

extension LoggedTable {
  var log: DeltaLog { DeltaLog(tableRoot: root, fileSystem: fileSystem) }

  var reader: SnapshotReader { SnapshotReader(log: log, root: root) }

  /// Makes the staged files the next version of the table. See `Publisher`.
  package func publish(
    _ staged: StagedFiles, _ request: PublishRequest
  ) throws -> PublishOutcome {
    precondition(staged.table.root == root, "the files were staged for another table")
    defer { staged.discard() }
    let change = ProposedChange(base: staged.base, kind: .rows(staged), folder: staged.folder)
    return try Publisher(table: self, change: change, request: request).run()
  }

  /// The latest version; nil where there is no table.
  package func latestVersion() throws(LakeError) -> Int? {
    try options.snapshots.latestVersion(log)
  }

  /// The state of the table after its latest version; nil where there is no table.
  package func latestSnapshot() throws(LakeError) -> Snapshot? {
    try options.snapshots.latest(reader)
  }

  package func snapshot() throws(LakeError) -> Snapshot { try snapshot(version: nil) }

  /// The state of the table at a moment, in milliseconds since 1970.
  package func snapshot(atTimestamp timestamp: Int) throws(LakeError) -> Snapshot {
    try snapshot(version: try version(atTimestamp: timestamp))
  }

  /// The version that was the latest at a moment, in milliseconds since 1970.
  package func version(atTimestamp timestamp: Int) throws(LakeError) -> Int {
    var before: Int?
    while true {
      let page = try history(before: before, limit: 100)
      if let entry = page.first(where: { $0.timestamp <= timestamp }) { return entry.version }
      guard let last = page.last, last.version > 0 else { break }
      before = last.version
    }
    throw LakeError(.notFound, "\(label) did not exist at that time", hint: historyHint)
  }

  /// All versions that are still in the log, the oldest first; empty where there is no table.
  package func history() throws(LakeError) -> [HistoryEntry] {
    try history(limit: .max).reversed()
  }

  /// The newest versions, at most so many, the newest first; with `before`, those below a version.
  package func history(
    before version: Int? = nil, limit: Int
  ) throws(LakeError) -> [HistoryEntry] {
    guard let latest = try latestVersion() else { return [] }
    let newest = version.map { min($0 - 1, latest) } ?? latest
    return try HistoryEntry.page(of: log, upTo: newest, limit: limit)
  }
}

// MARK: - Before a write

extension LoggedTable {
  /// One that was dropped meanwhile, and perhaps made anew, has none of the rows of then.
  func requireSameTable(_ latest: Snapshot?, as base: Snapshot?) throws(LakeError) {
    guard let base, latest.map({ $0.metadata.id != base.metadata.id }) ?? true else { return }
    throw LakeError(
      .conflict, "\(label) was dropped after its rows had been looked at",
      hint: "Run the statement again.")
  }

  func requireUnchanged(_ base: Snapshot?, since version: Int?) throws(LakeError) {
    guard let version, (base?.version ?? Snapshot.unborn) != version else { return }
    let then = version == Snapshot.unborn ? "and was not there" : "and no more at \(version)"
    throw LakeError(
      .conflict, "\(label) is at version \(base.map { String($0.version) } ?? "none"), \(then)",
      hint: "Somebody else published meanwhile: run it again.")
  }
}
