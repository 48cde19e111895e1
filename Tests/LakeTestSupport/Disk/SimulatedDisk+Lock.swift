import Glibc
import LakeCore

extension SimulatedDisk {
  package func lock(
    _ path: String, waitingMilliseconds: Int
  ) throws(LakeError) -> any FileLock {
    var waited = 0
    while true {
      let taken = try change("open", "open the lock", path) { image throws(DiskFailure) in
        try image.tryLocking(path)
      }
      if let (inode, number) = taken {
        return SimulatedLock(path: path, inode: inode, number: number, on: self)
      }
      guard waited < waitingMilliseconds else {
        throw LakeError(
          .conflict, "process \(getpid()) holds the lock", at: .file(path),
          hint: "Wait until it is done, and try again.")
      }
      usleep(1000)
      waited += 1
    }
  }
}

extension DiskImage {
  /// Nil where somebody holds the lock.
  fileprivate mutating func tryLocking(_ path: String) throws(DiskFailure) -> (Inode, Int)? {
    let location = try locate(path, followLast: false)
    if location.name.isEmpty { throw DiskFailure(EISDIR) }
    let inode: Inode
    if let there = location.inode {
      inode = there
    } else {
      inode = try create(.file, at: path)
    }
    switch self[inode].kind {
    case .directory: throw DiskFailure(EISDIR)
    case .symbolicLink: throw DiskFailure(ELOOP)
    default: break
    }
    if locks[inode] != nil { return nil }
    self[inode].bytes = Array("\(getpid())\n".utf8)
    self[inode].syncedCount = 0
    self[inode].openCount += 1
    return (inode, takeLock(of: inode))
  }

  fileprivate mutating func unlock(_ inode: Inode, _ number: Int) {
    if locks[inode] == number { locks[inode] = nil }
    self[inode].openCount -= 1
  }
}

private final class SimulatedLock: FileLock {
  let path: String
  private let inode: Inode
  private let number: Int
  private let disk: SimulatedDisk
  private let isHeld = Shared(true)

  init(path: String, inode: Inode, number: Int, on disk: SimulatedDisk) {
    self.path = path
    self.inode = inode
    self.number = number
    self.disk = disk
  }

  deinit {
    release()
  }

  func release() {
    let wasHeld = isHeld.withLock { isHeld in
      defer { isHeld = false }
      return isHeld
    }
    if wasHeld { disk.image.withLock { $0.unlock(inode, number) } }
  }
}
