/// A file system over another one that has its say at every operation. A conforming type writes
/// `intercept` and nothing else.
package protocol InterceptingFileSystem: FileSystem {
  var base: any FileSystem { get }

  /// Called in place of every operation, from any thread. `body` does it on the base, moving at
  /// most `limit` bytes where it reads or writes; `.max` is the whole operation.
  func intercept<R>(
    _ operation: FileOperation, _ body: (_ limit: Int) throws(LakeError) -> R
  ) throws(LakeError) -> R
}

extension InterceptingFileSystem {
  package func openForReading(_ path: String) throws(LakeError) -> any ReadableFile {
    let file = try intercept(.open(path)) { _ throws(LakeError) in try base.openForReading(path) }
    return InterceptedFile(path: file.path, in: self, reading: file, writing: nil)
  }

  package func create(_ path: String) throws(LakeError) -> any WritableFile {
    let file = try intercept(.create(path)) { _ throws(LakeError) in try base.create(path) }
    return InterceptedFile(path: file.path, in: self, reading: nil, writing: file)
  }

  package func createUnnamed(
    in directory: String
  ) throws(LakeError) -> any WritableFile & ReadableFile {
    let file = try intercept(.createUnnamed(directory: directory)) { _ throws(LakeError) in
      try base.createUnnamed(in: directory)
    }
    // Both protocols have a path; which of the two is asked makes no difference.
    let writable: any WritableFile = file
    return InterceptedFile(path: writable.path, in: self, reading: file, writing: file)
  }

  package func status(of path: String, followLinks: Bool) throws(LakeError) -> FileStatus? {
    try intercept(.status(path)) { _ throws(LakeError) in
      try base.status(of: path, followLinks: followLinks)
    }
  }

  package func resolve(_ path: String) throws(LakeError) -> String {
    try intercept(.resolve(path)) { _ throws(LakeError) in try base.resolve(path) }
  }

  package func list(_ directory: String) throws(LakeError) -> [String] {
    try intercept(.list(directory)) { _ throws(LakeError) in try base.list(directory) }
  }

  package func makeDirectory(_ path: String) throws(LakeError) {
    try intercept(.makeDirectory(path)) { _ throws(LakeError) in try base.makeDirectory(path) }
  }

  package func removeFile(_ path: String) throws(LakeError) {
    try intercept(.removeFile(path)) { _ throws(LakeError) in try base.removeFile(path) }
  }

  package func removeDirectory(_ path: String) throws(LakeError) {
    try intercept(.removeDirectory(path)) { _ throws(LakeError) in try base.removeDirectory(path) }
  }

  package func rename(_ source: String, to target: String) throws(LakeError) {
    try intercept(.rename(source, target: target)) { _ throws(LakeError) in
      try base.rename(source, to: target)
    }
  }

  package func link(_ source: String, to target: String) throws(LakeError) {
    try intercept(.link(source, target: target)) { _ throws(LakeError) in
      try base.link(source, to: target)
    }
  }

  package func exchange(_ a: String, with b: String) throws(LakeError) {
    try intercept(.exchange(a, with: b)) { _ throws(LakeError) in try base.exchange(a, with: b) }
  }

  package func syncFile(_ path: String) throws(LakeError) {
    try intercept(.sync(path)) { _ throws(LakeError) in try base.syncFile(path) }
  }

  package func syncDirectory(_ path: String) throws(LakeError) {
    try intercept(.syncDirectory(path)) { _ throws(LakeError) in try base.syncDirectory(path) }
  }

  package func lock(
    _ path: String, waitingMilliseconds: Int
  ) throws(LakeError) -> any FileLock {
    let lock = try intercept(.lock(path)) { _ throws(LakeError) in
      try base.lock(path, waitingMilliseconds: waitingMilliseconds)
    }
    return InterceptedLock(lock, in: self)
  }
}

/// A lock of an intercepting file system. It is released even where the interceptor fails: a lock
/// ends with its holder, whatever happens.
private final class InterceptedLock: FileLock {
  var path: String { lock.path }
  private let lock: any FileLock
  private let fileSystem: any InterceptingFileSystem

  init(_ lock: any FileLock, in fileSystem: any InterceptingFileSystem) {
    self.lock = lock
    self.fileSystem = fileSystem
  }

  func release() {
    try? fileSystem.intercept(.unlock(path)) { _ throws(LakeError) in lock.release() }
    lock.release()
  }
}

/// A file of an intercepting file system: one that is read, one that is written, or both.
private final class InterceptedFile: ReadableFile, WritableFile {
  let path: String
  private let fileSystem: any InterceptingFileSystem
  private let readable: (any ReadableFile)?
  private let writable: (any WritableFile)?

  init(
    path: String, in fileSystem: any InterceptingFileSystem,
    reading readable: (any ReadableFile)?, writing writable: (any WritableFile)?
  ) {
    self.path = path
    self.fileSystem = fileSystem
    self.readable = readable
    self.writable = writable
  }

  func status() throws(LakeError) -> FileStatus {
    let file = openForReading
    return try fileSystem.intercept(.status(path)) { _ throws(LakeError) in try file.status() }
  }

  func read(
    into target: UnsafeMutableRawPointer, count: Int, at offset: Int
  ) throws(LakeError) -> Int {
    let file = openForReading
    let operation = FileOperation.read(path, count: count, offset: offset)
    return try fileSystem.intercept(operation) { limit throws(LakeError) in
      try file.read(into: target, count: min(count, limit), at: offset)
    }
  }

  func write(_ bytes: UnsafeRawBufferPointer) throws(LakeError) {
    let file = openForWriting
    let operation = FileOperation.write(path, count: bytes.count)
    try fileSystem.intercept(operation) { limit throws(LakeError) in
      try file.write(UnsafeRawBufferPointer(rebasing: bytes.prefix(limit)))
    }
  }

  func sync() throws(LakeError) {
    let file = openForWriting
    try fileSystem.intercept(.sync(path)) { _ throws(LakeError) in try file.sync() }
  }

  func close() throws(LakeError) {
    let file = openForWriting
    try fileSystem.intercept(.close(path)) { _ throws(LakeError) in try file.close() }
  }

  private var openForReading: any ReadableFile {
    guard let readable else { preconditionFailure("the file was opened for writing alone") }
    return readable
  }

  private var openForWriting: any WritableFile {
    guard let writable else { preconditionFailure("the file was opened for reading alone") }
    return writable
  }
}
