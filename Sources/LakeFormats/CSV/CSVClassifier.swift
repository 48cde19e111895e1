import LakeCore

/// What a single text of CSV would be, taken for itself.
enum CSVClassifier {
  struct Finding {
    var kind: TypeEvidence.Kind
    /// Counted beside the kind: digits that a double cannot hold.
    var remark: TypeEvidence.Kind?
    /// Digits before and behind the point, of numbers.
    var integerDigits = 0
    var scale = 0

    init(_ kind: TypeEvidence.Kind, _ remark: TypeEvidence.Kind? = nil) {
      self.kind = kind
      self.remark = remark
    }
  }

  static func kind(of text: ByteView) -> Finding {
    guard let first = text.first else { return Finding(.null) }
    switch first {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."):
      if let number = number(text) { return number }
      if DateText.parse(text.start, count: text.count) != nil { return Finding(.date) }
      if let moment = TimestampText.parse(text.start, count: text.count) {
        return Finding(moment.hasZone ? .timestamp : .localTimestamp)
      }
      return Finding(CSVValue.name(text) == nil ? .text : .fraction)
    case UInt8(ascii: "t"), UInt8(ascii: "T"), UInt8(ascii: "f"), UInt8(ascii: "F"):
      return Finding(CSVValue.boolean(text) == nil ? .text : .boolean)
    case UInt8(ascii: "N"), UInt8(ascii: "n"), UInt8(ascii: "I"), UInt8(ascii: "i"):
      return Finding(CSVValue.name(text) == nil ? .text : .fraction)
    default:
      return Finding(.text)
    }
  }

  /// Nil where the text is no number.
  private static func number(_ text: ByteView) -> Finding? {
    guard CSVValue.isNumber(text), let token = DecimalToken(text.start, count: text.count) else {
      return nil
    }
    let isInteger = token.exponent == 0 && text.allDigits
    let digits = max(token.digitCount + token.exponent, 0)
    let scale = max(0 - token.exponent, 0)
    var finding = isInteger ? integer(text, token) : fraction(text, token)
    finding.integerDigits = digits
    finding.scale = scale
    return finding
  }

  private static func integer(_ text: ByteView, _ token: DecimalToken) -> Finding {
    guard let value = CSVValue.integer(text) else {
      return Finding(token.digitCount <= 38 ? .wideInteger : .hugeInteger)
    }
    return Finding(.integer, value.magnitude > 1 << 53 ? .beyondDouble : nil)
  }

  private static func fraction(_ text: ByteView, _ token: DecimalToken) -> Finding {
    guard let value = DoubleText.parse(text.start, count: text.count), value.isFinite,
      value != 0 || token.mantissa == 0
    else { return Finding(.unboundedNumber) }
    // Fifteen digits always survive the way to a double and back.
    let isExact =
      (token.digitCount <= 15 && token.exponent > -20 && token.exponent <= 0)
      || DoubleText.holds(value, text.start, count: text.count)
    return Finding(.fraction, isExact ? nil : .inexactFraction)
  }
}

extension ByteView {
  fileprivate var first: UInt8? { isEmpty ? nil : self[unchecked: 0] }

  /// Whether nothing but digits follows the sign.
  fileprivate var allDigits: Bool {
    for index in 0..<count {
      // Safe: the index is below the count.
      let byte = self[unchecked: index]
      if byte &- UInt8(ascii: "0") > 9, index > 0 || byte != UInt8(ascii: "-") { return false }
    }
    return true
  }
}
