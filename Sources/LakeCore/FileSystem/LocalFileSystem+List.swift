import Glibc

extension LocalFileSystem {
  package func list(_ directory: String) throws(LakeError) -> [String] {
    try requireNoZeroByte(directory)
    guard let stream = opendir(directory) else {
      throw .system(errno, call: "opendir", action: "list the directory", at: .file(directory))
    }
    defer { closedir(stream) }
    var names: [String] = []
    while true {
      // The end and a failure look the same but for errno.
      errno = 0
      guard let entry = readdir(stream) else { break }
      let name = try decodeName(of: entry, in: directory)
      if name != ".", name != ".." { names.append(name) }
    }
    if errno != 0 {
      throw .system(errno, call: "readdir", action: "list the directory", at: .file(directory))
    }
    return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  private func decodeName(
    of entry: UnsafeMutablePointer<dirent>, in directory: String
  ) throws(LakeError) -> String {
    // The name is read where it lies: the kernel's entry is shorter than the type says.
    let offset = MemoryLayout<dirent>.offset(of: \.d_name) ?? 0
    let bytes = (UnsafeRawPointer(entry) + offset).assumingMemoryBound(to: CChar.self)
    return try requireUTF8(bytes, at: directory)
  }

  /// A name from the kernel as text. Repaired text would not name the file any more.
  func requireUTF8(_ name: UnsafePointer<CChar>, at path: String) throws(LakeError) -> String {
    if let name = String(validatingCString: name) { return name }
    throw LakeError(
      .unsupported, "holds a name that is not UTF-8: \(String(cString: name))",
      at: .file(path), hint: "Rename that file (convmv, mv).")
  }
}
