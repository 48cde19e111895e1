import LakeCore

/// What a decoder has to say of one chunk besides its batches.
package struct ChunkReport: Sendable {
  /// Records that were read, rejects not counted.
  package var recordCount = 0
  package var rejects: [ChunkReject] = []
  package var notes = TextNotes()
  package var newlineCount = 0
  package var byteCount = 0
  /// Of the place behind the chunk's last byte, counted from its first.
  var end = TextPosition()

  package init() {}
}

/// A reject as it is known inside its chunk. It becomes a `Reject` when the lines before the chunk
/// have been counted.
package struct ChunkReject: Sendable {
  /// The record, and where in it reading failed, counted from the chunk's first byte.
  package var range: Range<Int>
  package var failure: Int
  package var reason: String
  /// Whether the record goes on to the chunk's end, where nothing but blanks follows it.
  package var reachesEnd = false

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
  /// Empty texts that were read as null, in columns that do not hold text.
  package var emptyTexts = 0
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
    emptyTexts += other.emptyTexts
    openedArrays += other.openedArrays
    closedArrays += other.closedArrays
    innerByteOrderMarks += other.innerByteOrderMarks
  }
}

/// Where a place in a text stands, for whoever goes through it from the beginning.
package struct TextPosition: Sendable, Hashable {
  /// Newlines before the place.
  package var lineCount = 0
  /// Bytes between the last of them and the place.
  package var columnCount = 0

  package init() {}

  /// Moves behind some bytes, of which `newlineCount` are newlines.
  package mutating func pass(_ bytes: ByteView, newlineCount: Int) {
    lineCount += newlineCount
    guard newlineCount > 0, let newline = bytes.lastIndex(of: UInt8(ascii: "\n")) else {
      columnCount += bytes.count
      return
    }
    columnCount = bytes.count - newline - 1
  }

  package mutating func pass(_ bytes: ByteView) {
    pass(bytes, newlineCount: bytes.newlineCount)
  }

  /// Moves behind a stretch whose own last position, counted from its first byte, is known.
  package mutating func pass(_ stretch: TextPosition) {
    lineCount += stretch.lineCount
    columnCount = stretch.columnCount + (stretch.lineCount == 0 ? columnCount : 0)
  }
}

/// Finds lines and columns in a chunk, going forward only: however many rejects there are, the
/// chunk is walked over once.
package struct RejectLocator {
  private let chunk: Chunk
  private let file: String
  /// Of the byte at `offset`.
  private var position: TextPosition
  private var offset = 0

  /// `position` is that of the chunk's first byte.
  package init(_ chunk: Chunk, file: String, position: TextPosition) {
    self.chunk = chunk
    self.file = file
    self.position = position
  }

  /// A reject with its line, column, hash and bytes. Rejects come in the order of the records.
  package mutating func locate(_ reject: ChunkReject) -> Reject {
    let bytes = chunk.bytes
    let failure = max(offset, min(reject.failure, bytes.count))
    position.pass(bytes[offset..<failure])
    offset = failure
    let record = bytes[reject.range]
    let raw = record[0..<min(record.count, Reject.rawBytesMax)]
    return Reject(
      file: file, byteOffset: chunk.offset + reject.range.lowerBound, byteCount: record.count,
      line: position.lineCount + 1, column: position.columnCount + 1, reason: reject.reason,
      hash: XXH64.hash(record),
      raw: Array(UnsafeBufferPointer(start: raw.start, count: raw.count)))
  }
}

extension OversizedRecord {
  package func reject(file: String, position: TextPosition) -> Reject {
    Reject(
      file: file, byteOffset: offset, byteCount: byteCount, line: position.lineCount + 1,
      column: position.columnCount + 1, reason: "the record is longer than \(limit) bytes",
      hash: hash, raw: head)
  }
}
