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
  private let log: DeltaLog

  /// The key of `Checks` in the file: a version, or nothing.
  static let checksKey = "lake.uncheckedSince"

  private static let actions: Set = ["add", "remove", "metaData", "protocol", "txn"]

  init(_ log: DeltaLog) {
    self.log = log
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

  private func readLines(
    _ path: String, _ body: (Action) throws(LakeError) -> Void
  ) throws(LakeError) {
    for action in try log.actions(in: path) { try body(action) }
    let bytes = try log.fileSystem.readWhole(path, limit: DeltaLog.entryBytesMax)
    for line in bytes.split(separator: UInt8(ascii: "\n")) {
      if let sidecar = (try? JSONValue(parsing: line))?["sidecar"] {
        try readSidecar(sidecar, body)
      }
    }
  }

  /// Sidecars are in one directory and are told by their names.
  private func readSidecar(
    _ sidecar: JSONValue, _ body: (Action) throws(LakeError) -> Void
  ) throws(LakeError) {
    let name = try DataPath.decode(sidecar["path"]?.text ?? "")
    guard !name.contains("/") else {
      throw LakeError(
        .corruptData, "a checkpoint refers to a file by a path that is refused, '\(name)'",
        hint: "Only names of files in \(LogFileName.sidecars) are followed.")
    }
    let path = Path.join(Path.join(log.directory, LogFileName.sidecars), name)
    var reader = self
    _ = try reader.readParquet(path, body)
  }

  // MARK: - Parquet

  /// Returns the sidecars that the file refers to.
  private mutating func readParquet(
    _ path: String, _ body: (Action) throws(LakeError) -> Void
  ) throws(LakeError) -> [JSONValue] {
    do {
      let file = try ParquetFile.open(
        path, in: log.fileSystem, libraries: CodecLibraries(), tracker: nil)
      if let text = file.keyValueMetadata.last(where: { $0.0 == Self.checksKey })?.1 {
        checks = Checks(uncheckedSince: Int(text))
      }
      var sidecars: [JSONValue] = []
      let columns = file.schema.fields.indices.filter { index in
        let name = file.schema.fields[index].name
        return Self.actions.contains(name) || name == "sidecar"
      }
      let names = columns.map { file.schema.fields[$0].name }
      for group in file.rowGroups.indices {
        try file.read(rowGroup: group, columns: columns) { batch in
          for (name, column) in zip(names, batch.columns) {
            let rows = ActionRows(column)
            if name == "sidecar" {
              sidecars += rows.values
            } else {
              try rows.forEachAction(named: name, body)
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
}
