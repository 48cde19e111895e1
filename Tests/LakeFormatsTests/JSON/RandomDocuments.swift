import LakeCore
import LakeTestSupport

/// JSON as a tree, with numbers as they are written: what a text is made from, and the reference
/// that says what a reader must find in it.
indirect enum JSONNode {
  case null
  case bool(Bool)
  case number(String)
  case string(String)
  case array([JSONNode])
  case object([(key: String, value: JSONNode)])
}

/// How the records of a document are put behind each other.
enum DocumentStyle: CaseIterable {
  case lines, commaLines, blankLines, returnLines, indentedLines
  case glued, spaced
  case pretty, prettyUnindented
  case arrayOnOneLine, arrayOfLines, prettyArray, indentedArray, closeOpenArray
}

/// Random documents, right and damaged.
struct RandomDocuments {
  var random: SeededRandom

  init(seed: UInt64) {
    random = SeededRandom(seed: seed)
  }

  // MARK: - Trees

  /// A record with an `id` by which it is known again.
  mutating func record(id: Int) -> JSONNode {
    var members: [(String, JSONNode)] = [("id", .number("\(id)"))]
    for key in ["name", "x", "list", "inner", "flag", "éñ\"k"] where !random.chance(3) {
      members.append((key, value(for: key)))
    }
    if random.chance(4) { members.shuffle(using: &random) }
    if random.chance(12) { members.append(("NAME", .string("loud"))) }
    if random.chance(12) { members.append(("x", .number("7"))) }
    if random.chance(12) { members.append(("unknown\(random.below(9))", tree(depth: 2))) }
    return .object(members)
  }

  private mutating func value(for key: String) -> JSONNode {
    if random.chance(8) { return .null }
    switch key {
    case "x": return .number(number())
    case "flag": return .bool(random.chance(2))
    case "list": return .array((0..<random.below(4)).map { _ in .number("\(random.below(100))") })
    case "inner":
      let lines: [JSONNode] = (0..<random.below(3)).map { _ in .object([("t", .string(text()))]) }
      return .object([("n", .number(number())), ("lines", .array(lines))])
    default: return .string(text())
    }
  }

  private mutating func tree(depth: Int) -> JSONNode {
    guard depth > 0, random.chance(2) else {
      return random.pick([.null, .bool(true), .number(number()), .string(text())])
    }
    let children = (0..<random.below(3)).map { _ in tree(depth: depth - 1) }
    if random.chance(2) { return .array(children) }
    return .object(children.enumerated().map { ("k\($0)", $1) })
  }

  mutating func number() -> String {
    random.pick([
      "0", "1", "-1", "12345678", "123456789", "0.5", "-0.25", "1e3", "1E-2", "3.14159265358979",
      "9007199254740993", "0.1000000000000000055511151231257827", "1234567.8901234", "-0.0",
    ])
  }

  mutating func text() -> String {
    random.pick([
      "", "a", "plain", "with \"quotes\"", "back\\slash", "tab\tnew\nline", "braces {[}] here",
      "twelve bytes", "thirteen bytes", "a long text that does not fit into a view by itself",
      "é", "日本", "\u{1F600}", "{\"not\": \"a record\"}", "\u{0}", "\u{7F}", "ends in \\",
    ])
  }

  // MARK: - Text

  mutating func document(_ records: [JSONNode], _ style: DocumentStyle) -> String {
    let texts = records.map { record -> String in
      switch style {
      case .pretty, .prettyArray: text(record, indent: "  ", level: style == .pretty ? 0 : 1)
      case .indentedArray, .closeOpenArray: text(record, indent: "\t", level: 1)
      case .prettyUnindented: text(record, indent: "", level: 0)
      default: text(record, indent: nil, level: 0)
      }
    }
    return join(texts, style)
  }

  private mutating func join(_ texts: [String], _ style: DocumentStyle) -> String {
    let end = random.chance(2) ? "\n" : ""
    switch style {
    case .lines, .pretty, .prettyUnindented: return texts.joined(separator: "\n") + end
    case .commaLines: return texts.joined(separator: ",\n") + end
    case .blankLines: return texts.joined(separator: random.pick(["\n\n", "\n \n\n"])) + end
    case .returnLines: return texts.joined(separator: "\r\n") + (end == "" ? "" : "\r\n")
    case .indentedLines: return texts.map { "  " + $0 }.joined(separator: "\n") + end
    case .glued: return texts.joined() + end
    case .spaced: return texts.joined(separator: " ") + end
    case .arrayOnOneLine:
      return "[" + texts.joined(separator: random.pick([",", ", "])) + "]" + end
    case .arrayOfLines: return "[\n" + texts.joined(separator: ",\n") + "\n]" + end
    case .prettyArray: return "[\n  " + texts.joined(separator: ",\n  ") + "\n]" + end
    case .indentedArray: return "[\n\t" + texts.joined(separator: "\n\t,\n\t") + "\n]" + end
    case .closeOpenArray: return "[" + texts.joined(separator: ", ") + "]" + end
    }
  }

  /// `indent` nil writes everything on one line.
  private mutating func text(_ node: JSONNode, indent: String?, level: Int) -> String {
    switch node {
    case .null: return "null"
    case .bool(let value): return value ? "true" : "false"
    case .number(let digits): return digits
    case .string(let text): return quoted(text)
    case .array(let children):
      let parts = children.map { text($0, indent: indent, level: level + 1) }
      return bracketed(parts, "[", "]", indent, level)
    case .object(let members):
      let colon = random.pick([":", ":", ": ", " : "])
      let parts = members.map {
        quoted($0.key) + colon + text($0.value, indent: indent, level: level + 1)
      }
      return bracketed(parts, "{", "}", indent, level)
    }
  }

  private mutating func bracketed(
    _ parts: [String], _ open: String, _ close: String, _ indent: String?, _ level: Int
  ) -> String {
    guard let indent, !parts.isEmpty else {
      return open + parts.joined(separator: random.pick([",", ", ", " ,"])) + close
    }
    let inner = "\n" + String(repeating: indent, count: level + 1)
    let outer = "\n" + String(repeating: indent, count: level)
    return open + inner + parts.joined(separator: "," + inner) + outer + close
  }

  private mutating func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": result += "\\" + String(scalar)
      case "\n" where random.chance(2): result += "\\n"
      case _ where scalar.value < 0x20 || random.chance(10): result += escaped(scalar)
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }

  private mutating func escaped(_ scalar: Unicode.Scalar) -> String {
    let isLower = random.chance(2)
    return String(scalar).utf16.map { unit in
      let digits = String(unit, radix: 16, uppercase: !isLower)
      return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    }.joined()
  }

  // MARK: - Damage

  /// Changes a few bytes for the worse: what people, copies and full disks do, and mere noise.
  mutating func damaged(_ bytes: [UInt8]) -> [UInt8] {
    var bytes = bytes
    for _ in 0...random.below(3) where !bytes.isEmpty {
      let place = random.below(bytes.count)
      switch random.below(9) {
      case 0: bytes.remove(at: place)
      case 1: bytes.removeSubrange(place..<min(bytes.count, place + random.below(40)))
      case 2: bytes.insert(random.pick(Array("{}[]\",:\n\\ x1-\0".utf8)), at: place)
      case 3: bytes[place] = UInt8(random.below(256))
      case 4: bytes.insert(contentsOf: Array(random.pick(RandomDocuments.garbage).utf8), at: place)
      case 5: cutLine(&bytes, place)
      case 6: bytes.removeLast(min(bytes.count, random.below(30)))
      case 7: bytes.insert(random.pick([0x80, 0xC3, 0xFF, 0xED]), at: place)
      default: bytes.insert(contentsOf: bytes[place...].prefix(random.below(60)), at: place)
      }
    }
    return bytes
  }

  static let garbage = [
    "\n", "\n\n", "garbage\n", "[1,2,{\"a\":1}]", "[{\"id\":5}]", "{", "}", "{\n", "\n{", "\n  {",
    "\"", "]", "\u{FEFF}", "{\"id\":77}", "  \n  ", "tru", "12", "[", "\r\n", ",,",
    "\n{\"id\":\"cut",
  ]

  /// Drops the rest of a line, as a writer that died leaves it.
  private func cutLine(_ bytes: inout [UInt8], _ place: Int) {
    let end = bytes[place...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
    bytes.removeSubrange(place..<end)
  }
}

// MARK: - Reference

extension JSONNode {
  /// The value that a column of some type must get, nil where it cannot hold this one. Plain and
  /// slow, written from the description and not from the reader.
  func value(as type: DataType) -> Value? {
    switch (self, type) {
    case (.null, _): return .null
    case (.bool(let value), .boolean): return .bool(value)
    case (.number(let digits), .bigint): return Int64(digits).map { .int($0) }
    case (.number(let digits), .double): return Double(digits).map { .double($0) }
    case (.string(let text), .varchar): return .string(text)
    case (.array(let children), .array(let element)):
      let values = children.map { $0.value(as: element) }
      return values.contains { $0 == nil } ? nil : .list(values.compactMap { $0 })
    case (.object, .row(let fields)):
      let values = fields.map { member($0.name).value(as: $0.type) }
      return values.contains { $0 == nil } ? nil : .row(values.compactMap { $0 })
    default: return nil
    }
  }

  /// The member that wins: of one name, whatever its case, the first spelling and of that the last.
  private func member(_ name: String) -> JSONNode {
    guard case .object(let members) = self else { return .null }
    let same = members.filter { $0.key.lowercased() == name.lowercased() }
    guard let spelling = same.first?.key else { return .null }
    return same.last { $0.key == spelling }?.value ?? .null
  }
}
