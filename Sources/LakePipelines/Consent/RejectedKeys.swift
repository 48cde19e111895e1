import LakeCore

/// Finds the key of a person in the bytes of a record that could not be read as a whole.
///
/// A record that is cut off, or has one bad value, mostly shows its key all the same. What counts
/// is a member of that name with a whole string behind it, wherever it stands: a person too many is
/// refused rather than one too few.
enum RejectedKeys {
  /// The values; empty where none can be read.
  static func find(_ column: String, in raw: [UInt8]) -> [String] {
    let name = Array(column.lowercased().utf8)
    var keys: [String] = []
    var index = 0
    while index < raw.count {
      guard raw[index] == UInt8(ascii: "\""), let (text, end) = string(raw, from: index) else {
        index += 1
        continue
      }
      index = end
      guard Array(text.lowercased().utf8) == name else { continue }
      var next = skipBlanks(raw, from: end)
      guard next < raw.count, raw[next] == UInt8(ascii: ":") else { continue }
      next = skipBlanks(raw, from: next + 1)
      guard next < raw.count else { break }
      if raw[next] == UInt8(ascii: "\""), let (value, after) = string(raw, from: next) {
        keys.append(value)
        index = after
      } else if let number = number(raw, from: next) {
        keys.append(number)
      }
    }
    return keys
  }

  /// The string that begins with the quote at a place, and the place behind it. Escapes other than
  /// those of one letter make it unreadable.
  private static func string(_ raw: [UInt8], from start: Int) -> (text: String, end: Int)? {
    var bytes: [UInt8] = []
    var index = start + 1
    while index < raw.count {
      switch raw[index] {
      case UInt8(ascii: "\""):
        return String(validating: bytes, as: UTF8.self).map { ($0, index + 1) }
      case UInt8(ascii: "\\"):
        guard index + 1 < raw.count, let escaped = escape(raw[index + 1]) else { return nil }
        bytes.append(escaped)
        index += 2
      case 0..<0x20: return nil
      default:
        bytes.append(raw[index])
        index += 1
      }
    }
    return nil
  }

  private static func escape(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): byte
    case UInt8(ascii: "n"): 0x0A
    case UInt8(ascii: "r"): 0x0D
    case UInt8(ascii: "t"): 0x09
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
