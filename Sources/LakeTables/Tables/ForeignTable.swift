import LakeCore

/// A table of somebody else: a directory with a log in Delta's format, wherever it is. It is read
/// and never written.
package struct ForeignTable: Sendable {
  /// Without symbolic links.
  package let root: String
  private let label: String
  private let log: DeltaLog

  /// Nil where the path is no directory with a log in it.
  package init?(at path: String, in fileSystem: any FileSystem) throws(LakeError) {
    guard try fileSystem.status(of: path, followLinks: true)?.kind == .directory else {
      return nil
    }
    let root = try fileSystem.resolve(path)
    let log = DeltaLog(tableRoot: root, fileSystem: fileSystem)
    switch try fileSystem.status(of: log.directory, followLinks: false)?.kind {
    case .directory: break
    case .symbolicLink:
      throw LakeError(
        .permissionDenied, "the log of the table is a symbolic link, which is not followed",
        at: .file(log.directory))
    default: return nil
    }
    self.root = root
    self.log = log
    label = path
  }

  /// The state after a version; by default the latest.
  package func snapshot(version: Int? = nil) throws(LakeError) -> Snapshot {
    let reader = SnapshotReader(log: log, root: root)
    guard let version else {
      guard let latest = try reader.latest() else { throw noVersions }
      return latest
    }
    guard let latest = try log.latestVersion() else { throw noVersions }
    guard version >= 0, version <= latest else {
      throw LakeError(
        .notFound, "'\(label)' has no version \(version)", at: .file(root),
        hint: "Its latest version is \(latest).")
    }
    return try reader.snapshot(version: version)
  }

  /// The state at a moment, in milliseconds since 1970.
  package func snapshot(atTimestamp timestamp: Int) throws(LakeError) -> Snapshot {
    guard let latest = try log.latestVersion() else { throw noVersions }
    let history = try HistoryEntry.page(of: log, upTo: latest, limit: .max)
    guard let entry = history.first(where: { $0.timestamp <= timestamp }) else {
      throw LakeError(
        .notFound, "'\(label)' did not exist at that time, or its log no longer tells",
        at: .file(root))
    }
    return try snapshot(version: entry.version)
  }

  private var noVersions: LakeError {
    LakeError(.corruptData, "the log has no versions", at: .file(log.directory))
  }
}
