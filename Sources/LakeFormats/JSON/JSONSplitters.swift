import CLakeKernels
import LakeCore

/// Cuts where a line begins with a brace.
struct JSONLineSplitter: RecordSplitter {
  let isLocal = true

  func lastBoundary(in bytes: ByteView) -> Int {
    var limit = bytes.count
    while let brace = bytes.lastIndex(of: JSONScan.openBrace, before: limit), brace > 0 {
      if bytes[brace - 1] == JSONScan.newline { return brace }
      limit = brace
    }
    return 0
  }

  func firstBoundary(in bytes: ByteView, from offset: Int) -> Int? {
    var offset = offset - 1
    while let newline = bytes.firstIndex(of: JSONScan.newline, from: offset) {
      if newline + 1 < bytes.count, bytes[newline + 1] == JSONScan.openBrace { return newline + 1 }
      offset = newline + 1
    }
    return nil
  }
}

/// Cuts where the brackets of a record close, by counting from the last cut.
///
/// What stands outside records (blanks, commas, the brackets of a top-level array, garbage) does
/// not count: only an opening brace begins a record.
struct JSONStructureSplitter: RecordSplitter {
  let isLocal = false
  let isArray: Bool

  func lastBoundary(in bytes: ByteView) -> Int {
    var boundary = 0
    var depth = 0
    var cursor = bytes.start
    let end = bytes.end
    while cursor < end {
      let stops = lake_json_structure_stops(cursor)
      if stops == 0 {
        cursor += 16
        continue
      }
      cursor += stops.trailingZeroBitCount
      if cursor >= end { break }
      let byte = cursor.pointee
      if byte == JSONScan.quote {
        if depth > 0 {
          guard let next = JSONScan.stringEnd(cursor + 1, before: end) else { return boundary }
          cursor = next
          continue
        }
      } else if byte == JSONScan.openBrace || (byte == JSONScan.openBracket && depth > 0) {
        depth += 1
      } else if depth > 0, byte == JSONScan.closeBrace || byte == JSONScan.closeBracket {
        depth -= 1
        if depth == 0 { boundary = cursor + 1 - bytes.start }
      }
      cursor += 1
    }
    return boundary
  }

  /// Reads record for record, as the decoder will, and says where the last one ends that can be
  /// read or has something readable behind it.
  func recoverBoundary(in bytes: ByteView) -> Int {
    let buffer = Buffer(untracked: bytes.count)
    buffer.base.copyMemory(from: bytes.start, byteCount: bytes.count)
    let chunk = Chunk(buffer: buffer, start: 0, count: bytes.count, offset: 0)
    var walker = JSONWalker(chunk: chunk, cutting: .byStructure, isArray: isArray)
    var handler = JSONSkipHandler(start: chunk.bytes.start)
    walker.skip(&handler)
    return handler.lastEnd
  }

  /// After a record that was too long to be held: the next line that begins with a brace.
  func firstBoundary(in bytes: ByteView, from offset: Int) -> Int? {
    JSONLineSplitter().firstBoundary(in: bytes, from: offset)
  }
}

/// Reads records for nothing but their ends.
struct JSONSkipHandler: JSONRecordHandler, ~Copyable {
  let start: Cursor
  private(set) var lastEnd = 0
  private(set) var fault = JSONFault()
  let exhausted: LakeError? = nil
  let isFull = false

  init(start: Cursor) {
    self.start = start
  }

  mutating func record(_ cursor: Cursor) -> Cursor? {
    guard let end = JSONScan.skipValue(cursor, depth: 0, fault: &fault) else { return nil }
    lastEnd = end - start
    return end
  }

  func accept() -> JSONRefusal? { nil }
}
