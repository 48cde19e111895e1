import Glibc
import LakeCore

/// A disk in memory that behaves as the machine's does, and that can lose its power.
///
/// What was written can be read at once, by whoever asks. It is *durable* only where somebody made
/// it so: bytes by `sync` of their file, names by `syncDirectory` of a directory that they are in.
/// `afterPowerCut` gives the disk as it may be found later, with some of the rest.
///
/// A process that dies is simulated above, by `FaultyProcess`: no operation of its comes through
/// any more, and its locks go with the objects that hold them.
///
/// Times are counted, not measured, and inodes are numbered: the same operations give the same
/// disk.
package final class SimulatedDisk: FileSystem {
  let image: Monitor<DiskImage>

  package convenience init() {
    self.init(DiskImage())
  }

  init(_ image: DiskImage) {
    self.image = Monitor(image)
  }

  /// A disk of the same content and durability, without locks and open files.
  package func copy() -> SimulatedDisk {
    image.withLock { image in
      var copy = image
      copy.locks = [:]
      return SimulatedDisk(copy)
    }
  }

  /// The disk as it may be found after a loss of power at this moment.
  package func afterPowerCut(_ cut: PowerCut, using random: inout SeededRandom) -> SimulatedDisk {
    image.withLock { SimulatedDisk($0.afterPowerCut(cut, using: &random)) }
  }

  /// Whether a loss of power could take something away.
  package var isDurable: Bool {
    image.withLock { image in
      image.pending.isEmpty && image.nodes.values.allSatisfy { $0.syncedCount == $0.bytes.count }
    }
  }

  /// Bytes of a file that were not made durable never will be: what the kernel does with pages that
  /// it failed to write.
  package func losePages(of path: String) {
    image.withLock { image in
      guard let inode = try? image.find(path) else { return }
      image[inode].lostPages = true
    }
  }

  /// Puts a symbolic link on the disk, which programs of ours never do.
  package func makeSymbolicLink(_ path: String, to destination: String) throws(LakeError) {
    try change("symlink", "make the link", path) { image throws(DiskFailure) in
      let inode = try image.create(.symbolicLink, at: path)
      image[inode].destination = destination
    }
  }

  // MARK: - Calls

  /// Runs a call on the image; a failure becomes the error that the machine's disk would give.
  func change<R>(
    _ call: String, _ action: String, _ path: String,
    _ body: (inout DiskImage) throws(DiskFailure) -> R
  ) throws(LakeError) -> R {
    if path.utf8.contains(0) {
      throw LakeError(.invalidInput, "a path with a zero byte in it", at: .file(path))
    }
    do throws(DiskFailure) {
      return try image.withLock(body)
    } catch {
      throw .system(error.number, call: call, action: action, at: .file(path))
    }
  }
}

// MARK: - Files

extension SimulatedDisk {
  package func openForReading(_ path: String) throws(LakeError) -> any ReadableFile {
    let (inode, kind) = try change("open", "open", path) { image throws(DiskFailure) in
      let inode = try image.find(path)
      if image[inode].kind == .file { image[inode].openCount += 1 }
      return (inode, image[inode].kind)
    }
    guard kind == .file else {
      throw LakeError(
        .invalidInput, "cannot open: it is a directory, not a file", at: .file(path),
        hint: "Name the files in it, as in '\(path)/*'.")
    }
    return SimulatedFile(path: path, inode: inode, on: self)
  }

  package func create(_ path: String) throws(LakeError) -> any WritableFile {
    let inode = try change("open", "create", path) { image throws(DiskFailure) in
      let inode = try image.create(.file, at: path)
      image[inode].openCount += 1
      return inode
    }
    return SimulatedFile(path: path, inode: inode, on: self)
  }

  package func createUnnamed(
    in directory: String
  ) throws(LakeError) -> any WritableFile & ReadableFile {
    let action = "make a temporary file"
    let inode = try change("open", action, directory) { image throws(DiskFailure) in
      let parent = try image.find(directory)
      guard image[parent].kind == .directory else { throw DiskFailure(ENOTDIR) }
      let inode = image.make(.file)
      image[inode].openCount += 1
      return inode
    }
    return SimulatedFile(path: directory, inode: inode, on: self)
  }

  package func status(of path: String, followLinks: Bool) throws(LakeError) -> FileStatus? {
    try change(followLinks ? "stat" : "lstat", "look at the file", path) {
      image throws(DiskFailure) in
      do throws(DiskFailure) {
        return image.status(of: try image.find(path, followLast: followLinks))
      } catch {
        if error.number == ENOENT || error.number == ENOTDIR { return nil }
        throw error
      }
    }
  }

  package func resolve(_ path: String) throws(LakeError) -> String {
    try change("realpath", "follow the path", path) { image throws(DiskFailure) in
      try image.resolve(path)
    }
  }
}

// MARK: - Names

extension SimulatedDisk {
  package func list(_ directory: String) throws(LakeError) -> [String] {
    try change("opendir", "list the directory", directory) { image throws(DiskFailure) in
      try image.list(directory)
    }
  }

  package func makeDirectory(_ path: String) throws(LakeError) {
    try change("mkdir", "make the directory", path) { image throws(DiskFailure) in
      _ = try image.create(.directory, at: path)
    }
  }

  package func removeFile(_ path: String) throws(LakeError) {
    try change("unlink", "remove", path) { image throws(DiskFailure) in
      try image.removeFile(path)
    }
  }

  package func removeDirectory(_ path: String) throws(LakeError) {
    try change("rmdir", "remove the directory", path) { image throws(DiskFailure) in
      try image.removeDirectory(path)
    }
  }

  package func rename(_ source: String, to target: String) throws(LakeError) {
    try change("rename", "rename it to \(target)", source) { image throws(DiskFailure) in
      try image.rename(source, to: target)
    }
  }

  package func link(_ source: String, to target: String) throws(LakeError) {
    let action = "give it the second name \(target)"
    try change("link", action, source) { image throws(DiskFailure) in
      try image.link(source, to: target)
    }
  }

  package func exchange(_ a: String, with b: String) throws(LakeError) {
    try change("renameat2", "exchange it with \(b)", a) { image throws(DiskFailure) in
      try image.exchange(a, with: b)
    }
  }

  package func syncFile(_ path: String) throws(LakeError) {
    try change("open", "open", path) { image throws(DiskFailure) in
      let file = try image.find(path, followLast: false)
      guard image[file].kind == .file else { throw DiskFailure(ELOOP) }
      image.syncFile(file)
    }
  }

  package func syncDirectory(_ path: String) throws(LakeError) {
    try change("open", "open the directory", path) { image throws(DiskFailure) in
      let directory = try image.find(path)
      guard image[directory].kind == .directory else { throw DiskFailure(ENOTDIR) }
      image.syncDirectory(directory)
    }
  }
}
