/// The letters under `TypeParser`: words, numbers, quoted names, and where they stand.
struct TypeReader {
  private let bytes: [UInt8]
  private(set) var offset = 0

  init(_ text: String) {
    bytes = Array(text.utf8)
  }

  var isAtEnd: Bool { offset == bytes.count }

  private func byte(at index: Int) -> UInt8? { index < bytes.count ? bytes[index] : nil }

  mutating func skipBlanks() {
    while let byte = byte(at: offset), byte == 0x20 || (byte >= 0x09 && byte <= 0x0D) {
      offset += 1
    }
  }

  /// Skips blanks and one character of ASCII, if it is there.
  mutating func skip(_ character: Character) -> Bool {
    skipBlanks()
    guard let byte = byte(at: offset), byte == character.asciiValue else { return false }
    offset += 1
    return true
  }

  /// Skips all of the words, or nothing.
  mutating func skip(words: String...) -> Bool {
    let start = offset
    for word in words {
      skipBlanks()
      guard readWord() == word else {
        offset = start
        return false
      }
    }
    return true
  }

  /// A run of letters, digits and underscores that begins with no digit, in lower case.
  mutating func readWord() -> String? {
    let word = readIdentifier()
    return word?.lowercased()
  }

  private mutating func readIdentifier() -> String? {
    guard let first = byte(at: offset), TypeReader.isLetter(first) else { return nil }
    let start = offset
    while let byte = byte(at: offset), TypeReader.isLetter(byte) || TypeReader.isDigit(byte) {
      offset += 1
    }
    return text(start..<offset)
  }

  /// Up to nine digits.
  mutating func readNumber() -> Int? {
    let start = offset
    var value = 0
    while let byte = byte(at: offset), TypeReader.isDigit(byte) {
      guard offset - start < 9 else { return nil }
      value = value * 10 + Int(byte - UInt8(ascii: "0"))
      offset += 1
    }
    return offset > start ? value : nil
  }

  /// The name of a row's member: a word, or anything in double quotes or back-ticks. Where a colon
  /// may follow it (Hive), anything without a bracket, comma or quote up to that colon.
  mutating func readMemberName(beforeColon: Bool) throws(LakeError) -> String {
    skipBlanks()
    if let quote = byte(at: offset), quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "`") {
      return try readQuoted(quote, "name")
    }
    if beforeColon, let name = readRawName() { return name }
    if let name = readIdentifier() { return name }
    throw failure(
      isAtEnd
        ? "a name is missing at the end"
        : "a name should stand before '\(restForMessage)'",
      hint: "Names with other than letters, digits and underscores stand in double quotes.")
  }

  private mutating func readRawName() -> String? {
    let start = offset
    var end = offset
    while let byte = byte(at: end), !TypeReader.endsRawName(byte) { end += 1 }
    guard byte(at: end) == UInt8(ascii: ":") else { return nil }
    while end > start, bytes[end - 1] <= 0x20 { end -= 1 }
    guard end > start else { return nil }
    offset = end
    return text(start..<end)
  }

  private static func endsRawName(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: ":"), UInt8(ascii: ","), UInt8(ascii: "<"), UInt8(ascii: ">"),
      UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "\""), UInt8(ascii: "'"),
      UInt8(ascii: "`"):
      true
    default: false
    }
  }

  /// Skips a text in single or double quotes, in which a back-slash keeps the next byte from
  /// ending it.
  mutating func skipComment() throws(LakeError) {
    skipBlanks()
    guard let quote = byte(at: offset), quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\"")
    else { throw failure("a comment stands in quotes") }
    _ = try readQuoted(quote, "comment", escape: UInt8(ascii: "\\"))
  }

  /// The text up to the closing quote; two quotes inside stand for one.
  private mutating func readQuoted(
    _ quote: UInt8, _ meaning: String, escape: UInt8? = nil
  ) throws(LakeError) -> String {
    let start = offset
    var content: [UInt8] = []
    offset += 1
    while let byte = byte(at: offset) {
      offset += 1
      if byte == escape, let next = self.byte(at: offset) {
        content.append(next)
        offset += 1
      } else if byte != quote {
        content.append(byte)
      } else if self.byte(at: offset) == quote {
        content.append(quote)
        offset += 1
      } else {
        return String(decoding: content, as: UTF8.self)
      }
    }
    throw failure("the quotes of a \(meaning) are not closed", at: start)
  }

  private func text(_ range: Range<Int>) -> String {
    String(decoding: bytes[range], as: UTF8.self)
  }

  /// Bytes above ASCII are letters, since a name may hold them.
  private static func isLetter(_ byte: UInt8) -> Bool {
    let lower = byte | 0x20
    return lower >= UInt8(ascii: "a") && lower <= UInt8(ascii: "z") || byte == UInt8(ascii: "_")
      || byte >= 0x80
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
  }

  /// The beginning of what was not read, short enough for a message.
  var restForMessage: String {
    let end = min(bytes.count, offset + 20)
    return text(offset..<end) + (end < bytes.count ? "…" : "")
  }

  func failure(
    _ message: String, code: LakeError.Code = .invalidInput, at place: Int? = nil,
    hint: String? = nil
  ) -> LakeError {
    LakeError(
      code, message, at: LakeError.Place(path: nil, byteOffset: place ?? offset), hint: hint)
  }
}
