/// The one door to the disk. Every byte that is written goes through it, and so do the reads, so
/// that a crash, a full disk, a short write and a failed fsync are tests and not hopes.
///
/// Three implementations: `LocalFileSystem` (the real one), `RecordingFileSystem` (passes on and
/// keeps a log of operations, for golden lists) and `FaultInjectingFileSystem` (fails, shortens or
/// stops at the n-th operation).
///
/// Paths are passed to the kernel as they are. All functions throw `LakeError` with the path as its
/// place and the kernel's reason in words; interrupted calls (EINTR) are repeated here.
package protocol FileSystem: Sendable {
  /// Opens for reading. Directories, FIFOs, sockets and devices are refused by name before any
  /// call could block on them.
  func openForReading(_ path: String) throws(LakeError) -> any ReadableFile

  /// Makes a new file, exclusively (`alreadyExists` if there is one) with the permissions 0640
  /// less the umask.
  func create(_ path: String) throws(LakeError) -> any WritableFile

  /// Makes a file without a name on the file system of `directory`: spill space that vanishes with
  /// its last descriptor.
  func createUnnamed(in directory: String) throws(LakeError) -> any WritableFile & ReadableFile

  /// Nil where there is nothing. Follows symbolic links unless told otherwise.
  func status(of path: String, followLinks: Bool) throws(LakeError) -> FileStatus?

  /// The absolute path of what `path` names, without symbolic links, `.` and `..`.
  func resolve(_ path: String) throws(LakeError) -> String

  /// The names in a directory, in byte order, without `.` and `..`. A name that is not UTF-8 is
  /// `unsupported`, since it could not be opened by what a `String` holds of it.
  func list(_ directory: String) throws(LakeError) -> [String]

  /// Makes one directory with the permissions 0750 less the umask; `alreadyExists` if it is there.
  func makeDirectory(_ path: String) throws(LakeError)

  func removeFile(_ path: String) throws(LakeError)

  /// Removes an empty directory.
  func removeDirectory(_ path: String) throws(LakeError)

  /// Replaces `target` if it is there.
  func rename(_ source: String, to target: String) throws(LakeError)

  /// Gives a file a second name; `alreadyExists` if the name is taken. How commits put a file
  /// where there must be none yet.
  func link(_ source: String, to target: String) throws(LakeError)

  /// Exchanges two paths in one step; `unsupported` where the file system cannot.
  func exchange(_ a: String, with b: String) throws(LakeError)

  /// Makes the content of a file durable that somebody else has written.
  func syncFile(_ path: String) throws(LakeError)

  /// Makes the names in a directory durable.
  func syncDirectory(_ path: String) throws(LakeError)

  /// Takes the exclusive lock that a file of this name stands for; the file is made if need be. A
  /// lock that somebody else holds is waited for, for so many milliseconds, and then a `conflict`
  /// that names the holder's process. It excludes all other takers, in this process too.
  ///
  /// The kernel releases the lock when its holder dies. What was locked is the file that bears the
  /// name: where somebody removed or replaced it meanwhile, the new one is locked.
  func lock(_ path: String, waitingMilliseconds: Int) throws(LakeError) -> any FileLock
}

/// A lock that is held until it is released, or until the object goes away.
package protocol FileLock: AnyObject, Sendable {
  var path: String { get }
  /// Releases the lock; later calls do nothing. The file of the lock stays.
  func release()
}

package struct FileStatus: Sendable, Hashable {
  package enum Kind: Sendable, Hashable {
    case file, directory, symbolicLink, fifo, socket, device
  }

  package var kind: Kind
  package var size: Int
  /// Tells files of one device apart.
  package var inode: UInt64
  package var device: UInt64
  /// Nanoseconds since 1970.
  package var modified: Int
  /// Nanoseconds since 1970; the time of the last change of data or status.
  package var changed: Int

  package init(
    kind: Kind, size: Int, inode: UInt64, device: UInt64, modified: Int, changed: Int
  ) {
    self.kind = kind
    self.size = size
    self.inode = inode
    self.device = device
    self.modified = modified
    self.changed = changed
  }

  /// Whether both are of one file, however it was named.
  package func isSameFile(as other: FileStatus) -> Bool {
    inode == other.inode && device == other.device
  }
}

/// An open file. Reading at an offset is safe from any thread.
package protocol ReadableFile: AnyObject, Sendable {
  var path: String { get }
  func status() throws(LakeError) -> FileStatus
  /// Reads until `count` bytes are there or the file ends; returns how many.
  func read(
    into target: UnsafeMutableRawPointer, count: Int, at offset: Int
  ) throws(LakeError) -> Int
}

/// A file that is being written, by one thread at a time.
package protocol WritableFile: AnyObject, Sendable {
  var path: String { get }
  /// Appends all of the bytes.
  func write(_ bytes: UnsafeRawBufferPointer) throws(LakeError)
  /// Makes the content durable. A failure is final: the caller gives the file up.
  func sync() throws(LakeError)
  /// Closes; later calls of any function are a bug. Also done when the object goes away, but then
  /// a failure to close is not seen.
  func close() throws(LakeError)
}
