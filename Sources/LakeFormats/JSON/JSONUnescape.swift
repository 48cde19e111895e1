import LakeCore

extension JSONScan {
  /// Writes what a string's text means to `target` (which has room for as many bytes as the text)
  /// and returns the count. The text, between its quotes, was walked over before and is right.
  static func unescape(_ text: ByteView, into target: UnsafeMutablePointer<UInt8>) -> Int {
    var cursor = text.start
    var output = target
    while cursor < text.end {
      let byte = cursor.pointee
      if byte != backslash {
        output.pointee = byte
        output += 1
        cursor += 1
      } else if cursor[1] == UInt8(ascii: "u") {
        cursor = unescapeUnicode(cursor, &output)
      } else {
        output.pointee = simpleEscape(cursor[1])
        output += 1
        cursor += 2
      }
    }
    return output - target
  }

  private static func simpleEscape(_ byte: UInt8) -> UInt8 {
    switch byte {
    case UInt8(ascii: "b"): 0x08
    case UInt8(ascii: "f"): 0x0C
    case UInt8(ascii: "n"): 0x0A
    case UInt8(ascii: "r"): 0x0D
    case UInt8(ascii: "t"): 0x09
    default: byte
    }
  }

  /// One `\uXXXX`, or a pair of them; at most four bytes for at least six of text.
  private static func unescapeUnicode(
    _ start: Cursor, _ output: inout UnsafeMutablePointer<UInt8>
  ) -> Cursor {
    let unit = hexadecimal(start + 2) ?? 0xFFFD
    var end = start + 6
    var code = unit
    if unit & 0xFC00 == 0xD800, let trail = hexadecimal(start + 8) {
      code = 0x10000 + ((unit & 0x3FF) << 10 | trail & 0x3FF)
      end = start + 12
    }
    let scalar = Unicode.Scalar(code) ?? "\u{FFFD}"
    for byte in UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter {
      output.pointee = byte
      output += 1
    }
    return end
  }

  /// The meaning of a key's text.
  static func keyBytes(_ text: ByteView) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: text.count) { buffer, count in
      count = buffer.baseAddress.map { unescape(text, into: $0) } ?? 0
    }
  }
}
