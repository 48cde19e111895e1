import LakeCore

/// The `_delta_log` directory of a table: entries of contiguous versions, each written once and
/// never changed.
struct DeltaLog: Sendable {
  let directory: String
  let fileSystem: any FileSystem

  /// No entry is larger; what a log file claims is not believed beyond this.
  static let entryBytesMax = 1 << 30

  init(tableRoot: String, fileSystem: any FileSystem) {
    directory = Path.join(tableRoot, "_delta_log")
    self.fileSystem = fileSystem
  }

  func path(ofVersion version: Int) -> String {
    Path.join(directory, LogFileName.entry(version))
  }

  /// The latest version; nil where there is no log. The versions are 0 to this one.
  func latestVersion() throws(LakeError) -> Int? {
    let names: [String]
    do {
      names = try fileSystem.list(directory)
    } catch {
      if error.code == .notFound { return nil }
      throw error
    }
    // The names are in byte order, which is that of the versions.
    let versions = names.compactMap { LogFileName.version(ofEntry: $0) }
    for (index, version) in versions.enumerated() where index != version {
      throw gap(expected: index, found: version, names)
    }
    if versions.isEmpty, let checkpoint = names.compactMap(LogFileName.version(ofCheckpoint:)).first
    {
      throw LakeError(
        .unsupported, "the log has a checkpoint of version \(checkpoint) and no entries",
        at: .file(directory), hint: "Tables are read from all entries of their log.")
    }
    return versions.last
  }

  private func gap(expected: Int, found: Int, _ names: [String]) -> LakeError {
    let checkpoints = names.compactMap(LogFileName.version(ofCheckpoint:))
    if expected == 0, let checkpoint = checkpoints.last {
      return LakeError(
        .unsupported,
        "the log begins with version \(found): what came before is only in the checkpoint of "
          + "version \(checkpoint)",
        at: .file(directory), hint: "Tables are read from all entries of their log.")
    }
    return LakeError(
      .corruptData, "the log lacks version \(expected), and has version \(found)",
      at: .file(directory), hint: "Restore the missing entry from a copy.")
  }

  func contains(version: Int) throws(LakeError) -> Bool {
    try fileSystem.status(of: path(ofVersion: version), followLinks: false) != nil
  }

  func actions(ofVersion version: Int) throws(LakeError) -> [Action] {
    let path = path(ofVersion: version)
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
