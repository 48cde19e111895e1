import LakeCatalog
import LakeCore
import LakeTables

/// What the table of subjects consists of at a moment, so that a change is noticed: the files of a
/// landing table with what tells that they are the same, or the version of one with a log.
struct SubjectFiles: Sendable, Equatable {
  /// As the disk has it: it changes whenever a file is touched.
  private let stamps: String
  /// As the catalog has it, by content where that is known. Records are read by it: a file that is
  /// not in it is not read.
  private let content: String
  /// Whether the catalog knows every file, and each as it is.
  let isCatalogued: Bool

  /// As the disk has it now. Files and directories whose names begin with a point or an underscore
  /// are nobody's data, as for the crawler.
  init(of table: TableName, in session: WorkspaceSession) throws(LakeError) {
    let snapshot = try session.loggedSnapshot(of: table)
    if table.zone != .landing || snapshot != nil {
      stamps = snapshot.map { "\($0.metadata.id) \($0.version)" } ?? "none"
      content = stamps
      isCatalogued = true
      return
    }
    let (known, files) = try session.catalog.read { catalog throws(LakeError) in
      (try catalog.table(named: table), try catalog.files(of: table))
    }
    let path =
      known.map { session.workspace.path(of: $0.location) } ?? session.layout.directory(of: table)
    var found: [(name: String, stamp: FileStamp)] = []
    try SubjectFiles.walk(path, "", 0, session.fileSystem, &found)
    stamps = found.map { "\($0.name) \($0.stamp.text)" }.joined(separator: "\n")
    let expected = Dictionary(files.map { ($0.path, $0.stamp) }, uniquingKeysWith: { $1 })
    isCatalogued =
      found.count == files.count && found.allSatisfy { expected[$0.name] == $0.stamp }
    var lines = ["\(known?.format?.rawValue ?? "") \(known.map { "\($0.reading)" } ?? "none")"]
    lines += (known?.columns ?? []).map { "\($0.name) \($0.type)" }
    lines += files.sorted { $0.path < $1.path }.map { "\($0.path) \($0.identity)" }
    content = lines.joined(separator: "\n")
  }

  /// Whether the disk was as it was then.
  func hasStamps(of other: SubjectFiles) -> Bool { stamps == other.stamps }

  /// Of the content: a file that was touched, and holds what it held, does not change it.
  var hash: String { TextHash.hex(content) }

  private static let depthMax = 64

  private static func walk(
    _ path: String, _ name: String, _ depth: Int, _ fileSystem: any FileSystem,
    _ found: inout [(name: String, stamp: FileStamp)]
  ) throws(LakeError) {
    guard depth <= depthMax, let status = try fileSystem.status(of: path, followLinks: true) else {
      return
    }
    switch status.kind {
    case .file:
      found.append((name, FileStamp(status)))
    case .directory:
      for child in try fileSystem.list(path) where !child.hasPrefix(".") && !child.hasPrefix("_") {
        let below = name.isEmpty ? child : "\(name)/\(child)"
        try walk(Path.join(path, child), below, depth + 1, fileSystem, &found)
      }
    default: break
    }
  }
}

extension FileStamp {
  fileprivate var text: String { "\(size) \(modified) \(changed) \(inode)" }
}

extension CatalogFile {
  /// What tells one content of the file from another: the hash of its bytes where a crawl made one,
  /// else the stamp, which changes more often than the content.
  var identity: String {
    let partitions = partitionValues.map { "\($0.column)=\($0.value ?? "\u{0}")" }.listed
    let bytes = contentHash.map { "\(stamp.size) \(TextHash.hex($0))" } ?? stamp.text
    return "\(bytes) \(partitions) \(problem ?? "")"
  }
}
