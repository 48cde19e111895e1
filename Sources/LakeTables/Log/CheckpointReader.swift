import LakeCore
import LakeFormats

/// Reads the files of checkpoints: Parquet with a column for each kind of action, or lines of JSON,
/// and the files that either refers to.
struct CheckpointReader {
  /// What a checkpoint of ours says of rows under consent.
  struct Checks {
    /// As in the snapshot that it holds.
    var uncheckedSince: Int?
  }

  /// Nil where another program wrote the checkpoint.
  private(set) var checks: Checks?
  /// When the first of the files was removed that the checkpoint names as removed, in milliseconds
  /// since 1970. Nil where there is none, or another program wrote it.
  private(set) var oldestRemoval: Int?
  /// How many actions there were that nobody wanted.
  private(set) var skippedCount = 0
  private let log: DeltaLog
  private let wanted: Set<String>

  /// The key of `Checks` in the file: a version, or nothing.
  static let checksKey = "lake.uncheckedSince"
  /// The key of `oldestRemoval`.
  static let oldestRemovalKey = "lake.oldestRemoval"
  /// The key of the first row from which on all are files that were removed: ours come last.
  static let firstRemovalKey = "lake.firstRemoval"

  /// The actions that say what the table is.
  static let lasting: Set = ["add", "metaData", "protocol", "txn"]

  /// - Parameter wanted: The kinds of actions that are read; the others cost next to nothing.
  init(_ log: DeltaLog, wanting wanted: Set<String>) {
    self.log = log
    self.wanted = wanted
  }

  /// Reads a file by its name in the log.
  mutating func read(
    _ name: String, body: (Action) throws(LakeError) -> Void
  ) throws(LakeError) {
    let path = Path.join(log.directory, name)
    if name.hasSuffix(".json") {
      try readLines(path, body)
    } else {
      for sidecar in try readParquet(path, body) { try readSidecar(sidecar, body) }
    }
  }

  private mutating func readLines(
    _ path: String, _ body: (Action) throws(LakeError) -> Void
  ) throws(LakeError) {
    for action in try log.actions(in: path) {
      if wanted.contains(action.name) {
        try body(action)
      } else {
        skippedCount += 1
      }
    }
    let bytes = try log.fileSystem.readWhole(path, limit: DeltaLog.entryBytesMax)
    for line in bytes.split(separator: UInt8(ascii: "\n")) {
      if let sidecar = (try? JSONValue(parsing: line))?["sidecar"] {
        try readSidecar(sidecar, body)
      }
    }
  }

  /// Sidecars are in one directory and are told by their names.
  private mutating func readSidecar(
    _ sidecar: JSONValue, _ body: (Action) throws(LakeError) -> Void
  ) throws(LakeError) {
    let name = try DataPath.decode(sidecar["path"]?.text ?? "")
    guard !name.contains("/") else {
      throw LakeError(
        .corruptData, "a checkpoint refers to a file by a path that is refused, '\(name)'",
        hint: "Only names of files in \(LogFileName.sidecars) are followed.")
    }
    let path = Path.join(Path.join(log.directory, LogFileName.sidecars), name)
    _ = try readParquet(path, body)
  }

  // MARK: - Parquet

  /// Returns the sidecars that the file refers to.
  private mutating func readParquet(
    _ path: String, _ body: (Action) throws(LakeError) -> Void
  ) throws(LakeError) -> [JSONValue] {
    do {
      let file = try ParquetFile.open(
        path, in: log.fileSystem, libraries: CodecLibraries(), tracker: nil)
      if let text = file.text(Self.checksKey) { checks = Checks(uncheckedSince: Int(text)) }
      if let text = file.text(Self.oldestRemovalKey) { oldestRemoval = Int(text) }
      let rows = rows(of: file)
      var sidecars: [JSONValue] = []
      let columns = file.schema.fields.indices.filter { index in
        let name = file.schema.fields[index].name
        return wanted.contains(name) || name == "sidecar"
      }
      let names = columns.map { file.schema.fields[$0].name }
      var start = 0
      for (group, count) in file.rowGroups.map(\.rowCount).enumerated() {
        let part = rows.clamped(to: start..<start + count)
        let wanted = part.lowerBound - start..<part.upperBound - start
        start += count
        skippedCount += count
        try file.read(rowGroup: group, columns: columns, rows: [wanted]) { batch in
          for (name, column) in zip(names, batch.columns) {
            let rows = ActionRows(column)
            if name == "sidecar" {
              sidecars += rows.values
              skippedCount -= rows.values.count
            } else {
              try rows.forEachAction(named: name) { action throws(LakeError) in
                skippedCount -= 1
                try body(action)
              }
            }
          }
        }
      }
      return sidecars
    } catch {
      let error = error as? LakeError ?? LakeError(.internal, "\(error)")
      throw error.located(at: .file(path))
    }
  }

  /// The rows that may be wanted.
  private func rows(of file: ParquetFile) -> Range<Int> {
    let all = 0..<file.rowCount
    guard let first = file.text(Self.firstRemovalKey).flatMap({ Int($0) }), all.contains(first)
    else { return all }
    if wanted == ["remove"] { return first..<file.rowCount }
    return wanted.contains("remove") ? all : 0..<first
  }
}

extension ParquetFile {
  fileprivate func text(_ key: String) -> String? {
    keyValueMetadata.last { $0.0 == key }?.1
  }
}
