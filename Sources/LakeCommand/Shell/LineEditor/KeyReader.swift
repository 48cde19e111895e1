/// Makes keys of the bytes that a terminal sends: UTF-8, control characters, and sequences that
/// begin with ESC.
package struct KeyReader {
  private let read: () throws -> [UInt8]
  private var bytes: ArraySlice<UInt8> = []

  private static let escape: UInt8 = 0x1B
  /// Longer sequences are none that a terminal sends.
  private static let parametersMax = 32

  /// - parameter read: Waits for bytes; gives none at the end.
  package init(_ read: @escaping () throws -> [UInt8]) {
    self.read = read
  }

  /// The next key; nil at the end.
  package mutating func next() throws -> Key? {
    guard let byte = try nextByte() else { return nil }
    switch byte {
    case 0x0D, 0x0A: return .enter
    case 0x09: return .tab
    case 0x08, 0x7F: return .backspace
    case KeyReader.escape: return try escapeSequence()
    case 0..<0x20:
      return .control(Character(Unicode.Scalar(byte | 0x60)))
    default: return .text(try character(byte))
    }
  }

  private mutating func nextByte() throws -> UInt8? {
    if bytes.isEmpty { bytes = try read()[...] }
    return bytes.popFirst()
  }

  /// A character of UTF-8 by its first byte, and what follows at once, as pasted text does where
  /// the terminal does not say that it was pasted.
  private mutating func character(_ first: UInt8) throws -> String {
    var text = [first]
    var missing = first >= 0xF0 ? 3 : first >= 0xE0 ? 2 : first >= 0xC0 ? 1 : 0
    while missing > 0, let byte = try nextByte() {
      text.append(byte)
      missing -= 1
    }
    while let byte = bytes.first, byte >= 0x20, byte != 0x7F, byte < 0x80 {
      text.append(byte)
      bytes.removeFirst()
    }
    return String(decoding: text, as: UTF8.self)
  }

  // MARK: - Sequences

  private mutating func escapeSequence() throws -> Key {
    // What a terminal sends for one key comes in one piece; ESC alone is the key of that name.
    guard let next = bytes.popFirst() else { return .escape }
    switch next {
    case UInt8(ascii: "["): return try controlSequence()
    case UInt8(ascii: "O"):
      guard let final = try nextByte() else { return .unknown }
      return KeyReader.key(final, [])
    case 0x08, 0x7F: return .alt("\u{8}")
    case KeyReader.escape: return .escape
    case 0x20..<0x7F: return .alt(Character(Unicode.Scalar(next)))
    default: return .unknown
    }
  }

  /// `ESC [ parameters final`.
  private mutating func controlSequence() throws -> Key {
    var parameters: [UInt8] = []
    while let byte = try nextByte() {
      guard byte >= 0x20, parameters.count < KeyReader.parametersMax else { return .unknown }
      if byte >= 0x40 {
        let numbers = String(decoding: parameters, as: UTF8.self)
          .split(separator: ";", omittingEmptySubsequences: false).map { Int($0) ?? 1 }
        if byte == UInt8(ascii: "~"), numbers.first == 200 { return .paste(try pastedText()) }
        return KeyReader.key(byte, numbers)
      }
      parameters.append(byte)
    }
    return .unknown
  }

  private static func key(_ final: UInt8, _ numbers: [Int]) -> Key {
    // The second number holds the keys that were held down: Ctrl and Alt go by words.
    let isByWord = numbers.count > 1 && numbers[1] > 2
    switch Character(Unicode.Scalar(final)) {
    case "A": return .up
    case "B": return .down
    case "C": return isByWord ? .wordRight : .right
    case "D": return isByWord ? .wordLeft : .left
    case "H": return isByWord ? .textStart : .home
    case "F": return isByWord ? .textEnd : .end
    case "~":
      switch numbers.first {
      case 1, 7: return .home
      case 3: return .delete
      case 4, 8: return .end
      default: return .unknown
      }
    default: return .unknown
    }
  }

  /// Up to the sequence that ends it.
  private mutating func pastedText() throws -> String {
    let end = Array("\u{1B}[201~".utf8)
    var text: [UInt8] = []
    while let byte = try nextByte() {
      text.append(byte)
      if byte == UInt8(ascii: "~"), text.suffix(end.count).elementsEqual(end) {
        text.removeLast(end.count)
        break
      }
    }
    return String(decoding: text, as: UTF8.self).replacing("\r\n", with: "\n")
      .replacing("\r", with: "\n")
  }
}
