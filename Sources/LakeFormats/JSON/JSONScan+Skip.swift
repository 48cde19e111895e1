import CLakeKernels
import LakeCore

extension JSONScan {
  /// Walks over one value by the strict grammar; nil, with the fault noted, where it is none.
  /// The cursor stands on the value's first byte, `depth` counts what is open around it.
  static func skipValue(_ start: Cursor, depth: Int, fault: inout JSONFault) -> Cursor? {
    switch start.pointee {
    case quote:
      return skipString(start + 1, fault: &fault)
    case openBrace:
      return skipObject(start + 1, depth: depth + 1, fault: &fault)
    case openBracket:
      return skipArray(start + 1, depth: depth + 1, fault: &fault)
    case UInt8(ascii: "t") where isTrue(start):
      return start + 4
    case UInt8(ascii: "f") where isFalse(start):
      return start + 5
    case UInt8(ascii: "n") where isNull(start):
      return start + 4
    case minus, 0x30...0x39:
      if let end = plainNumberEnd(start) { return end }
      if let token = number(start) { return token.end }
      return fail(.badNumber, start, &fault)
    default:
      return fail(.expectedValue, start, &fault)
    }
  }

  /// From behind an opening quote to behind the closing one.
  static func skipString(_ start: Cursor, fault: inout JSONFault) -> Cursor? {
    var cursor = plainStringEnd(start)
    while cursor.pointee != quote {
      guard cursor.pointee == backslash else { return fail(.controlInString, cursor, &fault) }
      guard let next = skipEscape(cursor, fault: &fault) else { return nil }
      cursor = plainStringEnd(next)
    }
    return cursor + 1
  }

  /// From a backslash to behind its escape, a surrogate pair being one.
  static func skipEscape(_ start: Cursor, fault: inout JSONFault) -> Cursor? {
    switch start[1] {
    case quote, backslash, UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
      UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
      return start + 2
    case UInt8(ascii: "u"):
      guard let unit = hexadecimal(start + 2) else { return fail(.badEscape, start + 1, &fault) }
      if unit & 0xF800 != 0xD800 { return start + 6 }
      // A leading half must be followed by a trailing one, and by nothing else.
      guard unit < 0xDC00, start[6] == backslash, start[7] == UInt8(ascii: "u"),
        let trail = hexadecimal(start + 8), trail & 0xFC00 == 0xDC00
      else { return fail(.loneSurrogate, start, &fault) }
      return start + 12
    default:
      return fail(.badEscape, start + 1, &fault)
    }
  }

  /// Four hexadecimal digits.
  static func hexadecimal(_ start: Cursor) -> UInt32? {
    var value: UInt32 = 0
    for index in 0..<4 {
      let byte = start[index]
      switch byte {
      case 0x30...0x39: value = value &<< 4 | UInt32(byte &- 0x30)
      case 0x41...0x46: value = value &<< 4 | UInt32(byte &- 0x37)
      case 0x61...0x66: value = value &<< 4 | UInt32(byte &- 0x57)
      default: return nil
      }
    }
    return value
  }

  private static func skipObject(_ start: Cursor, depth: Int, fault: inout JSONFault) -> Cursor? {
    if depth > JSONLimits.depthMax { return fail(.tooDeep, start - 1, &fault) }
    var cursor = skipBlanks(start)
    if cursor.pointee == closeBrace { return cursor + 1 }
    while true {
      guard cursor.pointee == quote else { return fail(.expectedKey, cursor, &fault) }
      guard let key = skipString(cursor + 1, fault: &fault) else { return nil }
      cursor = skipBlanks(key)
      guard cursor.pointee == colon else { return fail(.expectedColon, cursor, &fault) }
      cursor = skipBlanks(cursor + 1)
      guard let value = skipValue(cursor, depth: depth, fault: &fault) else { return nil }
      cursor = skipBlanks(value)
      if cursor.pointee == closeBrace { return cursor + 1 }
      guard cursor.pointee == comma else { return fail(.expectedCommaOrBrace, cursor, &fault) }
      cursor = skipBlanks(cursor + 1)
    }
  }

  private static func skipArray(_ start: Cursor, depth: Int, fault: inout JSONFault) -> Cursor? {
    if depth > JSONLimits.depthMax { return fail(.tooDeep, start - 1, &fault) }
    var cursor = skipBlanks(start)
    if cursor.pointee == closeBracket { return cursor + 1 }
    while true {
      guard let value = skipValue(cursor, depth: depth, fault: &fault) else { return nil }
      cursor = skipBlanks(value)
      if cursor.pointee == closeBracket { return cursor + 1 }
      guard cursor.pointee == comma else { return fail(.expectedCommaOrBracket, cursor, &fault) }
      cursor = skipBlanks(cursor + 1)
    }
  }

  static func fail(_ code: JSONFault.Code, _ place: Cursor, _ fault: inout JSONFault) -> Cursor? {
    fault = JSONFault(code: code, place: place)
    return nil
  }
}

extension JSONScan {
  /// Whether there is nothing from the cursor to the end but one word or number, or the beginning
  /// of one, so that more text might make it right.
  static func reachesEnd(_ start: Cursor, _ end: Cursor) -> Bool {
    var cursor = start
    while cursor < end, isWordByte(cursor.pointee) { cursor += 1 }
    return cursor >= end
  }

  private static func isWordByte(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, minus, backslash, UInt8(ascii: "+"),
      UInt8(ascii: "."):
      true
    default: false
    }
  }
}
