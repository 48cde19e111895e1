import LakeCore

extension FileSystem {
  /// The paths of all files below a directory, from there: with the directories of partitions that
  /// hold them, and without following links. What is neither a file nor a directory is named too.
  func tree(_ directory: String, skipsHidden: Bool = false) throws(LakeError) -> [String] {
    var files: [String] = []
    for name in try list(directory) {
      if skipsHidden, name.hasPrefix("_") || name.hasPrefix(".") { continue }
      guard mayBeDirectory(name),
        try status(of: Path.join(directory, name), followLinks: false)?.kind == .directory
      else {
        files.append(name)
        continue
      }
      let below = try tree(Path.join(directory, name))
      // A directory without files is something too.
      files += below.isEmpty ? [name + "/"] : below.map { Path.join(name, $0) }
    }
    return files
  }

  /// Saves a look at each of many thousand data files: none of our names is a directory's.
  private func mayBeDirectory(_ name: String) -> Bool {
    DataFileName.version(of: name) == nil
  }

  /// Removes directories that are empty, from the innermost to but not including `root`.
  func removeEmptyDirectories(from path: String, upTo root: String) throws(LakeError) {
    var directory = path
    while directory != root, directory.utf8.count > root.utf8.count,
      try list(directory).isEmpty
    {
      try removeDirectory(directory)
      directory = Path.directory(of: directory)
    }
  }
}
