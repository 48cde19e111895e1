import Glibc
import Synchronization

/// An open file of the machine.
///
/// See: man 2 pread, man 2 write, man 2 fsync, man 2 close.
final class LocalFile: ReadableFile, WritableFile {
  let path: String
  /// -1 once closed.
  private let descriptor: Atomic<Int32>

  /// Takes over the descriptor.
  init(path: String, descriptor: Int32) {
    self.path = path
    self.descriptor = Atomic(descriptor)
  }

  deinit {
    let open = descriptor.load(ordering: .relaxed)
    if open >= 0 { _ = Glibc.close(open) }
  }

  func status() throws(LakeError) -> FileStatus {
    var status = stat()
    if fstat(openDescriptor, &status) != 0 {
      throw .system(errno, call: "fstat", action: "look at the file", at: .file(path))
    }
    return FileStatus(status)
  }

  func read(
    into target: UnsafeMutableRawPointer, count: Int, at offset: Int
  ) throws(LakeError) -> Int {
    precondition(count >= 0 && offset >= 0)
    let descriptor = openDescriptor
    var done = 0
    while done < count {
      let got = retryingInterrupted {
        pread(descriptor, target + done, count - done, offset + done)
      }
      if got < 0 {
        throw .system(errno, call: "pread", action: "read", at: .file(path, offset: offset + done))
      }
      if got == 0 { break }
      done += got
    }
    return done
  }

  func write(_ bytes: UnsafeRawBufferPointer) throws(LakeError) {
    guard let base = bytes.baseAddress else { return }
    let descriptor = openDescriptor
    var done = 0
    while done < bytes.count {
      let count = retryingInterrupted {
        Glibc.write(descriptor, base + done, bytes.count - done)
      }
      if count < 0 { throw .system(errno, call: "write", action: "write", at: .file(path)) }
      done += count
    }
  }

  func sync() throws(LakeError) {
    let descriptor = openDescriptor
    if retryingInterrupted({ fsync(descriptor) }) != 0 {
      throw .system(errno, call: "fsync", action: "make durable", at: .file(path))
    }
  }

  func close() throws(LakeError) {
    let open = descriptor.exchange(-1, ordering: .relaxed)
    precondition(open >= 0, "the file is closed already")
    // An interrupted close has closed the descriptor on Linux; another try could hit a new file.
    if Glibc.close(open) != 0, errno != EINTR {
      throw .system(errno, call: "close", action: "close", at: .file(path))
    }
  }

  private var openDescriptor: Int32 {
    let open = descriptor.load(ordering: .relaxed)
    precondition(open >= 0, "the file is closed already")
    return open
  }
}

extension FileStatus {
  init(_ status: stat) {
    let kind: Kind =
      switch status.st_mode & S_IFMT {
      case S_IFREG: .file
      case S_IFDIR: .directory
      case S_IFLNK: .symbolicLink
      case S_IFIFO: .fifo
      case S_IFSOCK: .socket
      default: .device
      }
    self.init(
      kind: kind, size: Int(status.st_size), inode: UInt64(status.st_ino),
      device: UInt64(status.st_dev),
      modified: FileStatus.nanoseconds(status.st_mtim),
      changed: FileStatus.nanoseconds(status.st_ctim))
  }

  /// Nanoseconds since 1970, held within what fits: a file's times are whatever someone set.
  private static func nanoseconds(_ time: timespec) -> Int {
    let (seconds, overflow) = time.tv_sec.multipliedReportingOverflow(by: 1_000_000_000)
    let (sum, sumOverflow) = seconds.addingReportingOverflow(time.tv_nsec)
    return overflow || sumOverflow ? (time.tv_sec < 0 ? .min : .max) : sum
  }
}
