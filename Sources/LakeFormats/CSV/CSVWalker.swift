import LakeCore

/// What is done with each record that a walker finds.
protocol CSVRecordHandler: ~Copyable {
  /// The record at the cursor: the cursor at the line end behind it, or nil with the fault.
  mutating func record(_ start: Cursor, _ end: Cursor) -> Cursor?
  /// Called after `record` returned: takes the record, or says why it is refused and where.
  mutating func accept() -> (reason: String, place: Cursor)?
  var fault: CSVFault? { get }
  /// Set where `record` failed for want of memory, which is nobody's fault.
  var exhausted: LakeError? { get }
  /// Whether the records accepted so far have to be taken away before the next.
  var isFull: Bool { get }
}

/// Goes from record to record through a chunk, over blank lines, past damage to the next place
/// where a record begins.
///
/// A record with too few or too many fields is refused by itself. One in which a quoted field
/// reaches over line ends and is not closed, or is closed in front of text, was most likely opened
/// by mistake: then only its first lines are refused, up to the first line behind which two
/// records in a row are whole. Reading never looks beyond the end that the damaged record has by
/// the grammar before it gets there, so that what is read does not depend on how the file is cut.
struct CSVWalker {
  private let chunk: Chunk
  private let format: CSVFileFormat
  private let fieldCount: Int
  private(set) var report = ChunkReport()
  private let start: Cursor
  private let end: Cursor
  private let isValidUTF8: Bool
  /// While records are looked for inside a damaged one: where that one ends. Else the end.
  private var bound: Cursor
  /// Bytes that may still be looked at twice for the sake of damage.
  private var patience: Int

  init(chunk: Chunk, format: CSVFileFormat) {
    self.chunk = chunk
    self.format = format
    fieldCount = format.names.count
    start = chunk.bytes.start
    end = chunk.bytes.end
    bound = end
    patience = 8 * chunk.count + (64 << 10)
    let (newlines, isASCII) = chunk.bytes.survey()
    report.newlineCount = newlines
    report.byteCount = chunk.count
    isValidUTF8 = isASCII || UTF8Text.firstInvalidByte(in: chunk.bytes) == nil
  }

  /// `drain` is called before a record where the handler is full.
  mutating func walk<Handler: CSVRecordHandler & ~Copyable>(
    _ handler: inout Handler, drain: (inout Handler) throws -> Void
  ) throws {
    let dialect = format.dialect
    var cursor = start + min(max(format.contentOffset - chunk.offset, 0), chunk.count)
    while cursor < end {
      if cursor >= bound { bound = end }
      let first = cursor.pointee
      if first <= CSVScan.carriageReturn, fieldCount > 1,
        first != dialect.delimiter, CSVScan.endsField(cursor, bound, dialect)
      {
        cursor = CSVScan.lineAfter(cursor, bound, dialect)
        continue
      }
      if first == 0xEF, cursor[1] == 0xBB, cursor[2] == 0xBF { cursor = passMark(cursor) }
      if handler.isFull { try drain(&handler) }
      cursor = try record(cursor, &handler)
    }
  }

  /// A byte order mark at the beginning of a line, as concatenation leaves it.
  private mutating func passMark(_ cursor: Cursor) -> Cursor {
    if chunk.offset > 0 || cursor > start { report.notes.innerByteOrderMarks += 1 }
    return cursor + 3
  }

  @inline(__always)
  private mutating func record<Handler: CSVRecordHandler & ~Copyable>(
    _ cursor: Cursor, _ handler: inout Handler
  ) throws -> Cursor {
    guard let lineEnd = handler.record(cursor, bound) else {
      if let error = handler.exhausted { throw error }
      return refuseBroken(cursor, handler.fault)
    }
    if lineEnd >= end, chunk.isCutOff {
      refuse(cursor, lineEnd, lineEnd, "the record is cut off")
    } else if !isValidUTF8, let place = firstInvalidByte(cursor, lineEnd) {
      refuse(cursor, lineEnd, place, "the record is not UTF-8")
    } else if let refusal = handler.accept() {
      refuse(cursor, lineEnd, refusal.place, refusal.reason)
    } else {
      report.recordCount &+= 1
    }
    return CSVScan.lineAfter(lineEnd, bound, format.dialect)
  }

  private func firstInvalidByte(_ from: Cursor, _ to: Cursor) -> Cursor? {
    UTF8Text.firstInvalidByte(in: ByteView(from, count: to - from)).map { from + $0 }
  }

  private mutating func refuse(_ from: Cursor, _ to: Cursor, _ place: Cursor, _ reason: String) {
    report.rejects.append(
      ChunkReject(range: (from - start)..<(to - start), failure: place - start, reason: reason))
  }

  /// A record that cannot be read. Returns where the walk goes on.
  private mutating func refuseBroken(_ record: Cursor, _ fault: CSVFault?) -> Cursor {
    let outline = CSVScan.outline(record, bound, format.dialect)
    let fault = fault ?? .fieldCount(outline.fieldCount, wanted: fieldCount, outline.end)
    patience -= outline.end - record
    let next = CSVScan.lineAfter(outline.end, bound, format.dialect)
    guard outline.spansLines, outline.fault != nil, fieldCount > 1,
      let resumed = resume(after: record, before: next)
    else {
      refuse(record, outline.end, fault.place, fault.message)
      return next
    }
    if bound == end { bound = next }
    var last = resumed - 1
    if last > record, last[-1] == CSVScan.carriageReturn { last -= 1 }
    refuse(record, last, min(fault.place, last), fault.message)
    return resumed
  }

  /// The first line behind a record's first one at which two records in a row are whole.
  private mutating func resume(after record: Cursor, before limit: Cursor) -> Cursor? {
    var line = record
    while patience > 0 {
      let rest = ByteView(line, count: limit - line)
      guard let lineEnd = rest.firstIndex(of: format.dialect.lineEnd) else { return nil }
      line += lineEnd + 1
      if line >= limit { return nil }
      if let second = wholeRecord(line, limit), wholeRecord(second, limit) != nil { return line }
    }
    return nil
  }

  /// The line behind a record that is whole, closed by a line end and of the right form.
  private mutating func wholeRecord(_ cursor: Cursor, _ limit: Cursor) -> Cursor? {
    let outline = CSVScan.outline(cursor, limit, format.dialect)
    patience -= outline.end - cursor
    guard outline.fault == nil, outline.fieldCount == fieldCount, outline.end < limit else {
      return nil
    }
    return CSVScan.lineAfter(outline.end, limit, format.dialect)
  }
}
