/// A value to be written as JSON. Members keep their order.
package indirect enum JSONText: Sendable, Equatable {
  case object([Member])
  case array([JSONText])
  case string(String)
  case integer(Int)
  case unsigned(UInt64)
  case number(Double)
  case boolean(Bool)
  case null

  package struct Member: Sendable, Equatable {
    package var name: String
    package var value: JSONText

    package init(_ name: String, _ value: JSONText) {
      self.name = name
      self.value = value
    }
  }

  /// A string, or null.
  package static func optional(_ text: String?) -> JSONText { text.map(JSONText.string) ?? .null }
  /// A whole number, or null.
  package static func optional(_ number: Int?) -> JSONText {
    number.map(JSONText.integer) ?? .null
  }

  /// On one line.
  package var compact: String {
    var text = ""
    write(to: &text, indent: nil)
    return text
  }

  /// With two spaces a level.
  package var pretty: String {
    var text = ""
    write(to: &text, indent: 0)
    return text
  }

  private func write(to text: inout String, indent: Int?) {
    switch self {
    case .object(let members):
      JSONText.list(members, "{", "}", &text, indent) { member, text, inner in
        text += JSONText.quoted(member.name) + (inner == nil ? ":" : ": ")
        member.value.write(to: &text, indent: inner)
      }
    case .array(let values):
      JSONText.list(values, "[", "]", &text, indent) { value, text, inner in
        value.write(to: &text, indent: inner)
      }
    case .string(let string): text += JSONText.quoted(string)
    case .integer(let number): text += "\(number)"
    case .unsigned(let number): text += "\(number)"
    // JSON has no word for infinity or not-a-number.
    case .number(let number): text += number.isFinite ? "\(number)" : "null"
    case .boolean(let value): text += value ? "true" : "false"
    case .null: text += "null"
    }
  }

  private static func list<Element>(
    _ elements: [Element], _ open: String, _ close: String, _ text: inout String, _ indent: Int?,
    _ write: (Element, inout String, Int?) -> Void
  ) {
    let inner = elements.isEmpty ? nil : indent.map { $0 + 2 }
    text += open
    for (index, element) in elements.enumerated() {
      if index > 0 { text += "," }
      if let inner { text += "\n" + String(repeating: " ", count: inner) }
      write(element, &text, inner)
    }
    if let indent, !elements.isEmpty { text += "\n" + String(repeating: " ", count: indent) }
    text += close
  }

  package static func quoted(_ string: String) -> String {
    var result = "\""
    for scalar in string.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case _ where scalar.value < 0x20 || scalar.value == 0x7F:
        let hex = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
