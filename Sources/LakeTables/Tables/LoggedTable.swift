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

  /// The state after a version; by default the latest.
  func snapshot(version: Int?) throws(LakeError) -> Snapshot
}

extension LoggedTable {
  var log: DeltaLog { DeltaLog(tableRoot: root, fileSystem: fileSystem) }

  var reader: SnapshotReader { SnapshotReader(log: log, root: root) }

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
