import LakeCore

/// What a user names when files are to be read: a path, a directory, a pattern.
package enum FileNames {
  /// The paths that a name stands for, at least one, in byte order.
  package static func expand(
    _ name: String, in fileSystem: any FileSystem
  ) throws(LakeError) -> [String] {
    if let status = try fileSystem.status(of: name, followLinks: true) {
      guard status.kind == .directory else { return [name] }
      let found = try walk(name, in: fileSystem)
      guard !found.isEmpty else {
        throw LakeError(.notFound, "the directory holds no files", at: .file(name))
      }
      return found
    }
    guard PathPattern.isPattern(name) else { return [name] }
    let found = try PathPattern(name).matches(in: fileSystem)
    guard !found.isEmpty else {
      throw LakeError(
        .notFound, "no file fits the pattern", at: .file(name),
        hint: "* stands for any part of a name, ** for any directories.")
    }
    return found
  }

  /// All files below a directory but hidden ones and those of other tools' bookkeeping.
  private static func walk(
    _ directory: String, in fileSystem: any FileSystem
  ) throws(LakeError) -> [String] {
    var found: [String] = []
    for name in try fileSystem.list(directory) where !name.hasPrefix(".") && !name.hasPrefix("_") {
      let path = Path.join(directory, name)
      switch try fileSystem.status(of: path, followLinks: true)?.kind {
      case .directory: found += try walk(path, in: fileSystem)
      case .file: found.append(path)
      default: continue
      }
    }
    return found
  }
}
