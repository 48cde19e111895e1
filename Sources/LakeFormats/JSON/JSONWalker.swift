import LakeCore

/// What is done with each record that a walker finds.
protocol JSONRecordHandler: ~Copyable {
  /// The object whose opening brace is at the cursor: the cursor behind it, or nil with the fault.
  mutating func record(_ start: Cursor) -> Cursor?
  /// Called after `record` returned: takes the record, or says why it is refused and where.
  mutating func accept() -> JSONRefusal?
  var fault: JSONFault { get }
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
/// - by structure: where the brackets of the damaged record close, or at a line that begins with a
///   brace and is indented no deeper than the record, whichever comes first.
struct JSONWalker {
  let chunk: Chunk
  let cutting: JSONCutting
  let isArray: Bool
  private(set) var report = ChunkReport()
  private let start: Cursor
  private let end: Cursor
  private let isValidUTF8: Bool
  private var previousEnd: Cursor?

  init(chunk: Chunk, cutting: JSONCutting, isArray: Bool) {
    self.chunk = chunk
    self.cutting = cutting
    self.isArray = isArray
    start = chunk.bytes.start
    end = chunk.bytes.end
    let (newlines, isASCII) = chunk.bytes.survey()
    report.newlineCount = newlines
    report.byteCount = chunk.count
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
    if !isValidUTF8, let offset = firstInvalidOffset(cursor, next) {
      refuse(cursor, next, cursor + offset, JSONFault.message(.badUTF8, found: nil))
    } else if let refusal = handler.accept() {
      refuse(cursor, next, refusal.place, refusal.reason)
    } else {
      report.recordCount += 1
      if let previousEnd, cursor - previousEnd != 1 { noteGap(previousEnd, cursor) }
    }
    previousEnd = next
    return next
  }

  private func firstInvalidOffset(_ start: Cursor, _ end: Cursor) -> Int? {
    UTF8Text.firstInvalidByte(in: ByteView(start, count: end - start))
  }

  /// Whether there is anything but spaces between two records.
  private mutating func noteGap(_ from: Cursor, _ to: Cursor) {
    var cursor = from
    while cursor < to {
      if cursor.pointee != 0x20 && cursor.pointee != 0x09 { return }
      cursor += 1
    }
    report.notes.gluedRecords += 1
  }

  // MARK: - Between records

  /// A byte that is neither blank nor the beginning of a record.
  private mutating func between(_ cursor: Cursor) -> Cursor {
    switch cursor.pointee {
    case JSONScan.comma:
      if !isArray { report.notes.strayCommas += 1 }
      return cursor + 1
    case JSONScan.openBracket where isArray && opensRecords(cursor):
      report.notes.openedArrays += 1
      return cursor + 1
    case JSONScan.closeBracket where isArray:
      report.notes.closedArrays += 1
      return cursor + 1
    case 0xEF where cursor[1] == 0xBB && cursor[2] == 0xBF:
      if cursor != start || chunk.offset > 0 { report.notes.innerByteOrderMarks += 1 }
      return cursor + 3
    default:
      return refuseText(cursor)
    }
  }

  /// Whether a bracket is followed by what a top-level array of records begins with.
  private func opensRecords(_ bracket: Cursor) -> Bool {
    let first = JSONScan.skipBlanks(bracket + 1)
    return first.pointee == JSONScan.openBrace || first.pointee == JSONScan.closeBracket
      || first >= end
  }

  /// Text that is no record: up to the end of its line, or to a brace that may begin a record.
  private mutating func refuseText(_ cursor: Cursor) -> Cursor {
    let first = cursor.pointee
    var next = cursor
    if first == JSONScan.openBracket {
      next = JSONScan.balancedEnd(cursor, before: lineEnd(cursor)) ?? lineEnd(cursor)
    } else {
      while next < end, next.pointee != JSONScan.newline, next.pointee != JSONScan.openBrace {
        next += 1
      }
    }
    refuse(cursor, next, cursor, JSONFault.message(.expectedObject, found: first))
    return next
  }

  private func lineEnd(_ cursor: Cursor) -> Cursor {
    let rest = ByteView(cursor, count: end - cursor)
    return rest.firstIndex(of: JSONScan.newline).map { cursor + $0 } ?? end
  }

  // MARK: - Damage

  private mutating func refuse(_ from: Cursor, _ to: Cursor, _ place: Cursor, _ reason: String) {
    let range = (from - start)..<(to - start)
    report.rejects.append(ChunkReject(range: range, failure: place - start, reason: reason))
    previousEnd = nil
  }

  /// A record that cannot be read to its end. Returns where the walk goes on.
  private mutating func refuseBroken(_ record: Cursor, _ fault: JSONFault) -> Cursor {
    let place = min(fault.place ?? record, end)
    var code = fault.code
    let next: Cursor
    switch cutting {
    case .byLines:
      if let begun = nextLineWithBrace(after: record, before: place + 1) {
        code = .nextRecordBegins
        next = begun
      } else {
        next = resumeByLines(record, place)
      }
    case .byStructure:
      next = resumeByStructure(record)
    }
    if place >= end { code = .cutOff }
    let found = place < end ? place.pointee : nil
    var last = next
    while last > record, JSONScan.isBlank(last[-1]) { last -= 1 }
    refuse(record, last, min(place, last), JSONFault.message(code, found: found))
    return next
  }

  private func resumeByLines(_ record: Cursor, _ place: Cursor) -> Cursor {
    let lineEnd = self.lineEnd(place)
    let isOnOneLine =
      ByteView(record, count: place - record).firstIndex(of: JSONScan.newline) == nil
    if !isOnOneLine { return nextLineWithBrace(after: place, before: end) ?? end }
    guard let closed = JSONScan.balancedEnd(record, before: lineEnd), closed > place else {
      return lineEnd
    }
    // Trust the brackets only if they end where a record may end.
    var after = closed
    while after.pointee == 0x20 || after.pointee == JSONScan.comma { after += 1 }
    return after >= lineEnd || after.pointee == JSONScan.openBrace ? closed : lineEnd
  }

  private func resumeByStructure(_ record: Cursor) -> Cursor {
    let sibling = nextSiblingLine(of: record)
    return JSONScan.balancedEnd(record, before: sibling) ?? sibling
  }

  /// The brace of the first line after `cursor` that begins with one.
  private func nextLineWithBrace(after cursor: Cursor, before limit: Cursor) -> Cursor? {
    var cursor = cursor
    while cursor < limit {
      let rest = ByteView(cursor, count: limit - cursor)
      guard let newline = rest.firstIndex(of: JSONScan.newline) else { return nil }
      cursor += newline + 1
      if cursor < end, cursor.pointee == JSONScan.openBrace { return cursor }
    }
    return nil
  }

  /// The first line below the record's own that begins with a brace and no deeper than it.
  private func nextSiblingLine(of record: Cursor) -> Cursor {
    var lineStart = record
    while lineStart > start, lineStart[-1] != JSONScan.newline { lineStart -= 1 }
    let indent = JSONScan.skipBlanks(lineStart) - lineStart
    var line = lineEnd(record)
    while line < end {
      let first = JSONScan.skipBlanks(line + 1)
      // Blank lines were skipped with the blanks: the indent counts from the last newline.
      var own = first
      while own > line, own[-1] != JSONScan.newline { own -= 1 }
      if first < end, first.pointee == JSONScan.openBrace, first - own <= indent { return first }
      line = lineEnd(first)
    }
    return end
  }
}

extension JSONWalker {
  /// Walks for the handler's own sake; it neither fills up nor fails.
  mutating func skip(_ handler: inout JSONSkipHandler) {
    do {
      try walk(&handler) { (_: inout JSONSkipHandler) in }
    } catch {
      assertionFailure("skipping reserves no memory and calls nobody")
    }
  }
}
