import LakeCore

/// Why a stretch of text is no record. Noted as a code and a place while reading; put into words
/// only when somebody wants to know.
struct JSONFault {
  enum Code: UInt8 {
    case none
    case expectedObject
    case expectedKey
    case expectedColon
    case expectedCommaOrBrace
    case expectedCommaOrBracket
    case expectedValue
    case badNumber
    case badEscape
    case loneSurrogate
    case controlInString
    case badUTF8
    case tooDeep
    case cutOff
    case trailingText
    case mismatch
    case tooLong
  }

  var code: Code = .none
  var place: Cursor?

  /// The fault as a sentence, given what stands at its place.
  static func message(_ code: Code, found: UInt8?) -> String {
    switch code {
    case .none: "no fault"
    case .expectedObject: "expected an object, found \(describe(found))"
    case .expectedKey: "expected a key in quotes, found \(describe(found))"
    case .expectedColon: "expected ':' after the key, found \(describe(found))"
    case .expectedCommaOrBrace: "expected ',' or '}' after the value, found \(describe(found))"
    case .expectedCommaOrBracket: "expected ',' or ']' after the element, found \(describe(found))"
    case .expectedValue: "expected a value, found \(describe(found))"
    case .badNumber: "not a number by the rules of JSON"
    case .badEscape where found == UInt8(ascii: "u"):
      "a \\u escape without four hexadecimal digits"
    case .badEscape: "a backslash is followed by \(describe(found)), which is no escape"
    case .loneSurrogate: "a \\u escape is one half of a surrogate pair without the other"
    case .controlInString where found == nil: "a string that does not end"
    case .controlInString: "\(describe(found)) inside a string; it must be escaped"
    case .badUTF8: "bytes that are not UTF-8"
    case .tooDeep: "nested deeper than \(JSONLimits.depthMax) levels"
    case .cutOff: "the record is cut off"
    case .trailingText: "unexpected text behind the value: \(describe(found))"
    case .mismatch: "a value does not fit its column"
    case .tooLong: "the record is too long"
    }
  }

  private static func describe(_ byte: UInt8?) -> String {
    switch byte {
    case nil: "the end"
    case UInt8(ascii: "\n"): "the end of the line"
    case UInt8(ascii: "\r"): "a carriage return"
    case UInt8(ascii: "\t"): "a tab"
    case UInt8(ascii: "\""): "a string"
    case UInt8(ascii: "["): "an array"
    case UInt8(ascii: "{"): "an object"
    case .some(let byte) where byte < 0x20 || byte == 0x7F: "byte \(hexadecimal(byte))"
    case .some(let byte) where byte >= 0x80: "byte \(hexadecimal(byte))"
    case .some(let byte): "'\(Character(UnicodeScalar(byte)))'"
    }
  }

  private static func hexadecimal(_ byte: UInt8) -> String {
    let digits = String(byte, radix: 16, uppercase: true)
    return "0x" + (digits.count == 1 ? "0" : "") + digits
  }
}

/// Caps that hold before anything is believed.
package enum JSONLimits {
  /// Brackets and braces inside each other. Deeper ones are a reject, not a stack overflow.
  package static let depthMax = 512
  /// Distinct keys of one object type. Beyond it, a nested object is read as text, and a record is
  /// refused: such objects are maps, and their keys are data.
  package static let keysMax = 4096
  /// Spellings of the keys of one object type that are learnt. Further ones count as the first
  /// spelling of their key.
  package static let spellingsMax = 4 * keysMax
  /// Columns, members and elements, counted through all levels, that inference keeps books on.
  package static let placesMax = 1 << 16
}
