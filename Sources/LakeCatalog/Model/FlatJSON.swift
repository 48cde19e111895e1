import LakeCore

/// One JSON object whose members are texts, numbers, booleans or null: how small things are kept
/// in the catalog and in the marker of the workspace. Numbers and booleans are read as their text.
package enum FlatJSON {
  /// The members in order.
  package static func text(_ members: [(name: String, value: String?)]) -> String {
    let parts = members.map { name, value in
      "\(quoted(name)):\(value.map(quoted) ?? "null")"
    }
    return "{\(parts.joined(separator: ","))}"
  }

  /// The members in the order of their names.
  package static func text(_ members: [String: String]) -> String {
    text(members.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })
  }

  package static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\t": result += "\\t"
      case "\r": result += "\\r"
      case _ where scalar.value < 0x20:
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }

  /// Nil where the text is no such object. Members that are null are left out; of several members
  /// of one name the last counts.
  package static func members(of text: String) -> [String: String]? {
    var reader = FlatJSONReader(text)
    return reader.object()
  }
}

private struct FlatJSONReader {
  private let bytes: [UInt8]
  private var offset = 0

  init(_ text: String) {
    bytes = Array(text.utf8)
  }

  private var next: UInt8? { offset < bytes.count ? bytes[offset] : nil }

  mutating func object() -> [String: String]? {
    var members: [String: String] = [:]
    guard skip("{") else { return nil }
    if skip("}") { return isAtEnd ? members : nil }
    while true {
      skipBlanks()
      guard let name = string(), skip(":") else { return nil }
      skipBlanks()
      if next == UInt8(ascii: "\"") {
        guard let value = string() else { return nil }
        members[name] = value
      } else {
        guard let word = word() else { return nil }
        members[name] = word == "null" ? nil : word
      }
      if skip("}") { return isAtEnd ? members : nil }
      guard skip(",") else { return nil }
    }
  }

  private var isAtEnd: Bool {
    mutating get {
      skipBlanks()
      return offset == bytes.count
    }
  }

  private mutating func skipBlanks() {
    while let byte = next, byte == 0x20 || (0x09...0x0D).contains(byte) { offset += 1 }
  }

  private mutating func skip(_ character: Unicode.Scalar) -> Bool {
    skipBlanks()
    guard next == UInt8(ascii: character) else { return false }
    offset += 1
    return true
  }

  /// A number, `true`, `false` or `null`.
  private mutating func word() -> String? {
    let start = offset
    while let byte = next, isWordByte(byte) { offset += 1 }
    return start == offset ? nil : String(decoding: bytes[start..<offset], as: UTF8.self)
  }

  private func isWordByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
      UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "E"):
      true
    default: false
    }
  }

  private mutating func string() -> String? {
    guard next == UInt8(ascii: "\"") else { return nil }
    offset += 1
    var text: [UInt8] = []
    while let byte = next {
      offset += 1
      switch byte {
      case UInt8(ascii: "\""): return String(decoding: text, as: UTF8.self)
      case UInt8(ascii: "\\"):
        guard let scalar = escape() else { return nil }
        text += Array(String(Character(scalar)).utf8)
      case 0..<0x20: return nil
      default: text.append(byte)
      }
    }
    return nil
  }

  /// What an escape stands for; its backslash was read.
  private mutating func escape() -> Unicode.Scalar? {
    guard let letter = next else { return nil }
    offset += 1
    switch letter {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(letter)
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{C}"
    case UInt8(ascii: "u"): return codePoint()
    default: return nil
    }
  }

  private mutating func codePoint() -> Unicode.Scalar? {
    guard let high = codeUnit() else { return nil }
    guard (0xD800..<0xDC00).contains(high) else { return Unicode.Scalar(high) }
    guard next == UInt8(ascii: "\\"), offset + 1 < bytes.count,
      bytes[offset + 1] == UInt8(ascii: "u")
    else { return nil }
    offset += 2
    guard let low = codeUnit(), (0xDC00..<0xE000).contains(low) else { return nil }
    return Unicode.Scalar(0x10000 + (high - 0xD800) << 10 + (low - 0xDC00))
  }

  private mutating func codeUnit() -> UInt32? {
    guard offset + 4 <= bytes.count else { return nil }
    defer { offset += 4 }
    let digits = String(decoding: bytes[offset..<(offset + 4)], as: UTF8.self)
    return UInt32(digits, radix: 16)
  }
}
