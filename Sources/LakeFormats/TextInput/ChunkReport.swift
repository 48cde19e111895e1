import LakeCore

/// What a decoder has to say of one chunk besides its batches.
package struct ChunkReport: Sendable {
  /// Records that were read, rejects not counted.
  package var recordCount = 0
  package var rejects: [ChunkReject] = []
  package var notes = TextNotes()
  package var newlineCount = 0
  package var byteCount = 0

  package init() {}
}

/// A reject as it is known inside its chunk. It becomes a `Reject` when the lines before the chunk
/// have been counted.
package struct ChunkReject: Sendable {
  /// The record, and where in it reading failed, counted from the chunk's first byte.
  package var range: Range<Int>
  package var failure: Int
  package var reason: String

  package init(range: Range<Int>, failure: Int, reason: String) {
    self.range = range
    self.failure = failure
    self.reason = reason
  }
}

/// Things that were put right while reading, and counted, since nothing is repaired in silence.
package struct TextNotes: Sendable, Hashable {
  /// Commas between records that are no members of an array.
  package var strayCommas = 0
  /// Records that begin right behind another, without a newline or a comma.
  package var gluedRecords = 0
  /// Keys that stood twice in one object; the last value was kept.
  package var duplicateKeys = 0
  /// Keys that stood in one object in two spellings that differ by case; the first was kept.
  package var caseCollisions = 0
  /// Values that did not fit their column and were read as null, by the policy `null`.
  package var nulledValues = 0
  /// Brackets of a top-level array.
  package var openedArrays = 0
  package var closedArrays = 0
  /// Byte order marks in the middle of a file, as concatenation leaves them.
  package var innerByteOrderMarks = 0

  package init() {}

  package mutating func add(_ other: TextNotes) {
    strayCommas += other.strayCommas
    gluedRecords += other.gluedRecords
    duplicateKeys += other.duplicateKeys
    caseCollisions += other.caseCollisions
    nulledValues += other.nulledValues
    openedArrays += other.openedArrays
    closedArrays += other.closedArrays
    innerByteOrderMarks += other.innerByteOrderMarks
  }
}

extension Chunk {
  /// A reject with its line, column, hash and bytes; `linesBefore` lines end before this chunk.
  package func materialize(_ reject: ChunkReject, file: String, linesBefore: Int) -> Reject {
    let bytes = self.bytes
    let before = bytes[0..<reject.range.lowerBound]
    let failure = min(max(reject.failure, 0), bytes.count)
    let lineStart = bytes.lastIndex(of: UInt8(ascii: "\n"), before: failure).map { $0 + 1 } ?? 0
    let record = bytes[reject.range]
    let raw = record[0..<min(record.count, Reject.rawBytesMax)]
    return Reject(
      file: file, byteOffset: offset + reject.range.lowerBound, byteCount: record.count,
      line: linesBefore + before.newlineCount + 1, column: failure - lineStart + 1,
      reason: reject.reason, hash: XXH64.hash(record),
      raw: Array(UnsafeBufferPointer(start: raw.start, count: raw.count)))
  }
}

extension OversizedRecord {
  package func reject(file: String, linesBefore: Int) -> Reject {
    Reject(
      file: file, byteOffset: offset, byteCount: byteCount, line: linesBefore + 1, column: 1,
      reason: "the record is longer than \(limit) bytes", hash: hash, raw: head)
  }
}
