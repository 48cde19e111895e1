import LakeCore

extension FileSystem {
  /// As `makeDirectories`; the names of the directories that it makes are durable.
  func makeDurableDirectories(_ path: String) throws(LakeError) {
    if try status(of: path, followLinks: true) != nil { return try makeDirectories(path) }
    let parent = Path.directory(of: path)
    if parent != path { try makeDurableDirectories(parent) }
    try makeDirectories(path)
    try syncDirectory(parent)
  }

  /// As `makeDurableDirectories`; also the directories that are there below `root` are durable
  /// afterwards, which those of a killed process need not be.
  func makeDurableDirectories(_ path: String, below root: String) throws(LakeError) {
    if path == root { return }
    let parent = Path.directory(of: path)
    if parent == path { return }
    try makeDurableDirectories(parent, below: root)
    try makeDirectories(path)
    try syncDirectory(parent)
  }

  /// Copies a file; the copy is durable, its name is not.
  func copy(_ source: String, to target: String) throws(LakeError) {
    let reading = try openForReading(source)
    let writing = try create(target)
    let piece = Buffer(untracked: 1 << 20)
    var offset = 0
    while true {
      let count = try reading.read(into: piece.base, count: piece.byteCount, at: offset)
      if count == 0 { break }
      try writing.write(UnsafeRawBufferPointer(start: piece.base, count: count))
      offset += count
    }
    try writing.sync()
    try writing.close()
  }
}
