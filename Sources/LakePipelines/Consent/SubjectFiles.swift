import LakeCatalog
import LakeCore
import LakeTables

/// What the table of subjects consists of at a moment, so that a change is noticed: the files of a
/// landing table with what tells that they are the same, or the version of a managed one.
struct SubjectFiles: Sendable, Equatable {
  private var description: String

  /// As the disk has it now. Files and directories whose names begin with a point or an underscore
  /// are nobody's data, as for the crawler.
  init(of table: TableName, in session: WorkspaceSession) throws(LakeError) {
    if table.zone != .landing {
      let snapshot = try session.snapshot(of: table)
      description = snapshot.map { "\($0.metadata.id) \($0.version)" } ?? "none"
      return
    }
    let location = try session.catalog.read { catalog throws(LakeError) in
      try catalog.table(named: table)?.location
    }
    let path =
      location.map { session.workspace.path(of: $0) } ?? session.layout.directory(of: table)
    var lines: [String] = []
    try SubjectFiles.walk(path, "", session.fileSystem, &lines)
    description = lines.joined(separator: "\n")
  }

  var hash: String { TextHash.hex(description) }

  private static func walk(
    _ path: String, _ name: String, _ fileSystem: any FileSystem, _ lines: inout [String]
  ) throws(LakeError) {
    guard let status = try fileSystem.status(of: path, followLinks: true) else { return }
    switch status.kind {
    case .file:
      lines.append("\(name) \(status.size) \(status.modified) \(status.changed) \(status.inode)")
    case .directory:
      for child in try fileSystem.list(path) where !child.hasPrefix(".") && !child.hasPrefix("_") {
        try walk(Path.join(path, child), "\(name)/\(child)", fileSystem, &lines)
      }
    default: break
    }
  }
}
