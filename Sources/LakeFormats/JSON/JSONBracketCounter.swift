import CLakeKernels
import LakeCore

/// Counts brackets over text that need not be right, in as many pieces as it comes in, until those
/// that were opened are closed. What stands in quotes does not count.
///
/// Kinds are not told apart: a brace closed by a bracket is damage, and counts.
struct JSONBracketCounter {
  private(set) var depth = 0
  private(set) var isInString = false
  /// Set where a piece ended between a backslash and the byte that it escapes.
  private var isEscaping = false

  /// Goes on from the cursor: the place behind the bracket that closes the last open one, or nil
  /// where that does not come before the limit. Behind the limit are 16 bytes that can be read.
  mutating func close(_ start: Cursor, before limit: Cursor) -> Cursor? {
    var cursor = start
    while cursor < limit {
      if isInString {
        guard let next = stringEnd(cursor, before: limit) else { return nil }
        cursor = next
        continue
      }
      let stops = lake_json_structure_stops(cursor)
      if stops == 0 {
        cursor += 16
        continue
      }
      cursor += stops.trailingZeroBitCount
      if cursor >= limit { return nil }
      switch cursor.pointee {
      case JSONScan.quote:
        isInString = true
      case JSONScan.openBrace, JSONScan.openBracket:
        depth += 1
      default:
        depth -= 1
        if depth <= 0 { return cursor + 1 }
      }
      cursor += 1
    }
    return nil
  }

  /// Behind the quote that ends the string in which the cursor stands.
  private mutating func stringEnd(_ start: Cursor, before limit: Cursor) -> Cursor? {
    var cursor = isEscaping ? start + 1 : start
    isEscaping = false
    while cursor < limit {
      let stops = lake_json_string_stops(cursor)
      if stops == 0 {
        cursor += 16
        continue
      }
      cursor += stops.trailingZeroBitCount
      if cursor >= limit { return nil }
      switch cursor.pointee {
      case JSONScan.quote:
        isInString = false
        return cursor + 1
      case JSONScan.backslash:
        isEscaping = cursor + 1 == limit
        cursor += 2
      default:
        cursor += 1
      }
    }
    return nil
  }
}

extension JSONBracketCounter {
  /// From the first byte of an object or array to behind the bracket that closes it; nil where
  /// nothing closes it before the limit.
  static func end(of start: Cursor, before limit: Cursor) -> Cursor? {
    var counter = JSONBracketCounter()
    return counter.close(start, before: limit)
  }
}
