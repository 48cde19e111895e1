import LakeCore

/// Cuts behind newlines.
struct LineSplitter: RecordSplitter {
  let isLocal = true

  func lastBoundary(in bytes: ByteView) -> Int {
    bytes.lastIndex(of: LineReader.newline).map { $0 + 1 } ?? 0
  }

  func firstBoundary(in bytes: ByteView, from offset: Int) -> Int? {
    bytes.firstIndex(of: LineReader.newline, from: offset - 1).map { $0 + 1 }
  }
}
