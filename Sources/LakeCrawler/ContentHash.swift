import LakeCore

/// XXH64 of the bytes of files, as they lie on disk: by which content is told apart where times and
/// inodes are not enough.
package enum ContentHash {
  private static let pieceBytes = 1 << 20

  package static func hash(
    _ file: any ReadableFile, tracker: MemoryTracker? = nil
  ) throws(LakeError) -> UInt64 {
    let piece = try Buffer(byteCount: pieceBytes, tracker: tracker)
    var hash = XXH64()
    var offset = 0
    while true {
      let count = try file.read(into: piece.base, count: piece.byteCount, at: offset)
      hash.update(ByteView(piece, count: count))
      offset += count
      if count < piece.byteCount { return hash.digest }
    }
  }

  package static func hash(
    of path: String, in fileSystem: any FileSystem, tracker: MemoryTracker? = nil
  ) throws(LakeError) -> UInt64 {
    try hash(try fileSystem.openForReading(path), tracker: tracker)
  }
}
