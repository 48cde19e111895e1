import LakeCore

/// The paths of data files as the log has them: relative to the table's root, percent-encoded. A
/// path is read from a file that somebody else may have written, and names what is opened and, in a
/// `remove`, what is deleted some day: whatever could lead out of the table's root is refused.
package enum DataPath {
  /// The path as it is on the disk, relative to the root.
  package static func decode(_ encoded: String) throws(LakeError) -> String {
    if isPlainName(encoded) { return encoded }
    if encoded.isEmpty { throw refusal(encoded, "it is empty") }
    if encoded.utf8.first == UInt8(ascii: "/") { throw refusal(encoded, "it is absolute") }
    if hasScheme(encoded) { throw refusal(encoded, "it has a scheme") }
    guard let bytes = unescape(Array(encoded.utf8)),
      let path = String(validating: bytes, as: UTF8.self)
    else { throw refusal(encoded, "its percent-encoding is broken") }
    if bytes.contains(where: { $0 < 0x20 || $0 == 0x7F }) {
      throw refusal(encoded, "it holds a control byte")
    }
    if hasScheme(path) { throw refusal(encoded, "it has a scheme") }
    for component in path.split(separator: "/", omittingEmptySubsequences: false) {
      switch component {
      case "": throw refusal(encoded, "it is absolute, or has an empty part")
      case ".", "..": throw refusal(encoded, "it leads out of the table or round in it")
      default: break
      }
      // Encoded twice, and perhaps decoded twice by somebody.
      if let again = unescape(Array(component.utf8)),
        again.split(separator: UInt8(ascii: "/")).contains(where: { $0 == [0x2E, 0x2E] })
      {
        throw refusal(encoded, "it leads out of the table or round in it")
      }
    }
    return path
  }

  /// A path as the log has it, where that is not as we would write it: whoever takes the file away
  /// again has to spell it so, since others compare the texts.
  package static func spelling(_ encoded: String, of path: String) -> String? {
    if encoded.utf8.allSatisfy(isPlain) || encode(path) == encoded { return nil }
    return encoded
  }

  /// A name of plain bytes that does not begin with a point, as nearly all are: no rule below can
  /// refuse it.
  private static func isPlainName(_ path: String) -> Bool {
    guard let first = path.utf8.first, first != UInt8(ascii: ".") else { return false }
    return path.utf8.allSatisfy { isPlain($0) && $0 != UInt8(ascii: "/") }
  }

  /// The path as the log has it.
  package static func encode(_ path: String) -> String {
    var encoded = ""
    for byte in path.utf8 {
      if isPlain(byte) {
        encoded.unicodeScalars.append(Unicode.Scalar(byte))
      } else {
        let digits = String(byte, radix: 16, uppercase: true)
        encoded += digits.utf8.count == 1 ? "%0\(digits)" : "%\(digits)"
      }
    }
    return encoded
  }

  private static func isPlain(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
    case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"),
      UInt8(ascii: "/"), UInt8(ascii: "="):
      true
    default: false
    }
  }

  /// `file:`, `s3:` and whatever else could be told from a relative path.
  private static func hasScheme(_ path: String) -> Bool {
    guard let colon = path.utf8.firstIndex(of: UInt8(ascii: ":")), colon != path.startIndex
    else { return false }
    return path.utf8[..<colon].allSatisfy { byte in
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
      case UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."): true
      default: false
      }
    }
  }

  private static func unescape(_ bytes: [UInt8]) -> [UInt8]? {
    guard bytes.contains(UInt8(ascii: "%")) else { return bytes }
    var decoded: [UInt8] = []
    var index = 0
    while index < bytes.count {
      guard bytes[index] == UInt8(ascii: "%") else {
        decoded.append(bytes[index])
        index += 1
        continue
      }
      guard index + 2 < bytes.count, let high = digit(bytes[index + 1]),
        let low = digit(bytes[index + 2])
      else { return nil }
      decoded.append(high << 4 | low)
      index += 3
    }
    return decoded
  }

  private static func digit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 0x30...0x39: byte - 0x30
    case 0x41...0x46: byte - 0x37
    case 0x61...0x66: byte - 0x57
    default: nil
    }
  }

  private static func refusal(_ path: String, _ reason: String) -> LakeError {
    LakeError(
      .corruptData, "the log names a file by a path that is refused, '\(path)': \(reason)",
      hint: "Only relative paths below the table's own directory are followed.")
  }
}
