import Glibc
import LakeCore

/// An open file of a simulated disk.
final class SimulatedFile: ReadableFile, WritableFile {
  let path: String
  private let inode: Inode
  private let disk: SimulatedDisk

  /// The file counts as open already.
  init(path: String, inode: Inode, on disk: SimulatedDisk) {
    self.path = path
    self.inode = inode
    self.disk = disk
  }

  deinit {
    disk.image.withLock { $0[inode].openCount -= 1 }
  }

  func status() throws(LakeError) -> FileStatus {
    disk.image.withLock { $0.status(of: inode) }
  }

  func read(
    into target: UnsafeMutableRawPointer, count: Int, at offset: Int
  ) throws(LakeError) -> Int {
    precondition(count >= 0 && offset >= 0)
    return disk.image.withLock { image in
      let rest = image[inode].bytes.dropFirst(offset).prefix(count)
      rest.withUnsafeBytes { bytes in
        guard let base = bytes.baseAddress else { return }
        target.copyMemory(from: base, byteCount: bytes.count)
      }
      return rest.count
    }
  }

  func write(_ bytes: UnsafeRawBufferPointer) throws(LakeError) {
    disk.image.withLock { image in
      image[inode].bytes += bytes
      image[inode].modified = image.tick()
    }
  }

  func sync() throws(LakeError) {
    disk.image.withLock { $0.syncFile(inode) }
  }

  func close() throws(LakeError) {}
}
