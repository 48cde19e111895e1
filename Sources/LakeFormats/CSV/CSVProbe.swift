import LakeCore

/// Looks at the beginning of a file and tells how its records are written.
///
/// 1. The line end: a newline if there is one at all, else a carriage return.
/// 2. The delimiter: the one of comma, tab, semicolon and bar by which the most records have the
///    same number of fields, more than one; where two do equally well, the one that makes more
///    fields, then the one named first.
/// 3. The header: the first record, where it holds text and nothing that is a number, a boolean, a
///    date or a time. Names are taken from it.
struct CSVProbe {
  /// How much is looked at.
  static let sampleBytes = 256 << 10
  private static let recordsMax = 1_000
  private static let delimiters = [",", "\t", ";", "|"].compactMap { $0.utf8.first }

  let format: CSVFileFormat
  /// Whether the sample shows that it is CSV and no text of another kind: a delimiter makes the
  /// same number of fields in more than half of the records, and a header does not stand alone.
  let isTable: Bool

  /// `isWhole` says that the sample is all of the file, so that its last record is not cut.
  init(_ sample: Chunk, isWhole: Bool, options: CSVReadOptions) {
    let (start, end) = (sample.bytes.start, sample.bytes.end)
    let mark = start[0] == 0xEF && start[1] == 0xBB && start[2] == 0xBF ? 3 : 0
    let content = ByteView(start + mark, count: max(end - start - mark, 0))
    var dialect = CSVDialect(lineEnd: CSVProbe.lineEnd(of: content))
    dialect.quote = options.quote ?? dialect.quote
    let found = CSVProbe.delimiter(of: content, isWhole: isWhole, dialect)
    dialect.delimiter = options.delimiter ?? found.delimiter
    var cursor = content.start
    CSVProbe.skipBlankLines(&cursor, end, dialect)
    let first = CSVScan.texts(cursor, end, dialect)
    let isEmpty = cursor >= end
    dialect.hasHeader = !isEmpty && (options.hasHeader ?? CSVProbe.isHeader(first))
    var contentOffset = mark
    if dialect.hasHeader {
      let outline = CSVScan.outline(cursor, end, dialect)
      contentOffset = CSVScan.lineAfter(outline.end, end, dialect) - start
    }
    isTable = found.agreeing > 500 && (!dialect.hasHeader || found.recordCount > 1)
    let written = first.map { dialect.hasHeader ? ($0 ?? "") : "" }
    let (names, renamings) = CSVProbe.names(written, isReported: dialect.hasHeader)
    format = CSVFileFormat(
      dialect: dialect, names: names, renamings: renamings, contentOffset: contentOffset,
      nullText: options.nullText.map { CSVNullText($0) })
  }

  private static func lineEnd(of content: ByteView) -> UInt8 {
    if content.firstIndex(of: CSVScan.newline) != nil { return CSVScan.newline }
    let hasReturn = content.firstIndex(of: CSVScan.carriageReturn) != nil
    // A single return at the very end is the first half of a line end, as likely as not.
    return hasReturn && content.firstIndex(of: CSVScan.carriageReturn) != content.count - 1
      ? CSVScan.carriageReturn : CSVScan.newline
  }

  private static func skipBlankLines(_ cursor: inout Cursor, _ end: Cursor, _ dialect: CSVDialect) {
    while cursor < end, cursor.pointee != dialect.delimiter,
      CSVScan.endsField(cursor, end, dialect)
    {
      cursor = CSVScan.lineAfter(cursor, end, dialect)
    }
  }

  // MARK: - Delimiter

  /// The delimiter, and how well it does: by a thousand of so many records.
  private static func delimiter(
    of content: ByteView, isWhole: Bool, _ dialect: CSVDialect
  ) -> (delimiter: UInt8, agreeing: Int, recordCount: Int) {
    var best = (delimiter: UInt8(ascii: ","), agreeing: 0, recordCount: 0)
    var fieldsMost = 1
    for delimiter in delimiters {
      var tried = dialect
      tried.delimiter = delimiter
      let (agreeing, fields, recordCount) = agreement(in: content, isWhole: isWhole, tried)
      if fields < 2 { continue }
      if agreeing > best.agreeing || (agreeing == best.agreeing && fields > fieldsMost) {
        best = (delimiter, agreeing, recordCount)
        fieldsMost = fields
      }
    }
    return best
  }

  /// The most common number of fields, and by a thousand how many records have it.
  private static func agreement(
    in content: ByteView, isWhole: Bool, _ dialect: CSVDialect
  ) -> (agreeing: Int, fields: Int, recordCount: Int) {
    var counts: [Int: Int] = [:]
    var recordCount = 0
    var cursor = content.start
    while cursor < content.end, recordCount < recordsMax {
      skipBlankLines(&cursor, content.end, dialect)
      if cursor >= content.end { break }
      let outline = CSVScan.outline(cursor, content.end, dialect)
      // The last record may be cut.
      if outline.end >= content.end, !isWhole, recordCount > 0 { break }
      recordCount += 1
      if outline.fault == nil { counts[outline.fieldCount, default: 0] += 1 }
      cursor = CSVScan.lineAfter(outline.end, content.end, dialect)
    }
    guard let most = counts.max(by: { ($0.value, $0.key) < ($1.value, $1.key) }) else {
      return (0, 0, recordCount)
    }
    return (most.value * 1000 / recordCount, most.key, recordCount)
  }

  // MARK: - Header

  private static func isHeader(_ texts: [String?]) -> Bool {
    var hasText = false
    for text in texts {
      guard let text, !text.isEmpty else { continue }
      let kind = ByteView.withUTF8(of: text) { CSVClassifier.kind(of: $0).kind }
      if kind != .text { return false }
      hasText = true
    }
    return hasText
  }

  /// Names for all columns: without blanks around, none empty, no two the same.
  static func names(
    _ written: [String], isReported: Bool
  ) -> (names: [String], renamings: [CSVColumnRenaming]) {
    var taken: Set<String> = []
    // The copies of a name that were tried, so that a header of one name costs no more than others.
    var copies: [String: Int] = [:]
    var names: [String] = []
    var renamings: [CSVColumnRenaming] = []
    for (index, text) in written.enumerated() {
      let trimmed = trimmingBlanks(text)
      let wanted = trimmed.isEmpty ? "column\(index + 1)" : trimmed
      var name = wanted
      while !taken.insert(name.lowercased()).inserted {
        let copy = copies[wanted.lowercased(), default: 1] + 1
        copies[wanted.lowercased()] = copy
        name = "\(wanted)_\(copy)"
      }
      names.append(name)
      if isReported, name != text {
        renamings.append(CSVColumnRenaming(position: index + 1, from: text, to: name))
      }
    }
    return (names, renamings)
  }

  private static func trimmingBlanks(_ text: String) -> String {
    let isBlank = { (character: Character) in character == " " || character == "\t" }
    var rest = text[...]
    while let first = rest.first, isBlank(first) { rest.removeFirst() }
    while let last = rest.last, isBlank(last) { rest.removeLast() }
    return String(rest)
  }
}

extension CSVScan {
  /// The texts of a record; nil for a field that is empty without quotes.
  static func texts(_ start: Cursor, _ end: Cursor, _ dialect: CSVDialect) -> [String?] {
    var texts: [String?] = []
    var cursor = start
    while true {
      let place: Cursor
      var hasPairs = false
      if cursor < end, cursor.pointee == dialect.quote,
        let close = closingQuote(cursor + 1, end, dialect.quote, hasPairs: &hasPairs)
      {
        let inner = ByteView(cursor + 1, count: close - cursor - 1).text
        let pair = String(decoding: [dialect.quote, dialect.quote], as: UTF8.self)
        let single = String(decoding: [dialect.quote], as: UTF8.self)
        texts.append(
          hasPairs
            ? inner.split(separator: pair, omittingEmptySubsequences: false)
              .joined(separator: single) : inner)
        place = fieldEnd(close + 1, end, dialect)
      } else {
        place = fieldEnd(cursor, end, dialect)
        texts.append(place == cursor ? nil : ByteView(cursor, count: place - cursor).text)
      }
      guard place < end, place.pointee == dialect.delimiter else { return texts }
      cursor = place + 1
    }
  }
}
