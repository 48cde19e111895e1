import CLakeKernels
import LakeCore

/// Cuts where a line ends outside quotes. Whether a line end is outside depends on everything
/// before it, so the file is cut in one pass; the pass looks at nothing but quotes, and is far
/// faster than what decodes the chunks.
struct CSVSplitter: RecordSplitter {
  let isLocal = false
  let dialect: CSVDialect

  func lastBoundary(in bytes: ByteView) -> Int {
    let (start, end) = (bytes.start, bytes.end)
    let (quote, lineEnd) = (dialect.quote, dialect.lineEnd)
    var boundary = start
    // Where the bytes outside quotes begin that were not searched yet; nil inside quotes.
    var outside: Cursor? = start
    // A quote before this place belongs to a pair.
    var passed = start
    var block = start
    while block < end {
      // Safe: buffers are readable for 64 bytes behind their end.
      var quotes = lake_equal_mask64(block, quote)
      while quotes != 0 {
        let place = block + quotes.trailingZeroBitCount
        quotes &= quotes &- 1
        if place >= end { break }
        if place < passed { continue }
        if let from = outside {
          guard opensField(place, start) else { continue }
          boundary = CSVSplitter.lastLine(from, place, lineEnd) ?? boundary
          outside = nil
        } else if place + 1 < end, place[1] == quote {
          passed = place + 2
        } else {
          outside = place + 1
        }
      }
      block += 64
    }
    if let from = outside { boundary = CSVSplitter.lastLine(from, end, lineEnd) ?? boundary }
    return boundary - start
  }

  /// Whether a quote outside quotes is the first byte of a field.
  @inline(__always)
  private func opensField(_ place: Cursor, _ start: Cursor) -> Bool {
    if place == start { return true }
    let before = place[-1]
    if before == dialect.delimiter || before == dialect.lineEnd { return true }
    // Behind a byte order mark that begins a line.
    guard place - start >= 3, before == 0xBF, place[-2] == 0xBB, place[-3] == 0xEF else {
      return false
    }
    return place - 3 == start || place[-4] == dialect.lineEnd
  }

  /// Behind the last line end in a stretch.
  @inline(__always)
  private static func lastLine(_ from: Cursor, _ to: Cursor, _ lineEnd: UInt8) -> Cursor? {
    var cursor = to
    while cursor > from {
      cursor -= 1
      if cursor.pointee == lineEnd { return cursor + 1 }
    }
    return nil
  }

  /// After a record that was too long to be held: the next line.
  func firstBoundary(in bytes: ByteView, from offset: Int) -> Int? {
    bytes.firstIndex(of: dialect.lineEnd, from: offset - 1).map { $0 + 1 }
  }

  /// A quote that is not closed hides all lines behind it; the decoder finds its way back among
  /// whole lines.
  func recoverBoundary(in bytes: ByteView) -> Int {
    bytes.lastIndex(of: dialect.lineEnd).map { $0 + 1 } ?? 0
  }
}
