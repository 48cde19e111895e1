import LakeCore

/// The names of files in a published directory.
///
/// Some readers list a directory, look at each file by its path, and leave out without a word what
/// is gone by then. If the directories are exchanged in between, they see the files of the new one
/// whose names they know from the old one. So no two published directories share a name unless the
/// later one has all files of the earlier one: a file that stays while others go gets a name that
/// tells since which version it is published so.
///
///     part-00000-v000003.gz.parquet           since version 3, which wrote it
///     part-00000-v000003-g000005.gz.parquet   since version 5, which took other files away
enum PublishedName {
  /// The name of a file that is not in the directory yet.
  static func make(of file: AddedFile, in snapshot: Snapshot) -> String {
    let name = Path.lastComponent(of: file.path)
    if DataFileName.version(of: name) == snapshot.version { return file.path }
    let stem = name.prefix { $0 != "." }
    let version = String(snapshot.version)
    let digits = String(repeating: "0", count: max(0, 6 - version.utf8.count)) + version
    let directory = file.path.dropLast(name.count)
    return "\(directory)\(stem)-g\(digits)\(name.dropFirst(stem.count))"
  }

  /// The path in the table of what bears a name here.
  static func path(of name: String) -> String {
    let last = Path.lastComponent(of: name)
    let stem = last.prefix { $0 != "." }
    guard let mark = stem.lastIndex(of: "-") else { return name }
    let suffix = stem[mark...].dropFirst()
    guard suffix.first == "g", suffix.utf8.count >= 7,
      suffix.dropFirst().utf8.allSatisfy({ (0x30...0x39).contains($0) })
    else { return name }
    return "\(name.dropLast(last.count))\(stem[..<mark])\(last.dropFirst(stem.count))"
  }

  /// The names under which a directory holds files of a snapshot, by their paths in the table; nil
  /// where it holds anything else, or a file twice.
  static func all(in names: [String], of files: [AddedFile]) -> [String: String]? {
    let paths = Set(files.map(\.path))
    var found: [String: String] = [:]
    for name in names {
      let path = paths.contains(name) ? name : path(of: name)
      guard paths.contains(path), found.updateValue(name, forKey: path) == nil else { return nil }
    }
    return found
  }
}
