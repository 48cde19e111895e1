import LakeCore

/// Lengths and places in text, and pieces of it. Characters are code points, counted from 1.
extension ScalarFunctions {
  static let stringPieces: [FunctionDefinition] = [
    FunctionDefinition(
      "length", "char_length", "character_length", "len",
      description: "How many characters a text, or bytes a binary value, has",
      overloads: [
        Overload([.varchar], .bigint) { call in
          let texts = try call.strings(0)
          return try call.values(Int64.self) { row in
            texts[row].withBytes { Int64(ByteRun($0).scalarCount) }
          }
        },
        Overload([.varbinary], .bigint) { call in
          let bytes = try call.strings(0)
          return try call.values(Int64.self) { Int64(bytes[$0].count) }
        },
      ]),
    FunctionDefinition(
      "substr", "substring",
      description: "The text from a place on, counted from 1, or from the end with a negative one; "
        + "empty for place 0",
      overloads: [
        Overload([.varchar, .bigint], .varchar) { try substring($0) },
        Overload([.varchar, .bigint, .bigint], .varchar) { try substring($0) },
      ]),
    FunctionDefinition(
      "left", description: "The first characters of a text",
      overloads: [Overload([.varchar, .bigint], .varchar) { try end(of: $0, isLeft: true) }]),
    FunctionDefinition(
      "right", description: "The last characters of a text",
      overloads: [Overload([.varchar, .bigint], .varchar) { try end(of: $0, isLeft: false) }]),
    FunctionDefinition(
      "strpos", "instr",
      description:
        "The place of the first occurrence of a text in another, or of one of a number, or 0",
      overloads: [
        Overload([.varchar, .varchar], .bigint) { try position($0, text: 0, part: 1) },
        Overload([.varchar, .varchar, .bigint], .bigint) { try instance($0) },
      ]),
    FunctionDefinition(
      "position", description: "The place of the first text in the second, or 0",
      overloads: [
        Overload([.varchar, .varchar], .bigint) { try position($0, text: 1, part: 0) }
      ]),
    FunctionDefinition(
      "starts_with", description: "Whether a text begins with another",
      overloads: [tests { $0.matches($1, at: 0) }]),
    FunctionDefinition(
      "ends_with", description: "Whether a text ends with another",
      overloads: [tests { $0.isSuffix($1) }]),
    FunctionDefinition(
      "split_part",
      description: "The piece of a number, from 1, between delimiters; null where there are fewer",
      overloads: [
        Overload([.varchar, .varchar, .bigint], .varchar) { try splitPart($0) }
      ]),
  ]

  /// A test of two texts.
  static func tests(_ body: @escaping @Sendable (ByteRun, ByteRun) -> Bool) -> Overload {
    Overload([.varchar, .varchar], .boolean) { call in
      let (texts, parts) = (try call.strings(0), try call.strings(1))
      return try call.values(UInt8.self) { row in
        texts[row].withBytes { text in
          parts[row].withBytes { body(ByteRun(text), ByteRun($0)) ? 1 : 0 }
        }
      }
    }
  }

  private static func substring(_ call: FunctionCall) throws -> CheckedVector {
    let (texts, starts) = (try call.strings(0), try call.input(1, as: Int64.self))
    let lengths = call.arguments.count > 2 ? try call.input(2, as: Int64.self) : nil
    return try call.pieces(of: texts) { row in
      let view = texts[row]
      let range = view.withBytes {
        ByteRun($0).characters(from: starts[row], count: lengths?[row] ?? .max)
      }
      return view.slice(range.lowerBound, range.count)
    }
  }

  private static func end(of call: FunctionCall, isLeft: Bool) throws -> CheckedVector {
    let (texts, counts) = (try call.strings(0), try call.input(1, as: Int64.self))
    return try call.pieces(of: texts) { row in
      let view = texts[row]
      let count = Int(clamping: counts[row])
      return view.withBytes { raw in
        let text = ByteRun(raw)
        if count <= 0 { return StringView() }
        if isLeft { return view.slice(0, text.advance(0, by: count)) }
        let start = text.fromEnd(count) ?? 0
        return view.slice(start, text.count - start)
      }
    }
  }

  private static func position(
    _ call: FunctionCall, text: Int, part: Int
  ) throws -> CheckedVector {
    let (texts, parts) = (try call.strings(text), try call.strings(part))
    return try call.values(Int64.self) { row in
      texts[row].withBytes { raw in
        parts[row].withBytes { part in
          let text = ByteRun(raw)
          guard let place = text.find(ByteRun(part)) else { return 0 }
          return Int64(ByteRun(text.start, count: place).scalarCount) + 1
        }
      }
    }
  }

  private static func splitPart(_ call: FunctionCall) throws -> CheckedVector {
    let (texts, delimiters) = (try call.strings(0), try call.strings(1))
    let numbers = try call.input(2, as: Int64.self)
    let error = call.failure("the number of a piece is 1 or more")
    let pieces = try call.pieces(of: texts) { row in
      let view = texts[row]
      let range = view.withBytes { text in
        delimiters[row].withBytes { ByteRun(text).piece(numbers[row], between: ByteRun($0)) }
      }
      return range.map { view.slice($0.lowerBound, $0.count) }
    }
    let refused = try call.checked(UInt8.self, error: error) { numbers[$0] > 0 ? 1 : nil }
    return CheckedVector(pieces.vector, failures: refused.failures)
  }
}

extension ByteRun {
  /// The bytes of some characters; an empty range where there are none.
  func characters(from start: Int64, count length: Int64) -> Range<Int> {
    guard start != 0, length > 0 else { return 0..<0 }
    let first: Int
    if start > 0 {
      first = advance(0, by: Int(clamping: start) - 1)
    } else {
      guard let place = fromEnd(Int(clamping: start.magnitude)) else { return 0..<0 }
      first = place
    }
    if first >= count { return 0..<0 }
    return first..<(length >= Int64(count) ? count : advance(first, by: Int(length)))
  }

  /// The piece of a number from 1 on; nil where there are fewer. Without a delimiter the pieces are
  /// the characters.
  func piece(_ number: Int64, between delimiter: ByteRun) -> Range<Int>? {
    guard number > 0 else { return nil }
    if delimiter.count == 0 {
      guard number <= Int64(count) else { return nil }
      let range = characters(from: number, count: 1)
      return range.isEmpty ? nil : range
    }
    var (start, left) = (0, number)
    while true {
      let end = find(delimiter, from: start)
      left -= 1
      if left == 0 { return start..<(end ?? count) }
      guard let end else { return nil }
      start = end + delimiter.count
    }
  }
}
