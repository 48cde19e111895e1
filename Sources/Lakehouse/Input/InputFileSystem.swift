import LakeCore

/// A file system in which standard input is a file too, under the name that it has in messages.
/// There is no such file otherwise: one that is really called so is `./standard input`.
struct InputFileSystem: FileSystem {
  let base: any FileSystem
  let standardInput: SpooledInput
  let cancellation: CancellationFlag

  func openForReading(_ path: String) throws(LakeError) -> any ReadableFile {
    if path == StandardInput.name { return try standardInput.file(cancellation) }
    return try base.openForReading(path)
  }

  func status(of path: String, followLinks: Bool) throws(LakeError) -> FileStatus? {
    if path == StandardInput.name { return try standardInput.file(cancellation).status() }
    return try base.status(of: path, followLinks: followLinks)
  }

  func create(_ path: String) throws(LakeError) -> any WritableFile { try base.create(path) }

  func createUnnamed(
    in directory: String
  ) throws(LakeError) -> any WritableFile & ReadableFile {
    try base.createUnnamed(in: directory)
  }

  func resolve(_ path: String) throws(LakeError) -> String { try base.resolve(path) }

  func list(_ directory: String) throws(LakeError) -> [String] { try base.list(directory) }

  func makeDirectory(_ path: String) throws(LakeError) { try base.makeDirectory(path) }

  func removeFile(_ path: String) throws(LakeError) { try base.removeFile(path) }

  func removeDirectory(_ path: String) throws(LakeError) { try base.removeDirectory(path) }

  func rename(_ source: String, to target: String) throws(LakeError) {
    try base.rename(source, to: target)
  }

  func link(_ source: String, to target: String) throws(LakeError) {
    try base.link(source, to: target)
  }

  func exchange(_ a: String, with b: String) throws(LakeError) { try base.exchange(a, with: b) }

  func syncFile(_ path: String) throws(LakeError) { try base.syncFile(path) }

  func syncDirectory(_ path: String) throws(LakeError) { try base.syncDirectory(path) }

  func lock(_ path: String, waitingMilliseconds: Int) throws(LakeError) -> any FileLock {
    try base.lock(path, waitingMilliseconds: waitingMilliseconds)
  }
}
