import Glibc

extension LocalFileSystem {
  /// A lock as `flock` gives it: it belongs to the open file, so that it excludes other threads of
  /// this process as well, and goes away with the descriptor. The holder's process is written into
  /// the file for whoever has to wait.
  ///
  /// See: man 2 flock.
  package func lock(
    _ path: String, waitingMilliseconds: Int
  ) throws(LakeError) -> any FileLock {
    let deadline = LocalFileSystem.milliseconds() + max(0, min(waitingMilliseconds, 1 << 40))
    while true {
      let lock = LocalLock(path: path, descriptor: try openLock(path))
      while try !lock.tryTaking() {
        if LocalFileSystem.milliseconds() >= deadline { throw lock.heldByOther() }
        // flock has no limit of time, so the wait is a series of tries.
        usleep(1000)
      }
      if try isStill(path, lock) {
        lock.writeHolder()
        return lock
      }
    }
  }

  private func openLock(_ path: String) throws(LakeError) -> Int32 {
    try requireNoZeroByte(path)
    let flags = O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | O_NOCTTY
    let descriptor = retryingInterrupted { open(path, flags, 0o640) }
    if descriptor < 0 {
      throw .system(errno, call: "open", action: "open the lock", at: .file(path))
    }
    return descriptor
  }

  /// Whether the name still stands for the file that was locked.
  private func isStill(_ path: String, _ lock: LocalLock) throws(LakeError) -> Bool {
    guard let named = try status(of: path, followLinks: false) else { return false }
    return named.isSameFile(as: try lock.status())
  }

  /// A clock that only goes forward.
  private static func milliseconds() -> Int {
    var now = timespec()
    clock_gettime(CLOCK_MONOTONIC, &now)
    return now.tv_sec * 1000 + now.tv_nsec / 1_000_000
  }
}

private final class LocalLock: FileLock {
  let path: String
  private let file: LocalFile
  private let descriptor: Monitor<Int32>

  init(path: String, descriptor: Int32) {
    self.path = path
    file = LocalFile(path: path, descriptor: descriptor)
    self.descriptor = Monitor(descriptor)
  }

  func status() throws(LakeError) -> FileStatus { try file.status() }

  func tryTaking() throws(LakeError) -> Bool {
    try descriptor.withLock { descriptor throws(LakeError) in
      if retryingInterrupted({ flock(descriptor, LOCK_EX | LOCK_NB) }) == 0 { return true }
      if errno == EWOULDBLOCK { return false }
      throw .system(errno, call: "flock", action: "take the lock", at: .file(path))
    }
  }

  /// A note for those who wait. A failure to write it takes nothing from the lock.
  func writeHolder() {
    descriptor.withLock { descriptor in
      let note = Array("\(getpid())\n".utf8)
      _ = ftruncate(descriptor, 0)
      _ = note.withUnsafeBytes { pwrite(descriptor, $0.baseAddress, $0.count, 0) }
    }
  }

  func heldByOther() -> LakeError {
    let holder = descriptor.withLock { descriptor in
      withUnsafeTemporaryAllocation(byteCount: 32, alignment: 1) { buffer -> String? in
        let count = pread(descriptor, buffer.baseAddress, buffer.count, 0)
        guard count > 0 else { return nil }
        return Int(String(decoding: buffer[..<count].prefix { $0 != 0x0A }, as: UTF8.self))
          .map { "process \($0)" }
      }
    }
    return LakeError(
      .conflict, "\(holder ?? "another process") holds the lock", at: .file(path),
      hint: "Wait until it is done, and try again.")
  }

  func release() {
    descriptor.withLock { descriptor in
      guard descriptor >= 0 else { return }
      // A process that is being started has the descriptor too, until it becomes its program.
      _ = flock(descriptor, LOCK_UN)
      descriptor = -1
      try? file.close()
    }
  }
}
