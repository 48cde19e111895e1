extension FileSystem {
  /// Makes a directory and those above it that are missing. One that is there already is fine, also
  /// one that somebody else makes at the same time.
  package func makeDirectories(_ path: String) throws(LakeError) {
    if let status = try status(of: path, followLinks: true) {
      if status.kind == .directory { return }
      throw LakeError(
        .alreadyExists, "cannot make the directory: there is a file of this name",
        at: .file(path), hint: "Choose another name, or remove the file.")
    }
    let parent = Path.directory(of: path)
    if parent != path, parent != "." { try makeDirectories(parent) }
    do {
      try makeDirectory(path)
    } catch {
      guard error.code == .alreadyExists else { throw error }
    }
  }

  /// The whole of a small file. Throws `limitExceeded` where it has more than `limit` bytes.
  package func readWhole(_ path: String, limit: Int) throws(LakeError) -> [UInt8] {
    precondition(limit >= 0 && limit < 1 << 40)
    let file = try openForReading(path)
    // The size is a hint: files of the kernel say 0, and others may grow meanwhile.
    var capacity = min(try file.status().size, limit) + 4096
    var bytes: [UInt8] = []
    while true {
      let have = bytes.count
      let wanted = min(capacity, limit + 1) - have
      let (piece, error) = readPiece(of: file, count: wanted, at: have)
      if let error { throw error }
      bytes += piece
      if bytes.count > limit {
        throw LakeError(
          .limitExceeded, "is larger than the \(limit) bytes that are allowed", at: .file(path))
      }
      if piece.count < wanted { return bytes }
      capacity *= 2
    }
  }

  private func readPiece(
    of file: any ReadableFile, count: Int, at offset: Int
  ) -> ([UInt8], LakeError?) {
    var failure: LakeError?
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      guard let base = buffer.baseAddress else { return }
      do throws(LakeError) {
        filled = try file.read(into: base, count: count, at: offset)
      } catch {
        failure = error
      }
    }
    return (bytes, failure)
  }
}
