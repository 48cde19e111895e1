import LakeCore

/// The `_delta_log` directory of a table: entries of contiguous versions, each written once and
/// never changed, and checkpoints, which hold the state of a version so that the entries before it
/// need not be read, or be there.
struct DeltaLog: Sendable {
  let directory: String
  let fileSystem: any FileSystem

  /// No entry is larger; what a log file claims is not believed beyond this.
  static let entryBytesMax = 1 << 30
  /// Where so many versions follow the one that the hint names, the log is listed instead.
  private static let probesMax = 1000

  init(tableRoot: String, fileSystem: any FileSystem) {
    directory = Path.join(tableRoot, "_delta_log")
    self.fileSystem = fileSystem
  }

  func path(ofVersion version: Int) -> String {
    Path.join(directory, LogFileName.entry(version))
  }

  // MARK: - Versions

  /// The latest version; nil where there is no log.
  func latestVersion() throws(LakeError) -> Int? {
    if let hint = try lastCheckpoint(), let latest = try latestVersion(after: hint.version) {
      return latest
    }
    guard let listing = try listing(), let latest = listing.latest else { return nil }
    let start = listing.checkpoints.last?.version ?? -1
    if let gap = listing.gap(from: start + 1, through: latest) {
      throw missing(gap, listing)
    }
    return latest
  }

  /// What `_last_checkpoint` says; nil where there is none that can be read.
  func lastCheckpoint() throws(LakeError) -> LastCheckpoint? {
    do throws(LakeError) {
      let path = Path.join(directory, LogFileName.lastCheckpoint)
      return LastCheckpoint(
        parsing: try fileSystem.readWhole(path, limit: LastCheckpoint.bytesMax))
    } catch {
      return nil
    }
  }

  /// The latest version by looking for one after the other from a known one on, since versions
  /// are contiguous. Nil where that is not so, or would take long.
  func latestVersion(after known: Int) throws(LakeError) -> Int? {
    if try !contains(version: known), try !contains(checkpoint: known) { return nil }
    return try latestVersion(behind: known)
  }

  /// The same where the known one is there for certain.
  func latestVersion(behind known: Int) throws(LakeError) -> Int? {
    var latest = known
    while try contains(version: latest + 1) {
      latest += 1
      if latest - known > DeltaLog.probesMax { return nil }
    }
    return try contains(version: latest + 2) ? nil : latest
  }

  func contains(version: Int) throws(LakeError) -> Bool {
    try status(ofVersion: version) != nil
  }

  /// The file of an entry; nil where there is none.
  func status(ofVersion version: Int) throws(LakeError) -> FileStatus? {
    try fileSystem.status(of: path(ofVersion: version), followLinks: false)
  }

  private func contains(checkpoint version: Int) throws(LakeError) -> Bool {
    let path = Path.join(directory, CheckpointName.single(version))
    return try fileSystem.status(of: path, followLinks: false) != nil
  }

  /// Nil where there is no log.
  func listing() throws(LakeError) -> LogListing? {
    do throws(LakeError) {
      return LogListing(names: try fileSystem.list(directory))
    } catch {
      if error.code == .notFound { return nil }
      throw error
    }
  }

  func missing(_ version: Int, _ listing: LogListing) -> LakeError {
    let found = listing.entry(after: version).map { ", and has version \($0)" } ?? ""
    return LakeError(
      .corruptData, "the log lacks version \(version)\(found)", at: .file(directory),
      hint: "Restore the missing entry from a copy.")
  }

  // MARK: - Entries

  func actions(ofVersion version: Int) throws(LakeError) -> [Action] {
    try actions(in: path(ofVersion: version))
  }

  /// The actions of a file of lines.
  func actions(in path: String) throws(LakeError) -> [Action] {
    let bytes = try fileSystem.readWhole(path, limit: DeltaLog.entryBytesMax)
    var actions: [Action] = []
    var number = 0
    for line in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
      number += 1
      if line.allSatisfy({ $0 == 0x20 || $0 == 0x0D || $0 == 0x09 }) { continue }
      do throws(LakeError) {
        if let action = try Action.parse(line: line) { actions.append(action) }
      } catch {
        throw LakeError(
          error.code, error.message, at: .init(path: path, line: number), hint: error.hint,
          cause: error)
      }
    }
    return actions
  }

  /// When an entry was made, in milliseconds since 1970: as it says, or by the clock of the disk.
  func timestamp(ofVersion version: Int, _ info: CommitInfo) throws(LakeError) -> Int {
    if let timestamp = info.timestamp { return timestamp }
    let path = path(ofVersion: version)
    guard let status = try fileSystem.status(of: path, followLinks: true) else {
      throw LakeError(.corruptData, "an entry of the log has vanished", at: .file(path))
    }
    return status.modified / 1_000_000
  }
}
