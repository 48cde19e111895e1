import CLakeSystem
import Glibc

/// The file system of the machine.
///
/// Descriptors are closed on exec. Files are made with the permissions 0640 and directories with
/// 0750, both less the umask: what is stored is data about people.
package struct LocalFileSystem: FileSystem {
  package init() {}

  package func openForReading(_ path: String) throws(LakeError) -> any ReadableFile {
    // The kind is looked at before the call to open, which would wait at a FIFO and have effects
    // on some devices, and again on what was opened, since the name may have changed its meaning.
    try requireRegular(try existingStatus(of: path, action: "open"), path)
    let flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY
    let descriptor = try call("open", action: "open", path) { open($0, flags) }
    let file = LocalFile(path: path, descriptor: descriptor)
    try requireRegular(try file.status(), path)
    return file
  }

  package func create(_ path: String) throws(LakeError) -> any WritableFile {
    let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
    let descriptor = try call("open", action: "create", path) { open($0, flags, 0o640) }
    return LocalFile(path: path, descriptor: descriptor)
  }

  package func createUnnamed(
    in directory: String
  ) throws(LakeError) -> any WritableFile & ReadableFile {
    do {
      let descriptor = try call("open", action: "make a temporary file", directory) {
        lake_open_unnamed($0)
      }
      return LocalFile(path: directory, descriptor: descriptor)
    } catch {
      // File systems without such files say EOPNOTSUPP; kernels without them see a directory that
      // is opened for writing and say EISDIR.
      guard error.systemErrorNumber == EOPNOTSUPP || error.systemErrorNumber == EISDIR else {
        throw error
      }
      return try createAndUnlink(in: directory)
    }
  }

  package func status(of path: String, followLinks: Bool) throws(LakeError) -> FileStatus? {
    do {
      return try existingStatus(of: path, action: "look at the file", followLinks: followLinks)
    } catch {
      let number = error.systemErrorNumber
      if number == ENOENT || number == ENOTDIR { return nil }
      throw error
    }
  }

  package func resolve(_ path: String) throws(LakeError) -> String {
    try requireNoZeroByte(path)
    guard let resolved = realpath(path, nil) else {
      throw .system(errno, call: "realpath", action: "follow the path", at: .file(path))
    }
    defer { free(resolved) }
    return try requireUTF8(resolved, at: path)
  }

  package func makeDirectory(_ path: String) throws(LakeError) {
    try call("mkdir", action: "make the directory", path) { mkdir($0, 0o750) }
  }

  package func removeFile(_ path: String) throws(LakeError) {
    try call("unlink", action: "remove", path) { unlink($0) }
  }

  package func removeDirectory(_ path: String) throws(LakeError) {
    try call("rmdir", action: "remove the directory", path) { rmdir($0) }
  }

  package func rename(_ source: String, to target: String) throws(LakeError) {
    try call("rename", action: "rename it to \(target)", source, target) { Glibc.rename($0, $1) }
  }

  package func link(_ source: String, to target: String) throws(LakeError) {
    try call("link", action: "give it the second name \(target)", source, target) {
      Glibc.link($0, $1)
    }
  }

  package func exchange(_ a: String, with b: String) throws(LakeError) {
    try call("renameat2", action: "exchange it with \(b)", a, b) { lake_exchange($0, $1) }
  }

  package func syncFile(_ path: String) throws(LakeError) {
    let flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC
    let descriptor = try call("open", action: "open", path) { open($0, flags) }
    defer { _ = Glibc.close(descriptor) }
    if retryingInterrupted({ fsync(descriptor) }) != 0 {
      throw .system(errno, call: "fsync", action: "make the file durable", at: .file(path))
    }
  }

  package func syncDirectory(_ path: String) throws(LakeError) {
    let flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC
    let descriptor = try call("open", action: "open the directory", path) { open($0, flags) }
    defer { _ = Glibc.close(descriptor) }
    let result = retryingInterrupted { fsync(descriptor) }
    // EINVAL: a file system that has nothing to make durable, such as one of a network.
    if result != 0, errno != EINVAL {
      throw .system(errno, call: "fsync", action: "make the directory durable", at: .file(path))
    }
  }
}

extension LocalFileSystem {
  private func createAndUnlink(
    in directory: String
  ) throws(LakeError) -> any WritableFile & ReadableFile {
    let path = TemporaryName.random(in: directory)
    let flags = O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
    let descriptor = try call("open", action: "create", path) { open($0, flags, 0o600) }
    let file = LocalFile(path: directory, descriptor: descriptor)
    try removeFile(path)
    return file
  }

  private func existingStatus(
    of path: String, action: String, followLinks: Bool = true
  ) throws(LakeError) -> FileStatus {
    var status = stat()
    try call(followLinks ? "stat" : "lstat", action: action, path) { name in
      followLinks ? stat(name, &status) : lstat(name, &status)
    }
    return FileStatus(status)
  }

  private func requireRegular(_ status: FileStatus, _ path: String) throws(LakeError) {
    let (what, hint): (String, String)
    switch status.kind {
    case .file, .symbolicLink: return
    case .directory: (what, hint) = ("a directory", "Name the files in it, as in '\(path)/*'.")
    case .fifo: (what, hint) = ("a named pipe", "Read it through standard input: - < '\(path)'.")
    case .socket: (what, hint) = ("a socket", "Name a file.")
    case .device: (what, hint) = ("a device", "Name a file, or - for standard input.")
    }
    throw LakeError(
      .invalidInput, "cannot open: it is \(what), not a file", at: .file(path), hint: hint)
  }

  /// Calls the system with a path, again while it is interrupted.
  @discardableResult
  private func call(
    _ name: String, action: String, _ path: String, _ body: (UnsafePointer<CChar>) -> Int32
  ) throws(LakeError) -> Int32 {
    try requireNoZeroByte(path)
    // errno is taken at once, before anything else can change it.
    let (result, number) = path.withCString { path in
      (retryingInterrupted { body(path) }, errno)
    }
    if result < 0 { throw .system(number, call: name, action: action, at: .file(path)) }
    return result
  }

  private func call(
    _ name: String, action: String, _ a: String, _ b: String,
    _ body: (UnsafePointer<CChar>, UnsafePointer<CChar>) -> Int32
  ) throws(LakeError) {
    try requireNoZeroByte(b)
    try call(name, action: action, a) { a in b.withCString { b in body(a, b) } }
  }

  /// The kernel would take the part before a zero byte for the whole path.
  func requireNoZeroByte(_ path: String) throws(LakeError) {
    if path.utf8.contains(0) {
      throw LakeError(.invalidInput, "a path with a zero byte in it", at: .file(path))
    }
  }
}

/// Calls again while the call is interrupted by a signal.
func retryingInterrupted<Count: SignedInteger>(_ call: () -> Count) -> Count {
  while true {
    let result = call()
    if result >= 0 || errno != EINTR { return result }
  }
}
