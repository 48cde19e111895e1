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

/// Cuts where the brackets of a record close, by counting from the last cut, and where reading goes
/// on after a damaged record. The walker, given more of the text at once, would stop at the same
/// places.
struct JSONStructureSplitter: RecordSplitter {
  let isLocal = false
  let isArray: Bool

  func lastBoundary(in bytes: ByteView) -> Int { lastBoundary(in: bytes, isFileStart: false) }

  func lastBoundary(in bytes: ByteView, isFileStart: Bool) -> Int {
    let scan = JSONStructureScan(bytes, isArray: isArray, isFileStart: isFileStart)
    return scan.lastBoundary() - bytes.start
  }

  func makeSkipper() -> (any RecordSkipper)? { JSONStructureSkipper() }
}

/// One search for the last place where text can be cut.
private struct JSONStructureScan {
  private let start: Cursor
  private let end: Cursor
  private let isArray: Bool
  private let recovery: JSONRecovery

  init(_ bytes: ByteView, isArray: Bool, isFileStart: Bool) {
    start = bytes.start
    end = bytes.end
    self.isArray = isArray
    recovery = JSONRecovery(start: start, end: end, isFileStart: isFileStart)
  }

  func lastBoundary() -> Cursor {
    var boundary = start
    var cursor = start
    // Not behind a bracket by itself: what it is depends on what follows.
    var isBehindBracket = false
    while true {
      let token = JSONScan.skipBlanks(cursor)
      if token - cursor > 4096, !isBehindBracket {
        boundary = newline(before: token, after: cursor) ?? boundary
      }
      if token >= end { return boundary }
      if token.pointee != JSONScan.openBrace {
        let gap = JSONGap.read(token, end, isArray: isArray, follows: true)
        guard let gap else { return boundary }
        isBehindBracket = token.pointee == JSONScan.openBracket
        if !isBehindBracket, gap.end.pointee == JSONScan.newline { boundary = gap.end }
        cursor = gap.end
        continue
      }
      isBehindBracket = false
      guard let next = recordEnd(token) else { return boundary }
      // A chunk begins behind a brace or with a newline: what a record's place on its line is, and
      // whether it is glued to another, follows from that.
      if next[-1] == JSONScan.closeBrace || next.pointee == JSONScan.newline { boundary = next }
      cursor = next
    }
  }

  private func newline(before limit: Cursor, after start: Cursor) -> Cursor? {
    let blanks = ByteView(start, count: limit - start)
    return blanks.lastIndex(of: JSONScan.newline).map { start + $0 }
  }

  /// Behind the record at the cursor, by counting; nil where it goes on behind the end.
  private func recordEnd(_ record: Cursor) -> Cursor? {
    let indent = recovery.indent(of: record)
    var depth = 1
    var cursor = record + 1
    while cursor < end {
      let stops = lake_json_structure_stops(cursor)
      if stops == 0 {
        cursor += 16
        continue
      }
      cursor += stops.trailingZeroBitCount
      if cursor >= end { return nil }
      switch cursor.pointee {
      case JSONScan.quote:
        guard let next = stringEnd(cursor + 1) else { return nil }
        // A newline in a string is damage: what looks like a string may be none.
        if next.pointee != JSONScan.quote { return suspectEnd(record) }
        cursor = next
      case JSONScan.openBrace:
        if recovery.siblingNewline(of: cursor, indent: indent) != nil { return suspectEnd(record) }
        depth += 1
      case JSONScan.openBracket:
        depth += 1
      default:
        depth -= 1
        if depth == 0 { return cursor + 1 }
      }
      cursor += 1
    }
    return nil
  }

  /// The quote that ends a string, or a control byte in it; nil where neither comes.
  @inline(__always)
  private func stringEnd(_ start: Cursor) -> Cursor? {
    var cursor = JSONScan.plainStringEnd(start)
    while cursor.pointee == JSONScan.backslash, cursor + 1 < end {
      // A control byte is damage behind a backslash too.
      if cursor[1] < 0x20 { return cursor + 1 }
      cursor = JSONScan.plainStringEnd(cursor + 2)
    }
    return cursor + 1 < end || cursor.pointee == JSONScan.quote ? cursor : nil
  }

  /// The end of a record that may be damaged, found by reading it.
  private func suspectEnd(_ record: Cursor) -> Cursor? {
    var fault = JSONFault()
    if let next = JSONScan.skipValue(record, depth: 0, fault: &fault) { return next }
    guard let place = fault.place, !JSONScan.reachesEnd(place, end) else { return nil }
    return recovery.resumption(after: record)
  }
}

/// Passes over a record that is too long to be held: to where its brackets close or, where it is
/// damaged or no record at all, to the next line that begins with a brace.
struct JSONStructureSkipper: RecordSkipper {
  private var counter = JSONBracketCounter()
  private var hasBegun = false
  private var isDamaged = false
  private var previous: UInt8 = 0

  mutating func end(in bytes: ByteView) -> Int? {
    defer { if bytes.count > 0 { previous = bytes[bytes.count - 1] } }
    var start = bytes.start
    if !hasBegun {
      hasBegun = true
      guard let brace = bytes.firstIndex(of: JSONScan.openBrace) else {
        isDamaged = true
        return nil
      }
      start += brace
    }
    if !isDamaged, let closed = close(start, before: bytes.end) {
      return closed - bytes.start
    }
    return isDamaged ? lineWithBrace(in: bytes) : nil
  }

  /// Counts line by line, since a newline in a string shows damage.
  private mutating func close(_ start: Cursor, before limit: Cursor) -> Cursor? {
    var lines = JSONLinePieces(start, limit)
    while let piece = lines.next() {
      if let closed = counter.close(piece.start, before: piece.end) { return closed }
      if piece.isLine, counter.isInString {
        isDamaged = true
        return nil
      }
    }
    return nil
  }

  private func lineWithBrace(in bytes: ByteView) -> Int? {
    if previous == JSONScan.newline, bytes.count > 0, bytes[0] == JSONScan.openBrace { return 0 }
    return JSONLineSplitter().firstBoundary(in: bytes, from: 1)
  }
}
