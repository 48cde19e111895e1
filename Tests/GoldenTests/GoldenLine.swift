/// One line of text in a golden file, and how bytes that a line cannot show are written.
///
/// A line stands for itself, unless it begins with a backslash. Then it is *escaped*: the backslash
/// goes, and in the rest `\\` is a backslash, `\xHH` a byte, and `\c` at the end says that no
/// newline follows.
enum GoldenLine {
  /// The bytes that a line stands for, its newline included. Nil for a broken escape.
  static func decode(_ line: Substring) -> [UInt8]? {
    guard line.first == "\\" else { return Array(line.utf8) + [0x0A] }
    var bytes: [UInt8] = []
    var rest = line.dropFirst().utf8
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "\\") else {
        bytes.append(byte)
        continue
      }
      switch rest.popFirst() {
      case UInt8(ascii: "\\"):
        bytes.append(byte)
      case UInt8(ascii: "c"):
        return rest.isEmpty ? bytes : nil
      case UInt8(ascii: "x"):
        guard rest.count >= 2, let value = UInt8(Substring(rest.prefix(2)), radix: 16) else {
          return nil
        }
        bytes.append(value)
        rest = rest.dropFirst(2)
      default:
        return nil
      }
    }
    return bytes + [0x0A]
  }

  /// Bytes as lines, each escaped only where it must be.
  static func encode(_ bytes: [UInt8], isDirective: (Substring) -> Bool) -> [String] {
    guard !bytes.isEmpty else { return [] }
    var lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
    let endsWithNewline = lines.last?.isEmpty == true
    if endsWithNewline { lines.removeLast() }
    return lines.enumerated().map { index, line in
      let isLast = index == lines.count - 1
      let plain = String(validating: line, as: UTF8.self)
      let mustEscape =
        line.first == UInt8(ascii: "\\") || line.contains { isControl($0) }
        || line.last == UInt8(ascii: " ") || plain.map { isDirective($0[...]) } ?? true
        || (isLast && (!endsWithNewline || line.isEmpty))
      guard mustEscape else { return plain ?? "" }
      return escape(line, validText: plain != nil) + (isLast && !endsWithNewline ? "\\c" : "")
    }
  }

  private static func isControl(_ byte: UInt8) -> Bool {
    (byte < 0x20 && byte != 0x09) || byte == 0x7F
  }

  private static func escape(_ line: ArraySlice<UInt8>, validText: Bool) -> String {
    var text: [UInt8] = [UInt8(ascii: "\\")]
    for (index, byte) in zip(line.indices, line) {
      let isTrailingSpace = byte == UInt8(ascii: " ") && index == line.endIndex - 1
      if byte == UInt8(ascii: "\\") {
        text += Array("\\\\".utf8)
      } else if isControl(byte) || isTrailingSpace || (byte >= 0x80 && !validText) {
        let digits = String(byte, radix: 16, uppercase: true)
        text += Array(("\\x" + (byte < 16 ? "0" : "") + digits).utf8)
      } else {
        text.append(byte)
      }
    }
    return String(decoding: text, as: UTF8.self)
  }
}
