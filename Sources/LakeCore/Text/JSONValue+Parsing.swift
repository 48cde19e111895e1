extension JSONValue {
  /// Reads exactly one value with blanks around it, by the letter of RFC 8259. What it is not is
  /// `corruptData` with the offset of the byte that stands against it.
  package init(parsing bytes: some Sequence<UInt8>) throws(LakeError) {
    var parser = JSONValueParser(bytes: Array(bytes))
    self = try parser.parseWhole()
  }

  package init(parsing text: String) throws(LakeError) {
    try self.init(parsing: text.utf8)
  }
}

private struct JSONValueParser {
  let bytes: [UInt8]
  var position = 0

  init(bytes: [UInt8]) {
    self.bytes = bytes
  }

  mutating func parseWhole() throws(LakeError) -> JSONValue {
    let value = try parseValue(depth: 0)
    skipBlanks()
    if position < bytes.count { throw fault("more text behind the value") }
    return value
  }

  /// The byte at the position; 0, which stands nowhere in JSON, behind the end.
  private var current: UInt8 { position < bytes.count ? bytes[position] : 0 }

  private func fault(_ reason: String) -> LakeError {
    LakeError(
      .corruptData, "this is not JSON: \(reason)", at: .init(path: nil, byteOffset: position))
  }

  private mutating func skipBlanks() {
    while position < bytes.count, [0x20, 0x0A, 0x0D, 0x09].contains(bytes[position]) {
      position += 1
    }
  }

  private mutating func parseValue(depth: Int) throws(LakeError) -> JSONValue {
    skipBlanks()
    switch current {
    case UInt8(ascii: "{"), UInt8(ascii: "["):
      if depth >= JSONValue.depthMax {
        throw fault("nested deeper than \(JSONValue.depthMax) levels")
      }
      let isObject = current == UInt8(ascii: "{")
      return isObject ? try parseObject(depth: depth) : try parseArray(depth: depth)
    case UInt8(ascii: "\""): return .string(try parseString())
    case UInt8(ascii: "t"): return try parseWord("true", .bool(true))
    case UInt8(ascii: "f"): return try parseWord("false", .bool(false))
    case UInt8(ascii: "n"): return try parseWord("null", .null)
    default: return try parseNumber()
    }
  }

  private mutating func parseWord(
    _ word: String, _ value: JSONValue
  ) throws(LakeError) -> JSONValue {
    guard bytes[position...].starts(with: word.utf8) else { throw fault("an unknown word") }
    position += word.utf8.count
    return value
  }

  private mutating func parseObject(depth: Int) throws(LakeError) -> JSONValue {
    position += 1
    var members: [JSONValue.Member] = []
    skipBlanks()
    if current == UInt8(ascii: "}") {
      position += 1
      return .object([])
    }
    while true {
      skipBlanks()
      guard current == UInt8(ascii: "\"") else { throw fault("a name in quotes is missing") }
      let name = try parseString()
      skipBlanks()
      guard current == UInt8(ascii: ":") else { throw fault("a colon is missing") }
      position += 1
      members.append(JSONValue.Member(name, try parseValue(depth: depth + 1)))
      if try parseEnd(UInt8(ascii: "}")) { return .object(members) }
    }
  }

  private mutating func parseArray(depth: Int) throws(LakeError) -> JSONValue {
    position += 1
    var elements: [JSONValue] = []
    skipBlanks()
    if current == UInt8(ascii: "]") {
      position += 1
      return .array([])
    }
    while true {
      elements.append(try parseValue(depth: depth + 1))
      if try parseEnd(UInt8(ascii: "]")) { return .array(elements) }
    }
  }

  /// A comma, or the end of a list.
  private mutating func parseEnd(_ end: UInt8) throws(LakeError) -> Bool {
    skipBlanks()
    let byte = current
    guard byte == end || byte == UInt8(ascii: ",") else { throw fault("a comma is missing") }
    position += 1
    return byte == end
  }

  private mutating func parseNumber() throws(LakeError) -> JSONValue {
    let start = position
    if current == UInt8(ascii: "-") { position += 1 }
    let first = position
    let digits = skipDigits()
    if digits == 0 { throw fault("a value is missing") }
    if digits > 1, bytes[first] == UInt8(ascii: "0") { throw fault("a number begins with 0") }
    if current == UInt8(ascii: ".") {
      position += 1
      if skipDigits() == 0 { throw fault("a digit is missing") }
    }
    if current | 0x20 == UInt8(ascii: "e") {
      position += 1
      if current == UInt8(ascii: "-") || current == UInt8(ascii: "+") { position += 1 }
      if skipDigits() == 0 { throw fault("a digit is missing") }
    }
    return .number(String(decoding: bytes[start..<position], as: UTF8.self))
  }

  private mutating func skipDigits() -> Int {
    let start = position
    while (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(current) { position += 1 }
    return position - start
  }

  private mutating func parseString() throws(LakeError) -> String {
    position += 1
    var text: [UInt8] = []
    while true {
      let start = position
      while position < bytes.count, bytes[position] >= 0x20, bytes[position] != UInt8(ascii: "\""),
        bytes[position] != UInt8(ascii: "\\")
      {
        position += 1
      }
      text += bytes[start..<position]
      switch current {
      case UInt8(ascii: "\"") where position < bytes.count:
        position += 1
        guard let string = String(validating: text, as: UTF8.self) else {
          throw fault("a text that is not UTF-8")
        }
        return string
      case UInt8(ascii: "\\"):
        position += 1
        try parseEscape(into: &text)
      default:
        throw fault(position < bytes.count ? "a control byte in a text" : "it ends in a text")
      }
    }
  }

  private mutating func parseEscape(into text: inout [UInt8]) throws(LakeError) {
    let letter = current
    position += 1
    switch letter {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(letter)
    case UInt8(ascii: "b"): text.append(0x08)
    case UInt8(ascii: "f"): text.append(0x0C)
    case UInt8(ascii: "n"): text.append(0x0A)
    case UInt8(ascii: "r"): text.append(0x0D)
    case UInt8(ascii: "t"): text.append(0x09)
    case UInt8(ascii: "u"):
      guard let scalar = Unicode.Scalar(try parseCodePoint()) else {
        throw fault("half a surrogate pair")
      }
      text += Character(scalar).utf8
    default: throw fault("an unknown escape")
    }
  }

  private mutating func parseCodePoint() throws(LakeError) -> UInt32 {
    let high = try parseHex()
    guard (0xD800..<0xDC00).contains(high) else { return high }
    guard bytes[min(position, bytes.count)...].starts(with: "\\u".utf8) else { return high }
    position += 2
    let low = try parseHex()
    guard (0xDC00..<0xE000).contains(low) else { return high }
    return 0x10000 + (high - 0xD800) << 10 + (low - 0xDC00)
  }

  private mutating func parseHex() throws(LakeError) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 {
      let digit: UInt8
      switch current {
      case 0x30...0x39: digit = current - 0x30
      case 0x41...0x46: digit = current - 0x37
      case 0x61...0x66: digit = current - 0x57
      default: throw fault("a hexadecimal digit is missing")
      }
      value = value << 4 | UInt32(digit)
      position += 1
    }
    return value
  }
}
