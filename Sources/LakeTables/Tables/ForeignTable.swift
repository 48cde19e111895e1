import LakeCore

/// A table of somebody else: a directory with a log in Delta's format, wherever it is.
package struct ForeignTable: LoggedTable {
  /// The name under which the catalog has it; nil for one that is named by its path.
  package let name: TableName?
  package let label: String
  /// Without symbolic links.
  package let root: String
  package let fileSystem: any FileSystem
  package let options: TableOptions

  /// Nil where the path is no directory with a log in it.
  package init?(
    at path: String, as name: TableName? = nil, in fileSystem: any FileSystem,
    options: TableOptions = TableOptions()
  ) throws(LakeError) {
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
    self.name = name
    self.root = root
    self.fileSystem = fileSystem
    self.options = options
    label = name?.description ?? path
  }

  package var historyHint: String {
    name.map { "See lake history \($0)." } ?? "DESCRIBE HISTORY lists its versions."
  }

  package func snapshot(version: Int?) throws(LakeError) -> Snapshot {
    guard let version else {
      guard let latest = try latestSnapshot() else { throw noVersions }
      return latest
    }
    guard let latest = try latestVersion() else { throw noVersions }
    guard version >= 0, version <= latest else {
      throw LakeError(
        .notFound, "'\(label)' has no version \(version)", at: .file(root),
        hint: "Its latest version is \(latest).")
    }
    return try reader.snapshot(version: version)
  }

  private var noVersions: LakeError {
    LakeError(.corruptData, "the log has no versions", at: .file(log.directory))
  }
}
