/// How the text of a value becomes a value.
package struct ValueParser<Value: Sendable>: Sendable {
  /// What is wanted, for the message: "expected \(expected)".
  package let expected: String
  package let choices: [String]
  package let completion: Completion
  /// Nil where the text is no such value.
  package let parse: @Sendable (String) -> Value?

  package init(
    expected: String, choices: [String] = [], completion: Completion = .none,
    parse: @escaping @Sendable (String) -> Value?
  ) {
    self.expected = expected
    self.choices = choices
    self.completion = completion
    self.parse = parse
  }
}

extension ValueParser where Value == String {
  package static var text: Self { ValueParser(expected: "text") { $0 } }

  /// A path or a pattern; empty is no path.
  package static var file: Self {
    ValueParser(expected: "a path", completion: .files) { $0.isEmpty ? nil : $0 }
  }

  package static var directory: Self {
    ValueParser(expected: "a directory", completion: .directories) { $0.isEmpty ? nil : $0 }
  }
}

extension ValueParser where Value == Int {
  package static func integer(_ range: ClosedRange<Int>) -> Self {
    ValueParser(
      expected: "a whole number from \(range.lowerBound) to \(Quantity.grouped(range.upperBound))"
    ) { text in
      guard let value = Int(text), range.contains(value) else { return nil }
      return value
    }
  }

  /// A number of bytes: `512MB`, `4GiB`, `1.5G`, `65536`.
  package static var byteSize: Self {
    ValueParser(expected: "a size such as 512MB or 4GiB", parse: ByteSize.parse)
  }
}

extension ValueParser where Value == UInt64 {
  package static var unsigned: Self {
    ValueParser(expected: "a whole number from 0 to 2^64 - 1") { UInt64($0) }
  }
}

extension ValueParser where Value == Double {
  package static func decimal(_ range: ClosedRange<Double>, expected: String) -> Self {
    ValueParser(expected: expected) { text in
      guard let value = Double(text), range.contains(value) else { return nil }
      return value
    }
  }
}

extension ValueParser where Value == Bool {
  package static var yesOrNo: Self {
    ValueParser(expected: "yes or no", choices: ["yes", "no"]) { text in
      switch text {
      case "yes", "true", "on": true
      case "no", "false", "off": false
      default: nil
      }
    }
  }
}

extension ValueParser {
  /// One of the raw values of an enum.
  package static func choice() -> Self
  where Value: RawRepresentable & CaseIterable, Value.RawValue == String {
    let choices = Value.allCases.map(\.rawValue)
    return ValueParser(expected: listed(choices), choices: choices) { Value(rawValue: $0) }
  }

  /// "a", "a or b", "a, b or c".
  private static func listed(_ choices: [String]) -> String {
    guard let last = choices.last, choices.count > 1 else { return choices.joined() }
    return choices.dropLast().joined(separator: ", ") + " or " + last
  }
}

/// Reads sizes. Units of thousands are k, M, G, T (with or without B), units of 1,024 end in iB.
package enum ByteSize {
  package static let factors: [(unit: String, factor: Double)] = [
    ("", 1), ("b", 1),
    ("k", 1e3), ("kb", 1e3), ("m", 1e6), ("mb", 1e6), ("g", 1e9), ("gb", 1e9),
    ("t", 1e12), ("tb", 1e12),
    ("kib", 1024), ("mib", 1_048_576), ("gib", 1_073_741_824), ("tib", 1_099_511_627_776),
  ]

  package static func parse(_ text: String) -> Int? {
    let digits = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
    let unit = text.dropFirst(digits.count).drop { $0 == " " }.lowercased()
    guard let number = Double(digits),
      let factor = factors.first(where: { $0.unit == unit })?.factor
    else { return nil }
    let bytes = number * factor
    // Above 2^62 a size is a slip of the hand, and Int(bytes) must not trap.
    guard bytes >= 1, bytes < 0x1p62 else { return nil }
    return Int(bytes)
  }
}

/// `name=value`, of options that set something by its name.
package struct NamedValue: Sendable, Hashable {
  package var name: String
  package var value: String
}

extension ValueParser where Value == NamedValue {
  package static var assignment: Self {
    ValueParser(expected: "NAME=VALUE") { text in
      guard let sign = text.firstIndex(of: "="), sign != text.startIndex else { return nil }
      return NamedValue(
        name: String(text[..<sign]), value: String(text[text.index(after: sign)...]))
    }
  }
}
