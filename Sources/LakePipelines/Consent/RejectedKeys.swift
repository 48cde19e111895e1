import LakeCore

/// Finds the key of a person in the bytes of a record that could not be read as a whole.
///
/// A record that is cut off, or has one bad value, mostly shows its key all the same. What counts
/// is a member of that name with a whole value behind it. One that stands deeper is another's,
/// maybe: its person is refused too, rather one too many than one too few, but the record's own key
/// is not known by it.
package enum RejectedKeys {
  package struct Found: Equatable {
    /// All values that stand behind the name, wherever.
    package var values: [String]
    /// Whether the record's own member is among them, and each that was seen could be read.
    package var isWhole: Bool

    package init(values: [String] = [], isWhole: Bool = false) {
      self.values = values
      self.isWhole = isWhole
    }
  }

  package static func find(_ column: String, in raw: [UInt8]) -> Found {
    let name = column.lowercased()
    var found = Found()
    var (index, depth, isDamaged) = (0, 0, false)
    while index < raw.count {
      switch raw[index] {
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        depth += 1
        index += 1
        continue
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        depth -= 1
        index += 1
        continue
      case UInt8(ascii: "\""): break
      default:
        index += 1
        continue
      }
      guard let (text, end) = string(raw, from: index) else {
        index += 1
        continue
      }
      index = end
      let colon = skipBlanks(raw, from: end)
      guard text.lowercased() == name, colon < raw.count, raw[colon] == UInt8(ascii: ":") else {
        continue
      }
      let next = skipBlanks(raw, from: colon + 1)
      if next < raw.count, raw[next] == UInt8(ascii: "\""),
        let (value, after) = string(raw, from: next)
      {
        found.values.append(value)
        index = after
      } else if let number = number(raw, from: next) {
        found.values.append(number)
      } else {
        isDamaged = true
        continue
      }
      if depth == 1 { found.isWhole = true }
    }
    if isDamaged { found.isWhole = false }
    return found
  }

  /// The string that begins with the quote at a place, and the place behind it. Nil where it does
  /// not end, or is no text.
  private static func string(_ raw: [UInt8], from start: Int) -> (text: String, end: Int)? {
    var index = start + 1
    var scalars: [UInt8] = []
    while index < raw.count {
      switch raw[index] {
      case UInt8(ascii: "\""):
        return String(validating: scalars, as: UTF8.self).map { ($0, index + 1) }
      case UInt8(ascii: "\\"):
        guard index + 1 < raw.count else { return nil }
        if raw[index + 1] == UInt8(ascii: "u") {
          guard let (bytes, end) = unicode(raw, from: index) else { return nil }
          scalars += bytes
          index = end
          continue
        }
        guard let escaped = escape(raw[index + 1]) else { return nil }
        scalars.append(escaped)
        index += 2
      case 0..<0x20: return nil
      default:
        scalars.append(raw[index])
        index += 1
      }
    }
    return nil
  }

  /// The character of a `\uXXXX`, or of two that are halves of one.
  private static func unicode(_ raw: [UInt8], from start: Int) -> (bytes: [UInt8], end: Int)? {
    func unit(_ place: Int) -> UInt16? {
      guard place + 6 <= raw.count, raw[place] == UInt8(ascii: "\\"),
        raw[place + 1] == UInt8(ascii: "u")
      else { return nil }
      let digits = raw[place + 2..<place + 6]
      guard digits.allSatisfy({ Character(UnicodeScalar($0)).isHexDigit }) else { return nil }
      return UInt16(String(decoding: digits, as: UTF8.self), radix: 16)
    }
    guard let first = unit(start) else { return nil }
    if let scalar = UnicodeScalar(first) { return (Array(String(scalar).utf8), start + 6) }
    guard let second = unit(start + 6) else { return nil }
    let text = String(decoding: [first, second], as: UTF16.self)
    guard text.unicodeScalars.count == 1, text.unicodeScalars.first != "\u{FFFD}" else {
      return nil
    }
    return (Array(text.utf8), start + 12)
  }

  private static func escape(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): byte
    case UInt8(ascii: "n"): 0x0A
    case UInt8(ascii: "r"): 0x0D
    case UInt8(ascii: "t"): 0x09
    case UInt8(ascii: "b"): 0x08
    case UInt8(ascii: "f"): 0x0C
    default: nil
    }
  }

  /// A whole number that something ends: one that is cut off may be another.
  private static func number(_ raw: [UInt8], from start: Int) -> String? {
    var index = start
    while index < raw.count, (0x30...0x39).contains(raw[index]) || raw[index] == 0x2D { index += 1 }
    guard index > start, index < raw.count,
      [UInt8(ascii: ","), UInt8(ascii: "}"), 0x20, 0x0A, 0x0D].contains(raw[index])
    else { return nil }
    return String(decoding: raw[start..<index], as: UTF8.self)
  }

  private static func skipBlanks(_ raw: [UInt8], from start: Int) -> Int {
    var index = start
    while index < raw.count, [0x20, 0x09, 0x0A, 0x0D].contains(raw[index]) { index += 1 }
    return index
  }
}
