import LakeCore

/// The published directories of before, each under the time when it was replaced.
///
/// A reader may have opened one of them and not have listed it yet. Were it emptied at once, he
/// would see a table without rows, and no error. So each stays whole for a minute, and goes with a
/// later publish. Its files are second names of the table's own: they take no room of theirs.
struct SupersededDirectories {
  let root: String
  let fileSystem: any FileSystem
  /// Milliseconds since 1970.
  let clock: @Sendable () -> Int
  let graceMilliseconds: Int

  private var directory: String { Path.join(root, "_superseded") }
  private var trash: String { Path.join(root, "_trash") }

  /// Takes what is at a path out of the way, if anything is: a directory as it is but for the files
  /// that are not the table's, which go to the trash, as does what is no directory.
  func setAside(_ path: String) throws(LakeError) {
    guard let status = try fileSystem.status(of: path, followLinks: false) else { return }
    guard status.kind == .directory else { return try moveToTrash(path) }
    for name in try fileSystem.tree(path) where try !isOurs(name, Path.join(path, name)) {
      try moveToTrash(Path.join(path, name))
    }
    try fileSystem.makeDirectories(directory)
    var moment = clock()
    // Two of one millisecond.
    while try fileSystem.status(of: place(moment), followLinks: false) != nil { moment += 1 }
    try fileSystem.rename(path, to: place(moment))
  }

  private func place(_ moment: Int) -> String { Path.join(directory, String(moment)) }

  /// Those that nobody can still be listing, by name. One from the future was set aside before the
  /// clock was put back: nothing is known of its age, and it goes too.
  func old() throws(LakeError) -> [String] {
    guard let status = try fileSystem.status(of: directory, followLinks: false) else { return [] }
    guard status.kind == .directory else { return [] }
    let now = clock()
    return try fileSystem.list(directory).filter { name in
      // Those of one millisecond stand a little in the future, each behind the other.
      guard let moment = Int(name), moment <= now + 1000 else { return true }
      return now - moment >= graceMilliseconds
    }
  }

  func removeOld() throws(LakeError) {
    let names = try old()
    if names.isEmpty { return }
    for name in names { try takeApart(Path.join(directory, name)) }
    if try fileSystem.list(directory).isEmpty { try fileSystem.removeDirectory(directory) }
  }

  /// The files that are the table's are removed, all others moved to the trash.
  private func takeApart(_ path: String) throws(LakeError) {
    guard try fileSystem.status(of: path, followLinks: false)?.kind == .directory else {
      return try moveToTrash(path)
    }
    for name in try fileSystem.tree(path) {
      let file = Path.join(path, name)
      if name.hasSuffix("/") {
        continue
      } else if try isOurs(name, file) {
        try fileSystem.removeFile(file)
      } else {
        try moveToTrash(file)
      }
    }
    try removeDirectories(path)
  }

  /// Removes a directory that has no files any more, with those in it.
  private func removeDirectories(_ path: String) throws(LakeError) {
    for name in try fileSystem.list(path) { try removeDirectories(Path.join(path, name)) }
    try fileSystem.removeDirectory(path)
  }

  /// The directory of a partition is left where it is when it holds nothing.
  private func isOurs(_ name: String, _ file: String) throws(LakeError) -> Bool {
    if name.hasSuffix("/") { return true }
    guard let status = try fileSystem.status(of: file, followLinks: false), status.kind == .file
    else { return false }
    let path = PublishedName.path(of: name)
    let last = Path.lastComponent(of: path)
    if DataFileName.version(of: last) != nil || TemporaryName.matches(last) { return true }
    let own = try fileSystem.status(of: Path.join(root, path), followLinks: false)
    return own.map { status.isSameFile(as: $0) } ?? false
  }

  private func moveToTrash(_ file: String) throws(LakeError) {
    try fileSystem.makeDirectories(trash)
    let unique = TemporaryName.random(in: trash).dropFirst(trash.utf8.count + 1)
    let suffix = unique.dropFirst(TemporaryName.prefix.utf8.count)
    try fileSystem.rename(file, to: Path.join(trash, "\(suffix)-\(Path.lastComponent(of: file))"))
  }
}
