import LakeCore

/// A data file that another program has written, and that is to become one of a table's as it is.
///
/// Whoever offers it has looked at it: it has the columns of the table's own files, written so that
/// all readers of tables understand them, and the summary says of them what its footer says.
package struct OfferedFile: Sendable {
  package var path: String
  /// What it was when it was looked at.
  package var status: FileStatus
  package var summary: DataFileSummary
  /// Nil in a table without partitions.
  package var partition: Partition?
  /// Whether it was given away: then it becomes the table's by a second name, where the file system
  /// has those. Whoever else may still change a file gets a copy taken.
  package var isGiven: Bool

  package init(
    path: String, status: FileStatus, summary: DataFileSummary, partition: Partition? = nil,
    isGiven: Bool = false
  ) {
    self.path = path
    self.status = status
    self.summary = summary
    self.partition = partition
    self.isGiven = isGiven
  }
}

extension OfferedFile {
  /// Puts the file into a staging folder, durable but for its name. Returns what it is there, if it
  /// is the very file that its writer has.
  func stage(at target: String, _ fileSystem: any FileSystem) throws(LakeError) -> FileStatus? {
    try OfferedFile.requireUntouched(path, status, fileSystem)
    let isLinked = isGiven ? try link(to: target, fileSystem) : false
    if !isLinked { try fileSystem.copy(path, to: target) }
    try OfferedFile.requireUntouched(path, status, fileSystem)
    let staged = try fileSystem.status(of: target, followLinks: false)
    guard let staged, staged.kind == .file, staged.size == status.size,
      !isLinked || staged.isUnchanged(since: status)
    else { throw OfferedFile.changed(path) }
    return isLinked ? staged : nil
  }

  /// False where the file has to be copied: it lies on another disk, is somebody else's, or cannot
  /// be made durable. A sync that fails may have lost what it was to keep, and none after it would
  /// say so; a copy is made of what can be read.
  private func link(
    to target: String, _ fileSystem: any FileSystem
  ) throws(LakeError) -> Bool {
    do {
      try fileSystem.link(path, to: target)
    } catch {
      // A server may do what it was asked and then report a failure.
      if try fileSystem.status(of: target, followLinks: false) == nil { return false }
    }
    do {
      try fileSystem.syncFile(target)
      return true
    } catch {
      try fileSystem.removeFile(target)
      return false
    }
  }

  /// Throws where a file is not what was looked at any more.
  package static func requireUntouched(
    _ path: String, _ status: FileStatus, _ fileSystem: any FileSystem
  ) throws(LakeError) {
    guard try fileSystem.status(of: path, followLinks: false)?.isUnchanged(since: status) == true
    else { throw changed(path) }
  }

  static func changed(_ path: String) -> LakeError {
    LakeError(
      .conflict, "the file was changed while it was taken over", at: .file(path),
      hint: "Wait until its writer is done, and try again.")
  }
}

extension FileStatus {
  /// What tells files apart, however they are named.
  package struct Identity: Sendable, Hashable {
    let inode: UInt64
    let device: UInt64
  }

  package var identity: Identity { Identity(inode: inode, device: device) }

  /// Whether it is the same file with the same content, as far as that can be told without reading.
  package func isUnchanged(since other: FileStatus) -> Bool {
    isSameFile(as: other) && size == other.size && modified == other.modified
  }
}
