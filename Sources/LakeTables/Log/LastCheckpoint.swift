import LakeCore

/// What `_last_checkpoint` says: a hint that spares readers the listing of the log. It may be of an
/// older version, wrong, or damaged, and nothing but time depends on it.
struct LastCheckpoint: Sendable, Hashable {
  var version: Int
  /// How many actions the checkpoint has, and how many bytes.
  var size: Int
  var byteCount: Int?
  /// The names of its files.
  var names: [String]

  /// No hint is larger; some carry the whole schema.
  static let bytesMax = 16 << 20
  /// What a hint says of the number of parts is not believed beyond this.
  private static let partsMax = 10_000

  /// Of a checkpoint in one file.
  init(version: Int, size: Int, byteCount: Int) {
    self.version = version
    self.size = size
    self.byteCount = byteCount
    names = [CheckpointName.single(version)]
  }

  /// Nil where the text is no hint.
  init?(parsing bytes: [UInt8]) {
    guard let value = try? JSONValue(parsing: bytes), let version = value["version"]?.integer,
      version >= 0
    else { return nil }
    self.version = version
    size = value["size"]?.integer ?? 0
    byteCount = value["sizeInBytes"]?.integer
    if let path = value["v2Checkpoint"]?["path"]?.text {
      guard CheckpointName(path)?.version == version else { return nil }
      names = [path]
    } else if let parts = value["parts"]?.integer {
      guard (1...LastCheckpoint.partsMax).contains(parts) else { return nil }
      names = (1...parts).map { CheckpointName.part($0, of: parts, version) }
    } else {
      names = [CheckpointName.single(version)]
    }
  }

  var json: JSONValue {
    .object([
      "version": .int(version), "size": .int(size), "sizeInBytes": byteCount.map { .int($0) },
    ])
  }
}
