import LakeCore
import LakeFormats

/// One thread: a run is to depend on nothing but its input.
package let fuzzPool: ThreadPool = {
  guard let pool = try? ThreadPool(threadCount: 1) else { fatalError("no thread") }
  return pool
}()

/// All that came of reading a file.
package struct Outcome: Equatable {
  package var rows: [String] = []
  package var rejects: [Reject] = []
  package var summary: [FileSummary] = []

  package init() {}

  package static func == (a: Outcome, b: Outcome) -> Bool {
    a.rows == b.rows && a.rejects == b.rejects && "\(a.summary)" == "\(b.summary)"
  }
}

/// Bytes as a file.
package final class MemoryFile: ReadableFile {
  package let path = "input"
  package let bytes: [UInt8]

  package init(_ bytes: UnsafeBufferPointer<UInt8>) {
    self.bytes = Array(bytes)
  }

  package func status() -> FileStatus {
    FileStatus(kind: .file, size: bytes.count, inode: 1, device: 1, modified: 0, changed: 0)
  }

  package func read(into target: UnsafeMutableRawPointer, count: Int, at offset: Int) -> Int {
    let taken = max(0, min(count, bytes.count - offset))
    bytes.withUnsafeBytes { source in
      if taken > 0, let base = source.baseAddress {
        target.copyMemory(from: base + offset, byteCount: taken)
      }
    }
    return taken
  }
}
