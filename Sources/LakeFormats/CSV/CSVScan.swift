import CLakeKernels
import LakeCore

/// Walks over the fields of CSV, shared by all that read it: decoder, inference, probe.
///
/// The grammar is that of RFC 4180, said exactly enough for files that break it:
///
/// 1. A quote opens a quoted field only as its first byte; elsewhere it is a byte like any other.
/// 2. Inside quotes everything counts as text; two quotes are one, and a single one closes.
/// 3. What follows a closing quote up to the next delimiter or line end is read as by rule 1, and
///    the record is refused.
///
/// So where a record ends depends on nothing but its own bytes. The splitter follows the same
/// rules. Cursors are those of a `Chunk`: zeros behind the end stop every loop.
package enum CSVScan {
  package static let newline = UInt8(ascii: "\n")
  package static let carriageReturn = UInt8(ascii: "\r")
  static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

  /// The end of an unquoted field: a delimiter, a line end, or the end of all bytes.
  @inline(__always)
  static func fieldEnd(_ start: Cursor, _ end: Cursor, _ dialect: CSVDialect) -> Cursor {
    var cursor = start
    while true {
      var stops = lake_csv_field_stops(cursor, dialect.delimiter)
      while stops != 0 {
        let place = cursor + stops.trailingZeroBitCount
        if endsField(place, end, dialect) { return place }
        stops &= stops &- 1
      }
      cursor += 16
    }
  }

  /// Whether a field that was read up to here is over.
  @inline(__always)
  static func endsField(_ place: Cursor, _ end: Cursor, _ dialect: CSVDialect) -> Bool {
    let byte = place.pointee
    if byte == dialect.delimiter || byte == dialect.lineEnd || place >= end { return true }
    return byte == carriageReturn && (place[1] == dialect.lineEnd || place + 1 >= end)
  }

  /// The quote that closes a field, looked for from behind the one that opened it; nil where there
  /// is none before the end. `hasPairs` is set where two quotes stand for one.
  @inline(__always)
  static func closingQuote(
    _ start: Cursor, _ end: Cursor, _ quote: UInt8, hasPairs: inout Bool
  ) -> Cursor? {
    var cursor = start
    while true {
      let stops = lake_csv_quote_stops(cursor, quote)
      if stops == 0 {
        cursor += 16
        continue
      }
      cursor += stops.trailingZeroBitCount
      if cursor >= end { return nil }
      if cursor.pointee != quote {
        cursor += 1
      } else if cursor[1] == quote, cursor + 1 < end {
        hasPairs = true
        cursor += 2
      } else {
        return cursor
      }
    }
  }

  /// The beginning of the line behind a record whose last field ends here.
  @inline(__always)
  static func lineAfter(_ place: Cursor, _ end: Cursor, _ dialect: CSVDialect) -> Cursor {
    if place >= end { return end }
    if place.pointee == dialect.lineEnd { return place + 1 }
    // A carriage return, with its newline or at the very end.
    return place + 2 < end ? place + 2 : end
  }

  /// Writes the meaning of a quoted text, each pair of quotes as one; returns how many bytes.
  static func unquote(
    _ source: ByteView, _ quote: UInt8, into target: UnsafeMutablePointer<UInt8>
  ) -> Int {
    var output = target
    var index = 0
    while index < source.count {
      let byte = source[index]
      output.pointee = byte
      output += 1
      index += byte == quote ? 2 : 1
    }
    return output - target
  }
}

/// A record passed over without a look at its values.
struct CSVRecordOutline {
  /// The line end behind the record, or the end of all bytes.
  var end: Cursor
  var fieldCount: Int
  var fault: CSVFault?
  /// Whether a quoted field reaches over a line end.
  var spansLines = false
}

extension CSVScan {
  static func outline(_ start: Cursor, _ end: Cursor, _ dialect: CSVDialect) -> CSVRecordOutline {
    var outline = CSVRecordOutline(end: start, fieldCount: 0, fault: nil)
    var cursor = start
    while true {
      outline.fieldCount += 1
      if cursor < end, cursor.pointee == dialect.quote {
        var hasPairs = false
        guard let close = closingQuote(cursor + 1, end, dialect.quote, hasPairs: &hasPairs) else {
          outline.fault = outline.fault ?? .unclosedQuote(field: outline.fieldCount, cursor)
          outline.spansLines = true
          outline.end = end
          return outline
        }
        let text = ByteView(cursor, count: close - cursor)
        if text.firstIndex(of: dialect.lineEnd) != nil { outline.spansLines = true }
        if !endsField(close + 1, end, dialect) {
          outline.fault = outline.fault ?? .textAfterQuote(field: outline.fieldCount, close + 1)
        }
        cursor = close + 1
      }
      cursor = fieldEnd(cursor, end, dialect)
      guard cursor < end, cursor.pointee == dialect.delimiter else {
        outline.end = cursor
        return outline
      }
      cursor += 1
    }
  }
}

/// Why a record cannot be read.
enum CSVFault {
  case unclosedQuote(field: Int, Cursor)
  case textAfterQuote(field: Int, Cursor)
  /// Where the record ends, or the field that is too many begins.
  case fieldCount(Int, wanted: Int, Cursor)

  var place: Cursor {
    switch self {
    case .unclosedQuote(_, let place), .textAfterQuote(_, let place): place
    case .fieldCount(_, _, let place): place
    }
  }

  var message: String {
    switch self {
    case .unclosedQuote(let field, _): "the quote that opens field \(field) is not closed"
    case .textAfterQuote(let field, _): "text follows the closing quote of field \(field)"
    case .fieldCount(let found, let wanted, _):
      "the record has \(found) \(found == 1 ? "field" : "fields") and not \(wanted)"
    }
  }
}
