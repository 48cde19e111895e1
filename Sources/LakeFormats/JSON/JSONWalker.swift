import LakeCore

/// What is done with each record that a walker finds.
protocol JSONRecordHandler: ~Copyable {
  /// The object whose opening brace is at the cursor: the cursor behind it, or nil with the fault.
  mutating func record(_ start: Cursor) -> Cursor?
  /// Called after `record` returned: takes the record, or says why it is refused and where.
  mutating func accept() -> JSONRefusal?
  var fault: JSONFault { get }
  /// Whether the text of the record just read may span lines.
  var mayHoldNewline: Bool { get }
  /// Set where `record` failed for want of memory, which is nobody's fault.
  var exhausted: LakeError? { get }
  /// Whether the records accepted so far have to be taken away before the next.
  var isFull: Bool { get }
}

struct JSONRefusal {
  var reason: String
  var place: Cursor
}

/// Goes from record to record through a chunk: over the blanks, commas and brackets between them,
/// past damage to the next place where a record begins.
///
/// After damage the walk goes on
/// - by lines: at the next line that begins with a brace or, where the damaged record is closed on
///   its own line, behind it;
/// - by structure: where `JSONRecovery` says.
///
/// What is found, and what is refused and why, does not depend on where the file was cut.
struct JSONWalker {
  let chunk: Chunk
  let cutting: JSONCutting
  let isArray: Bool
  private(set) var report = ChunkReport()
  private let start: Cursor
  private let end: Cursor
  private let isValidUTF8: Bool
  private let recovery: JSONRecovery

  init(chunk: Chunk, cutting: JSONCutting, isArray: Bool) {
    self.chunk = chunk
    self.cutting = cutting
    self.isArray = isArray
    start = chunk.bytes.start
    end = chunk.bytes.end
    let (newlines, isASCII) = chunk.bytes.survey()
    report.newlineCount = newlines
    report.byteCount = chunk.count
    recovery = JSONRecovery(start: start, end: end, isFileStart: chunk.offset == 0)
    isValidUTF8 = isASCII || UTF8Text.firstInvalidByte(in: chunk.bytes) == nil
  }

  /// `drain` is called before a record where the handler is full.
  mutating func walk<Handler: JSONRecordHandler & ~Copyable>(
    _ handler: inout Handler, drain: (inout Handler) throws -> Void
  ) throws {
    var cursor = start
    while true {
      cursor = JSONScan.skipBlanks(cursor)
      if cursor.pointee == JSONScan.openBrace {
        if handler.isFull { try drain(&handler) }
        cursor = try record(cursor, &handler)
      } else if cursor >= end {
        return
      } else {
        cursor = between(cursor)
      }
    }
  }

  private mutating func record<Handler: JSONRecordHandler & ~Copyable>(
    _ cursor: Cursor, _ handler: inout Handler
  ) throws -> Cursor {
    guard let next = handler.record(cursor) else {
      if let error = handler.exhausted { throw error }
      return refuseBroken(cursor, handler.fault)
    }
    if cutting == .byLines, handler.mayHoldNewline,
      let begun = nextLineWithBrace(after: cursor, before: next)
    {
      // Right by itself, but the file may have been cut here.
      return refuse(cursor, upTo: begun, place: begun, .cutOff)
    }
    if !isValidUTF8, let offset = firstInvalidOffset(cursor, next) {
      refuse(cursor, next, cursor + offset, JSONFault.message(.badUTF8, found: nil))
    } else if let refusal = handler.accept() {
      refuse(cursor, next, refusal.place, refusal.reason)
    } else {
      report.recordCount += 1
      if cursor == start || cursor[-1] != JSONScan.newline { noteGap(cursor) }
    }
    return next
  }

  private func firstInvalidOffset(_ start: Cursor, _ end: Cursor) -> Int? {
    UTF8Text.firstInvalidByte(in: ByteView(start, count: end - start))
  }

  /// Whether a record begins right behind another one.
  private mutating func noteGap(_ record: Cursor) {
    var cursor = record
    while cursor > start, cursor[-1] == 0x20 || cursor[-1] == 0x09 { cursor -= 1 }
    // Chunks that are cut by structure begin behind a record or with a newline.
    let isGlued =
      cursor > start
      ? cursor[-1] == JSONScan.closeBrace : cutting == .byStructure && chunk.offset > 0
    if isGlued { report.notes.gluedRecords += 1 }
  }

  // MARK: - Between records

  /// A byte that is neither blank nor the beginning of a record.
  private mutating func between(_ cursor: Cursor) -> Cursor {
    guard let (gap, next) = JSONGap.read(cursor, end, isArray: isArray, follows: false) else {
      return end
    }
    switch gap {
    case .comma: if !isArray { report.notes.strayCommas += 1 }
    case .openBracket: report.notes.openedArrays += 1
    case .closeBracket: report.notes.closedArrays += 1
    case .byteOrderMark:
      if cursor != start || chunk.offset > 0 { report.notes.innerByteOrderMarks += 1 }
    case .text:
      refuse(cursor, next, cursor, JSONFault.message(.expectedObject, found: cursor.pointee))
    }
    return next
  }

  // MARK: - Damage

  private mutating func refuse(_ from: Cursor, _ to: Cursor, _ place: Cursor, _ reason: String) {
    let range = (from - start)..<(to - start)
    report.rejects.append(ChunkReject(range: range, failure: place - start, reason: reason))
  }

  /// A record that cannot be read to its end. Returns where the walk goes on.
  private mutating func refuseBroken(_ record: Cursor, _ fault: JSONFault) -> Cursor {
    let place = min(fault.place ?? record, end)
    if cutting == .byLines, let begun = nextLineWithBrace(after: record, before: place + 1) {
      return refuse(record, upTo: begun, place: begun, .cutOff)
    }
    let next =
      cutting == .byLines
      ? resumptionByLine(record, place) : recovery.resumption(after: record) ?? end
    if JSONScan.reachesEnd(place, next) {
      return refuse(record, upTo: next, place: next, .cutOff)
    }
    return refuse(record, upTo: next, place: place, fault.code)
  }

  /// Refuses a record that has no end of its own: what is blank before the next does not count.
  private mutating func refuse(
    _ record: Cursor, upTo next: Cursor, place: Cursor, _ code: JSONFault.Code
  ) -> Cursor {
    var last = next
    while last > record, JSONScan.isBlank(last[-1]) { last -= 1 }
    let found = code == .cutOff ? nil : place.pointee
    refuse(record, last, min(place, last), JSONFault.message(code, found: found))
    if code == .cutOff, next == end { report.rejects[report.rejects.count - 1].reachesEnd = true }
    return next
  }

  /// Where a damaged record that may go on over several lines is left behind.
  private func resumptionByLine(_ record: Cursor, _ place: Cursor) -> Cursor {
    let head = ByteView(record, count: place - record)
    if head.firstIndex(of: JSONScan.newline) != nil {
      return nextLineWithBrace(after: place, before: end) ?? end
    }
    var counter = JSONBracketCounter()
    var closed: Cursor?
    var lines = JSONLinePieces(record, end)
    while let piece = lines.next() {
      if closed == nil { closed = counter.close(piece.start, before: piece.end) }
      if let closed, closed > place {
        // Trust the brackets only if they end where a record may end.
        var after = closed
        while after.pointee == JSONScan.comma || JSONRecovery.isIndent(after.pointee) { after += 1 }
        let isEnd = after >= end || after.pointee == JSONScan.newline
        if isEnd || after.pointee == JSONScan.openBrace { return closed }
      }
      if piece.isLine, piece.end >= place { return piece.end }
    }
    return end
  }

  /// The brace of the first line after `cursor` that begins with one, the newline being before
  /// `limit`. The end counts as one: a file is cut before such a line, if it is cut.
  private func nextLineWithBrace(after cursor: Cursor, before limit: Cursor) -> Cursor? {
    var cursor = cursor
    let limit = min(limit, end)
    while cursor < limit {
      let rest = ByteView(cursor, count: limit - cursor)
      guard let newline = rest.firstIndex(of: JSONScan.newline) else { return nil }
      cursor += newline + 1
      if cursor == end || cursor.pointee == JSONScan.openBrace { return cursor }
    }
    return nil
  }
}
