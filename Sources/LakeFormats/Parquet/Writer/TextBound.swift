import LakeCore

/// Cutting text so that it stays a bound, and text.
enum TextBound {
  /// The first bytes of a text that is longer than the limit: not above it.
  static func lower(_ bytes: [UInt8], isText: Bool) -> [UInt8] {
    var cut = LeafStatistics.textBytesMax
    // Not in the middle of a character.
    if isText { while cut > 0, bytes[cut] & 0xC0 == 0x80 { cut -= 1 } }
    return Array(bytes[..<cut])
  }

  /// The first bytes, the last character raised by one: above every text that begins so. Nil where
  /// there is no such text.
  static func upper(_ bytes: [UInt8], isText: Bool) -> [UInt8]? {
    var cut = lower(bytes, isText: isText)
    guard isText else {
      while let last = cut.popLast() {
        if last < 0xFF { return cut + [last + 1] }
      }
      return nil
    }
    // The order of UTF-8 is that of its characters' numbers.
    while let start = cut.lastIndex(where: { $0 & 0xC0 != 0x80 }) {
      let character = String(decoding: cut[start...], as: UTF8.self).unicodeScalars.first
      cut.removeSubrange(start...)
      if let character, let next = following(character) { return cut + Array(String(next).utf8) }
    }
    return nil
  }

  private static func following(_ character: Unicode.Scalar) -> Unicode.Scalar? {
    // No character has one of the numbers between these.
    character.value == 0xD7FF ? Unicode.Scalar(0xE000) : Unicode.Scalar(character.value + 1)
  }

  /// Nil for bytes that should be text and are none.
  static func value(_ bytes: [UInt8], isText: Bool) -> Value? {
    guard isText else { return .bytes(bytes) }
    let text = String(decoding: bytes, as: UTF8.self)
    return Array(text.utf8) == bytes ? .string(text) : nil
  }
}
