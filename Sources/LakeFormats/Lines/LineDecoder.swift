import LakeCore

/// Turns chunks of plain text into batches of one column. One belongs to one worker.
package final class LineDecoder: ChunkDecoder {
  private let tracker: MemoryTracker?

  init(tracker: MemoryTracker?) {
    self.tracker = tracker
  }

  package func decode(
    _ chunk: Chunk, of file: TextFile, emit: (Batch) throws -> Void
  ) throws -> ChunkReport {
    var lines = LineWalker(chunk)
    while let batch = try lines.next(tracker: tracker) { try emit(batch) }
    return lines.report
  }
}

/// Goes from line to line through a chunk.
private struct LineWalker {
  private let chunk: Chunk
  private let bytes: ByteView
  private let isValidUTF8: Bool
  private var place: Int
  private(set) var report = ChunkReport()

  init(_ chunk: Chunk) {
    self.chunk = chunk
    bytes = chunk.bytes
    let (newlines, isASCII) = bytes.survey()
    report.newlineCount = newlines
    report.byteCount = chunk.count
    isValidUTF8 = isASCII || UTF8Text.firstInvalidByte(in: bytes) == nil
    // Behind a chunk's last byte stand zeros.
    let start = bytes.start
    let hasMark = start[0] == 0xEF && start[1] == 0xBB && start[2] == 0xBF
    place = chunk.offset == 0 && hasMark && chunk.count >= 3 ? 3 : 0
  }

  /// The next lines; nil behind the last.
  mutating func next(tracker: MemoryTracker?) throws(LakeError) -> Batch? {
    guard place < bytes.count else { return nil }
    let views = try Buffer(
      byteCount: Batch.rowTarget * MemoryLayout<StringView>.stride, tracker: tracker)
    let target = views.pointer(as: StringView.self)
    var row = 0
    while row < Batch.rowTarget, place < bytes.count {
      let newline = bytes.firstIndex(of: LineReader.newline, from: place)
      let start = place
      var end = newline ?? bytes.count
      place = newline.map { $0 + 1 } ?? bytes.count
      // Safe: the byte lies between the line's first and the newline.
      if newline != nil, end > start, bytes[unchecked: end - 1] == UInt8(ascii: "\r") { end -= 1 }
      if let refusal = refusal(of: start..<end, hasEnd: newline != nil) {
        report.rejects.append(refusal)
        continue
      }
      // Safe: 64 bytes behind the chunk's last one are readable.
      target[row] = StringView(padded: bytes.start + start, count: end - start)
      row += 1
    }
    report.recordCount += row
    guard row > 0 else { return nil }
    let strings = StringValues(views: views, owners: [chunk.buffer])
    let column = FlatColumn(count: row, validity: nil, values: .strings(strings))
    return Batch(columns: [ColumnVector(type: .varchar, flat: column)], rowCount: row)
  }

  private func refusal(of line: Range<Int>, hasEnd: Bool) -> ChunkReject? {
    if !hasEnd, chunk.isCutOff {
      return ChunkReject(range: line, failure: line.upperBound, reason: "the record is cut off")
    }
    guard !isValidUTF8, let invalid = UTF8Text.firstInvalidByte(in: bytes[line]) else { return nil }
    return ChunkReject(
      range: line, failure: line.lowerBound + invalid, reason: "the record is not UTF-8")
  }
}
