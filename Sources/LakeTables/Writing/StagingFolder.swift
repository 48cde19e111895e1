import LakeCore

/// A folder for the files of one write, below the table's staging directory, with a lock beside it
/// that is held as long as somebody works with it. What a dead writer left can be told by its lock,
/// which the kernel released.
///
/// The lock comes before the folder and goes after it, so that no folder is ever without one.
// @unchecked Sendable: the one field that changes is touched by one thread at a time.
final class StagingFolder: @unchecked Sendable {
  let id: String
  let path: String
  private let lock: any FileLock
  private let fileSystem: any FileSystem
  private var isRemoved = false

  init(in table: any LoggedTable) throws(LakeError) {
    fileSystem = table.fileSystem
    id = table.options.makeUUID()
    path = Path.join(table.stagingDirectory, id)
    try fileSystem.makeDirectories(table.stagingDirectory)
    lock = try fileSystem.lock(path + StagingFolder.lockSuffix, waitingMilliseconds: 0)
    try fileSystem.makeDirectory(path)
  }

  deinit {
    remove()
  }

  /// Removes the folder with what is in it. A failure leaves it to the next tidying.
  func remove() {
    if isRemoved { return }
    isRemoved = true
    try? StagingFolder.remove(path, holding: lock, fileSystem)
  }

  static let lockSuffix = ".lock"

  private static func remove(
    _ path: String, holding lock: any FileLock, _ fileSystem: any FileSystem
  ) throws(LakeError) {
    defer { lock.release() }
    if try fileSystem.status(of: path, followLinks: false) != nil {
      try fileSystem.removeFlatDirectory(path)
    }
    try fileSystem.removeFile(lock.path)
  }

  /// Removes the folders that nobody works with any more; returns how many.
  static func tidy(_ table: any LoggedTable) throws(LakeError) -> Int {
    let fileSystem = table.fileSystem
    let names: [String]
    do {
      names = try fileSystem.list(table.stagingDirectory)
    } catch {
      if error.code == .notFound { return 0 }
      throw error
    }
    var removed = 0
    for id in Set(names.map { $0.hasSuffix(lockSuffix) ? String($0.dropLast(5)) : $0 }).sorted() {
      let path = Path.join(table.stagingDirectory, id)
      do throws(LakeError) {
        let lock = try fileSystem.lock(path + lockSuffix, waitingMilliseconds: 0)
        try remove(path, holding: lock, fileSystem)
        removed += 1
      } catch {
        // Somebody is at work there.
        if error.code != .conflict { throw error }
      }
    }
    return removed
  }
}

extension FileSystem {
  /// Removes a directory and the files in it. A directory in it is not touched, and an error.
  func removeFlatDirectory(_ path: String) throws(LakeError) {
    for name in try list(path) { try removeFile(Path.join(path, name)) }
    try removeDirectory(path)
  }
}
