import LakeCore

/// Where reading goes on after damage, in files that are cut by structure. Splitter and walker both
/// ask here, so that the same text is read wherever it is cut.
///
/// All answers follow from the text around the place and not from where a chunk begins: a chunk
/// begins behind a record or with the newline in front of one.
struct JSONRecovery {
  let start: Cursor
  let end: Cursor
  /// Whether the first byte is the first of the file.
  let isFileStart: Bool

  /// How far a record is indented; 0 where something else stands before it on its line.
  func indent(of record: Cursor) -> Int {
    var cursor = record
    while cursor > start, JSONRecovery.isIndent(cursor[-1]) { cursor -= 1 }
    let beginsLine = cursor > start ? cursor[-1] == JSONScan.newline : isFileStart
    return beginsLine ? record - cursor : 0
  }

  /// The newline in front of a brace that begins its line and is indented no deeper than `indent`.
  @inline(__always)
  func siblingNewline(of brace: Cursor, indent: Int) -> Cursor? {
    if brace == start || brace[-1] > 0x20 { return nil }
    return indentedNewline(of: brace, indent: indent)
  }

  private func indentedNewline(of brace: Cursor, indent: Int) -> Cursor? {
    var cursor = brace
    while cursor > start, brace - cursor <= indent, JSONRecovery.isIndent(cursor[-1]) {
      cursor -= 1
    }
    guard cursor > start, cursor[-1] == JSONScan.newline, brace - cursor <= indent else {
      return nil
    }
    return cursor - 1
  }

  static func isIndent(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x09 || byte == 0x0D
  }

  /// The place behind a damaged record: where its brackets close, or at the newline before a line
  /// that begins with a brace and is indented no deeper than the record, whichever comes first. Nil
  /// where neither comes before the end.
  func resumption(after record: Cursor) -> Cursor? {
    let indent = indent(of: record)
    var counter = JSONBracketCounter()
    var lines = JSONLinePieces(record, end)
    while let piece = lines.next() {
      if let closed = counter.close(piece.start, before: piece.end) { return closed }
      guard piece.isLine else { continue }
      let first = JSONRecovery.skipIndent(piece.end + 1)
      if first < end, first.pointee == JSONScan.openBrace,
        let sibling = siblingNewline(of: first, indent: indent)
      {
        return sibling
      }
      // The newline is passed over by itself, since it may end an escape.
      _ = counter.close(piece.end, before: piece.end + 1)
    }
    return nil
  }

  static func skipIndent(_ start: Cursor) -> Cursor {
    var cursor = start
    while isIndent(cursor.pointee) { cursor += 1 }
    return cursor
  }
}

/// Lines in pieces that grow from line to line's end: to look for something that is mostly near
/// costs as much as its distance, not as much as the line is long.
struct JSONLinePieces {
  struct Piece {
    var start: Cursor
    /// A newline where `isLine` is set.
    var end: Cursor
    var isLine: Bool
  }

  private var cursor: Cursor
  private let end: Cursor
  private var step = 256

  init(_ start: Cursor, _ end: Cursor) {
    cursor = start
    self.end = end
  }

  mutating func next() -> Piece? {
    guard cursor < end else { return nil }
    let start = cursor
    let view = ByteView(start, count: min(step, end - start))
    if let newline = view.firstIndex(of: JSONScan.newline) {
      cursor = start + newline + 1
      return Piece(start: start, end: start + newline, isLine: true)
    }
    step *= 2
    cursor = view.end
    return Piece(start: start, end: cursor, isLine: false)
  }
}

/// What stands between two records.
enum JSONGap {
  case comma
  case openBracket
  case closeBracket
  case byteOrderMark
  /// Text that is no record, up to its end. It reaches to the end of its line, or to a brace that
  /// may begin a record; a bracket is taken with all that it holds on its line.
  case text

  /// The byte at the cursor is neither blank nor a brace. Returns what it begins and where that
  /// ends; where that cannot be told before the end, nil, or the end if nothing `follows` it.
  static func read(
    _ cursor: Cursor, _ end: Cursor, isArray: Bool, follows: Bool
  ) -> (gap: JSONGap, end: Cursor)? {
    switch cursor.pointee {
    case JSONScan.comma:
      return (.comma, cursor + 1)
    case JSONScan.closeBracket where isArray:
      return (.closeBracket, cursor + 1)
    case JSONScan.openBracket:
      return bracket(cursor, end, isArray: isArray, follows: follows)
    case 0xEF where cursor[1] == 0xBB && cursor[2] == 0xBF:
      return (.byteOrderMark, cursor + 3)
    default:
      var next = cursor
      while next < end, next.pointee != JSONScan.newline, next.pointee != JSONScan.openBrace {
        next += 1
      }
      return next == end && follows ? nil : (.text, next)
    }
  }

  private static func bracket(
    _ cursor: Cursor, _ end: Cursor, isArray: Bool, follows: Bool
  ) -> (gap: JSONGap, end: Cursor)? {
    if isArray {
      // A top-level array of records begins with one, or is empty.
      let first = JSONScan.skipBlanks(cursor + 1)
      if first >= end, follows { return nil }
      let opens = first.pointee == JSONScan.openBrace || first.pointee == JSONScan.closeBracket
      if opens || first >= end { return (.openBracket, cursor + 1) }
    }
    var counter = JSONBracketCounter()
    var lines = JSONLinePieces(cursor, end)
    while let piece = lines.next() {
      if let closed = counter.close(piece.start, before: piece.end) { return (.text, closed) }
      if piece.isLine { return (.text, piece.end) }
    }
    return follows ? nil : (.text, end)
  }
}
