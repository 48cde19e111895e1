import LakeCore

/// Finds the process that holds the lock for writing of a database in WAL mode: that on byte 120 of
/// its shared-memory file (https://www.sqlite.org/walformat.html), as the kernel lists it.
///
/// The lock is not asked for with `fcntl`: closing the file that is opened for this would let go of
/// all locks that this process has on it.
enum LockHolder {
  private static let writeLockByte = 120

  /// `process 4711 (lake)`, or nil where it is not to be found out.
  static func find(of path: String, in fileSystem: any FileSystem) -> String? {
    guard let status = try? fileSystem.status(of: path + "-shm", followLinks: false),
      let locks = try? fileSystem.readWhole("/proc/locks", limit: 4 << 20)
    else { return nil }
    for line in locks.split(separator: UInt8(ascii: "\n")) {
      let words = String(decoding: line, as: UTF8.self).split(separator: " ")
      // 1: POSIX  ADVISORY  WRITE 4711 08:01:131 120 120
      guard words.count == 8, words[3] == "WRITE", let process = Int(words[4]), process > 0,
        words[5].split(separator: ":").last == "\(status.inode)", let first = Int(words[6]),
        let last = Int(words[7]), (first...max(first, last)).contains(writeLockByte)
      else { continue }
      return name(of: process, in: fileSystem)
    }
    return nil
  }

  private static func name(of process: Int, in fileSystem: any FileSystem) -> String {
    guard let bytes = try? fileSystem.readWhole("/proc/\(process)/comm", limit: 256) else {
      return "process \(process)"
    }
    let name = String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
    return "process \(process) (\(name))"
  }
}
