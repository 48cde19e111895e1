import LakeCore

/// Looks at the beginning of a file and tells how its records are arranged.
struct JSONProbe {
  /// How much is looked at.
  static let sampleBytes = 256 << 10
  private static let recordsMax = 1_000

  let layout: JSONLayout
  let cutting: JSONCutting

  var isArray: Bool { layout == .array }

  /// Whether bytes begin as JSON records do: with a brace, or with a bracket and a brace.
  static func looksLikeJSON(_ sample: Chunk) -> Bool {
    let first = JSONScan.skipBlanks(contentStart(of: sample))
    if first.pointee == JSONScan.openBrace { return true }
    guard first.pointee == JSONScan.openBracket else { return false }
    let second = JSONScan.skipBlanks(first + 1)
    return second.pointee == JSONScan.openBrace || second.pointee == JSONScan.closeBracket
      || second >= sample.bytes.end
  }

  /// Whether any line begins with a brace.
  static func holdsRecordLine(_ sample: Chunk) -> Bool {
    sample.bytes.count > 1 && JSONLineSplitter().firstBoundary(in: sample.bytes, from: 1) != nil
  }

  /// Behind a byte order mark.
  /// Whether the bytes begin with an array or a string: JSON by its name, though without records.
  static func beginsWithValue(_ sample: Chunk) -> Bool {
    let first = JSONScan.skipBlanks(contentStart(of: sample)).pointee
    return first == JSONScan.openBracket || first == JSONScan.quote
  }

  static func contentStart(of sample: Chunk) -> Cursor {
    let start = sample.bytes.start
    return start[0] == 0xEF && start[1] == 0xBB && start[2] == 0xBF ? start + 3 : start
  }

  init(_ sample: Chunk) {
    let end = sample.bytes.end
    var cursor = JSONScan.skipBlanks(JSONProbe.contentStart(of: sample))
    let isArray = cursor.pointee == JSONScan.openBracket
    var seen = Observations()
    var previousEnd: Cursor?
    while seen.recordCount < JSONProbe.recordsMax, cursor < end {
      guard let record = JSONProbe.nextBrace(cursor, end) else { break }
      if let previousEnd { seen.note(gap: previousEnd, record) }
      var fault = JSONFault()
      guard let next = JSONScan.skipValue(record, depth: 0, fault: &fault) else {
        // Damaged, or cut by the end of the sample: go on at the next line, if there is one.
        if (fault.place ?? end) >= end { break }
        cursor = JSONProbe.nextLine(record, end)
        previousEnd = nil
        continue
      }
      seen.note(record: record, next)
      cursor = next
      previousEnd = next
    }
    if let previousEnd { seen.note(tail: previousEnd, end) }
    layout = seen.layout(isArray: isArray)
    cutting = seen.cutting
  }

  private static func nextBrace(_ start: Cursor, _ end: Cursor) -> Cursor? {
    ByteView(start, count: end - start).firstIndex(of: JSONScan.openBrace).map { start + $0 }
  }

  private static func nextLine(_ start: Cursor, _ end: Cursor) -> Cursor {
    let rest = ByteView(start, count: end - start)
    return rest.firstIndex(of: JSONScan.newline).map { start + $0 + 1 } ?? end
  }
}

/// What a probe saw.
private struct Observations {
  var recordCount = 0
  private var multiLineRecords = 0
  private var gapsWithNewline = 0
  private var gapsWithout = 0
  /// Records that begin a line, but not at its first byte.
  private var indentedRecords = 0

  mutating func note(record start: Cursor, _ end: Cursor) {
    recordCount += 1
    let text = ByteView(start, count: end - start)
    if text.firstIndex(of: JSONScan.newline) != nil { multiLineRecords += 1 }
  }

  mutating func note(gap start: Cursor, _ end: Cursor) {
    let gap = ByteView(start, count: end - start)
    guard let newline = gap.lastIndex(of: JSONScan.newline) else {
      gapsWithout += 1
      return
    }
    gapsWithNewline += 1
    if newline + 1 < gap.count { indentedRecords += 1 }
  }

  /// What stands behind the last record tells something only if it is a newline and no record.
  mutating func note(tail start: Cursor, _ end: Cursor) {
    let tail = ByteView(start, count: end - start)
    if JSONScan.skipBlanks(start) >= end, tail.firstIndex(of: JSONScan.newline) != nil {
      gapsWithNewline += 1
    }
  }

  func layout(isArray: Bool) -> JSONLayout {
    if isArray { return .array }
    if multiLineRecords > 0 { return .prettyPrinted }
    if gapsWithNewline == 0, gapsWithout > 0 { return .concatenated }
    return .newlineDelimited
  }

  /// By lines only where nothing speaks against it and something for it.
  var cutting: JSONCutting {
    multiLineRecords == 0 && indentedRecords == 0 && gapsWithNewline > 0 ? .byLines : .byStructure
  }
}
