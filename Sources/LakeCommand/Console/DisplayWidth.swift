/// How many columns text takes on a terminal.
package enum DisplayWidth {
  package static func of(_ text: some StringProtocol) -> Int {
    var isPlain = true
    var count = 0
    for byte in text.utf8 {
      isPlain = isPlain && byte < 0x80
      count += 1
    }
    if isPlain { return count }
    return text.reduce(0) { $0 + of($1) }
  }

  /// Of one user-perceived character: that of its widest scalar, so that combining marks add
  /// nothing; two where an emoji style is asked for.
  package static func of(_ character: Character) -> Int {
    var widest = 0
    for scalar in character.unicodeScalars {
      if scalar.value == 0xFE0F { return 2 }
      widest = max(widest, of(scalar))
    }
    return widest
  }

  private static func of(_ scalar: Unicode.Scalar) -> Int {
    if scalar.value < 0x300 { return 1 }
    let properties = scalar.properties
    switch properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format: return 0
    default: break
    }
    // Vowels and finals of Hangul written in parts join their leading consonant.
    if 0x1160...0x11FF ~= scalar.value { return 0 }
    return properties.isEmojiPresentation || isWide(scalar.value) ? 2 : 1
  }

  /// East Asian Width W and F, by blocks (Unicode Standard Annex 11).
  private static func isWide(_ value: UInt32) -> Bool {
    switch value {
    case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xA960...0xA97F, 0xAC00...0xD7A3,
      0xF900...0xFAFF, 0xFE10...0xFE19, 0xFE30...0xFE6F, 0xFF01...0xFF60, 0xFFE0...0xFFE6,
      0x16FE0...0x18DFF, 0x1AFF0...0x1B2FF, 0x1F200...0x1F2FF, 0x20000...0x3FFFD:
      true
    default: false
    }
  }

  /// The longest beginning that fits in `width` columns, with `…` in the last one where something
  /// was cut.
  package static func cut(_ text: String, to width: Int) -> String {
    if of(text) <= width { return text }
    var result = ""
    var used = 0
    for character in text {
      let next = of(character)
      if used + next > width - 1 { break }
      result.append(character)
      used += next
    }
    return width > 0 ? result + "…" : ""
  }
}
