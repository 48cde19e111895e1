import LakeCore

/// A file that is offered to a table, and what the directories on the way to it say of its rows.
struct FoundFile: Sendable {
  var path: String
  var status: FileStatus
  /// From names such as `day=2024-05-01`; nil is null.
  var partition: [(column: String, text: String?)] = []
}

/// Finds the files in what a user offers: single files, and folders as Spark, DuckDB or Polars
/// write them. What is no data is passed by (names that begin with a point or an underscore); what
/// shows that the writer is not done, or has failed, is an error, and so is a symbolic link: where
/// it leads can change.
struct OfferedFolder {
  private let fileSystem: any FileSystem
  /// The directory of the workspace's own tables, from which nothing is adopted.
  private let lake: String
  private var found: [FoundFile] = []
  private var seen: Set<FileStatus.Identity> = []

  static func files(
    at paths: [String], notIn lake: String, _ fileSystem: any FileSystem
  ) throws(LakeError) -> [FoundFile] {
    var folder = OfferedFolder(fileSystem: fileSystem, lake: lake)
    for path in paths { try folder.add(OfferedFolder.withoutSlashes(path)) }
    return folder.found
  }

  private init(fileSystem: any FileSystem, lake: String) {
    self.fileSystem = fileSystem
    self.lake = lake
  }

  private static func withoutSlashes(_ path: String) -> String {
    var path = Substring(path)
    while path.count > 1, path.last == "/" { path.removeLast() }
    return String(path)
  }

  private mutating func add(_ path: String) throws(LakeError) {
    guard let status = try fileSystem.status(of: path, followLinks: false) else {
      throw LakeError(.notFound, "there is no such file or directory", at: .file(path))
    }
    try requireOutside(path)
    let isFolder = status.kind == .directory
    let (root, levels) = OfferedFolder.partition(of: isFolder ? path : Path.directory(of: path))
    guard isFolder else { return try add(path, status, levels) }
    let before = found.count
    try walk(path, levels)
    guard found.count > before else {
      throw LakeError(.notFound, "the directory holds no Parquet files", at: .file(path))
    }
    try requireFinished(root)
  }

  /// What the end of a path says, as that of `out/day=2024-05-01` does, and the path before it.
  private static func partition(
    of directory: String
  ) -> (root: String, levels: [(column: String, text: String?)]) {
    var (root, levels) = (directory, [(column: String, text: String?)]())
    while let level = PartitionName.parse(Path.lastComponent(of: root)) {
      levels.insert(level, at: 0)
      root = Path.directory(of: root)
    }
    return (root, levels)
  }

  private func requireOutside(_ path: String) throws(LakeError) {
    let resolved = try fileSystem.resolve(path)
    if resolved == lake || !resolved.hasPrefix(lake + "/") { return }
    throw LakeError(
      .invalidInput, "the files of the lake's own tables are not adopted", at: .file(path),
      hint: "INSERT INTO … SELECT takes the rows of one table into another.")
  }

  private mutating func add(
    _ path: String, _ status: FileStatus, _ partition: [(column: String, text: String?)]
  ) throws(LakeError) {
    switch status.kind {
    case .file: break
    case .symbolicLink:
      throw LakeError(
        .invalidInput, "a symbolic link is not adopted: where it leads can change",
        at: .file(path), hint: "Name the file itself.")
    case .directory, .fifo, .socket, .device:
      throw LakeError(.invalidInput, "it is no file", at: .file(path))
    }
    if !seen.insert(status.identity).inserted {
      throw LakeError(
        .invalidInput, "the file is named twice, and its rows would be there twice",
        at: .file(path))
    }
    found.append(FoundFile(path: path, status: status, partition: partition))
  }

  private mutating func walk(
    _ directory: String, _ partition: [(column: String, text: String?)]
  ) throws(LakeError) {
    for name in try fileSystem.list(directory) {
      let path = Path.join(directory, name)
      if name == "_delta_log" {
        throw LakeError(
          .unsupported, "it is a table with a log, which says which of the files count",
          at: .file(directory),
          hint: "Read it: CREATE TABLE … AS SELECT * FROM '\(directory)'.")
      }
      if name.hasPrefix(".") || name.hasPrefix("_") { continue }
      guard let status = try fileSystem.status(of: path, followLinks: false) else { continue }
      guard status.kind == .directory else {
        try add(path, status, partition)
        continue
      }
      guard let level = PartitionName.parse(name) else {
        throw LakeError(
          .invalidInput, "there is a directory in it that is no partition ('column=value')",
          at: .file(path), hint: "Name the directories that hold the files.")
      }
      try walk(path, partition + [level])
    }
  }

  /// Spark's job is done when it has written `_SUCCESS`, where it had its `_temporary` before.
  private func requireFinished(_ directory: String) throws(LakeError) {
    let names = try fileSystem.list(directory)
    if names.contains("_temporary") {
      throw unfinished(
        Path.join(directory, "_temporary"), "its writer is at work there, or has failed")
    }
    if names.contains("_SUCCESS") { return }
    let files = found.map { Path.lastComponent(of: $0.path) }
    guard names.contains(where: { $0.hasSuffix(".crc") }) || files.contains(where: isOfSpark) else {
      return
    }
    throw unfinished(directory, "it looks like Spark's, and has no _SUCCESS")
  }

  /// `part-00000-9a7c…-c000.snappy.parquet`, and with a number of tasks before the `c000`.
  private func isOfSpark(_ name: String) -> Bool {
    guard name.hasPrefix("part-") else { return false }
    let parts = name.prefix { $0 != "." }.split(separator: "-")
    guard parts.count >= 8, let last = parts.last, last.first == "c" else { return false }
    return parts[1].count == 5 && last.dropFirst().allSatisfy(\.isNumber)
  }

  private func unfinished(_ path: String, _ why: String) -> LakeError {
    LakeError(
      .conflict, "the folder is not finished: \(why)", at: .file(path),
      hint: "Wait for its writer. If it is done all the same, name the files one by one.")
  }
}

/// `column=value`, as Hive and all who came after it call the directory of a partition.
enum PartitionName {
  static let null = "__HIVE_DEFAULT_PARTITION__"

  /// Nil for a name that is not of this kind.
  static func parse(_ name: String) -> (column: String, text: String?)? {
    guard let sign = name.firstIndex(of: "="), sign > name.startIndex,
      let column = unescaped(name[..<sign]),
      let text = unescaped(name[name.index(after: sign)...])
    else { return nil }
    return (column, text == null || text.isEmpty ? nil : text)
  }

  /// What does not look like percent-encoding stands for itself.
  private static func unescaped(_ text: Substring) -> String? {
    var bytes: [UInt8] = []
    var rest = text.utf8
    while let byte = rest.first {
      rest = rest.dropFirst()
      if byte == UInt8(ascii: "%"), let digits = String(rest.prefix(2)), digits.utf8.count == 2,
        digits.utf8.allSatisfy({ $0.isHexadecimal }), let value = UInt8(digits, radix: 16)
      {
        bytes.append(value)
        rest = rest.dropFirst(2)
      } else {
        bytes.append(byte)
      }
    }
    return String(validating: bytes, as: UTF8.self)
  }
}

extension UInt8 {
  fileprivate var isHexadecimal: Bool {
    switch self {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "F"),
      UInt8(ascii: "a")...UInt8(ascii: "f"):
      true
    default: false
    }
  }
}
