import LakeCore

/// Text as other text of the same kind: letters, blanks, order, padding.
extension ScalarFunctions {
  static let stringCases: [FunctionDefinition] = [
    FunctionDefinition(
      "lower", "lcase", description: "The text in small letters",
      overloads: [Overload([.varchar], .varchar) { try changeCase($0, toUpper: false) }]),
    FunctionDefinition(
      "upper", "ucase", description: "The text in capital letters",
      overloads: [Overload([.varchar], .varchar) { try changeCase($0, toUpper: true) }]),
    FunctionDefinition(
      "trim", "btrim", description: "The text without blanks, or other characters, at its ends",
      overloads: trims(leading: true, trailing: true)),
    FunctionDefinition(
      "ltrim", description: "The text without blanks, or other characters, at its beginning",
      overloads: trims(leading: true, trailing: false)),
    FunctionDefinition(
      "rtrim", description: "The text without blanks, or other characters, at its end",
      overloads: trims(leading: false, trailing: true)),
    FunctionDefinition(
      "lpad", description: "The text, filled up on the left or cut to a number of characters",
      overloads: pads(left: true)),
    FunctionDefinition(
      "rpad", description: "The text, filled up on the right or cut to a number of characters",
      overloads: pads(left: false)),
    FunctionDefinition(
      "repeat", description: "The text, that many times",
      overloads: [Overload([.varchar, .bigint], .varchar) { try repeated($0) }]),
  ]

  private static func changeCase(_ call: FunctionCall, toUpper: Bool) throws -> CheckedVector {
    let texts = try call.strings(0)
    // In ASCII capital and small letters differ in one bit.
    let first = toUpper ? UInt8(ascii: "a") : UInt8(ascii: "A")
    return try call.texts { row, out in
      texts[row].withBytes { raw in
        let text = ByteRun(raw)
        guard text.isASCII else {
          for scalar in text.scalars { appendCase(of: scalar, toUpper: toUpper, to: &out) }
          return
        }
        guard let room = out.room(for: text.count) else { return }
        for index in 0..<text.count {
          let byte = text[index]
          room[index] = byte &- first < 26 ? byte ^ 0x20 : byte
        }
        out.advance(by: text.count)
      }
      return .text
    }
  }

  /// One character becomes one character; those that would become several stay, as in Trino.
  private static func appendCase(
    of scalar: Unicode.Scalar, toUpper: Bool, to out: inout ByteScratch
  ) {
    let mapping =
      toUpper ? scalar.properties.uppercaseMapping : scalar.properties.lowercaseMapping
    let mapped = mapping.unicodeScalars
    if mapped.count == 1, let only = mapped.first { out.append(only) } else { out.append(scalar) }
  }

  private static func trims(leading: Bool, trailing: Bool) -> [Overload] {
    [
      Overload([.varchar], .varchar) { call in
        let texts = try call.strings(0)
        return try call.pieces(of: texts) { row in
          trimmed(texts[row], leading, trailing, isBlank)
        }
      },
      Overload([.varchar, .varchar], .varchar) { call in
        let (texts, sets) = (try call.strings(0), try call.strings(1))
        return try call.pieces(of: texts) { row in
          let characters = Array(sets[row].withBytes { ByteRun($0).scalars })
          return trimmed(texts[row], leading, trailing) { characters.contains($0) }
        }
      },
    ]
  }

  @inline(__always)
  private static func trimmed(
    _ view: StringView, _ leading: Bool, _ trailing: Bool, _ isCut: (Unicode.Scalar) -> Bool
  ) -> StringView {
    let range = view.withBytes { raw -> Range<Int> in
      let text = ByteRun(raw)
      var (start, end) = (0, text.count)
      while leading, start < end {
        let next = text.next(after: start)
        guard isCut(text.scalar(start..<next)) else { break }
        start = next
      }
      while trailing, start < end {
        let previous = text.previous(before: end)
        guard isCut(text.scalar(previous..<end)) else { break }
        end = previous
      }
      return start..<end
    }
    return view.slice(range.lowerBound, range.count)
  }

  /// What Java, and so Trino, takes for white: no blank that forbids a line break is.
  private static func isBlank(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x09...0x0D, 0x1C...0x20, 0x1680, 0x2000...0x2006, 0x2008...0x200A, 0x2028, 0x2029,
      0x205F, 0x3000:
      true
    default: false
    }
  }

  static func reversedText(_ call: FunctionCall) throws -> CheckedVector {
    let texts = try call.strings(0)
    return try call.texts { row, out in
      texts[row].withBytes { raw in
        let text = ByteRun(raw)
        var end = text.count
        while end > 0 {
          let start = text.previous(before: end)
          for index in start..<end { out.append(text[index]) }
          end = start
        }
      }
      return .text
    }
  }

  private static func pads(left: Bool) -> [Overload] {
    [
      Overload([.varchar, .bigint, .varchar], .varchar) { try pad($0, left: left) },
      Overload([.varchar, .bigint], .varchar) { try pad($0, left: left) },
    ]
  }

  private static func pad(_ call: FunctionCall, left: Bool) throws -> CheckedVector {
    let (texts, sizes) = (try call.strings(0), try call.input(1, as: Int64.self))
    let fillings = call.arguments.count > 2 ? try call.strings(2) : nil
    let error = call.failure(
      "the size must be from 0 to \(ByteScratch.byteCountMax), and the filling not empty")
    return try call.texts(error: error) { row, out in
      let filling = fillings?[row] ?? StringView(head: 0x20_0000_0001, tail: 0)
      guard let size = Int(exactly: sizes[row]), size >= 0, size <= ByteScratch.byteCountMax,
        filling.count > 0
      else { return .failed }
      texts[row].withBytes { raw in
        let text = ByteRun(raw)
        let missing = size - text.scalarCount
        if missing <= 0 {
          out.append(text.slice(0, text.advance(0, by: size)))
          return
        }
        if !left { out.append(raw) }
        appendCycle(of: filling, scalars: missing, to: &out)
        if left { out.append(raw) }
      }
      return .text
    }
  }

  /// The filling again and again, to a number of characters.
  private static func appendCycle(
    of filling: StringView, scalars: Int, to out: inout ByteScratch
  ) {
    filling.withBytes { raw in
      let text = ByteRun(raw)
      let whole = text.scalarCount
      var left = scalars
      while left >= whole, !out.isTooLong {
        out.append(raw)
        left -= whole
      }
      if left > 0 { out.append(text.slice(0, text.advance(0, by: min(left, whole)))) }
    }
  }

  private static func repeated(_ call: FunctionCall) throws -> CheckedVector {
    let (texts, counts) = (try call.strings(0), try call.input(1, as: Int64.self))
    return try call.texts { row, out in
      let view = texts[row]
      guard view.count > 0, counts[row] > 0 else { return .text }
      view.withBytes { raw in
        var left = counts[row]
        while left > 0, !out.isTooLong {
          out.append(raw)
          left -= 1
        }
      }
      return .text
    }
  }
}

extension ByteRun {
  /// The code point of a range that holds one.
  @inline(__always)
  func scalar(_ range: Range<Int>) -> Unicode.Scalar {
    let first = self[range.lowerBound]
    if first < 0x80 { return Unicode.Scalar(first) }
    return ByteRun(start + range.lowerBound, count: range.count).scalars.first
      ?? "\u{FFFD}"
  }
}
