import LakeCore

/// Values that stand in the text, and types.
extension Parser {
  /// A literal, if one begins here.
  mutating func parseLiteral() throws(LakeError) -> Literal? {
    let token = current
    let text = source.text
    switch token.kind {
    case .integer, .decimal, .double:
      advance()
      let digits = text(token.range)
      return token.kind == .integer
        ? .integer(digits) : token.kind == .decimal ? .decimal(digits) : .double(digits)
    case .string:
      advance()
      return .string(content(of: token))
    case .binary:
      return .binary(try parseBinary())
    case .word:
      return try parseLiteralWord()
    default:
      return nil
    }
  }

  private mutating func parseLiteralWord() throws(LakeError) -> Literal? {
    switch current.keyword {
    case .null:
      advance()
      return .null
    case .true, .false:
      defer { advance() }
      return .boolean(isNext(.true))
    case .date, .time, .timestamp:
      guard token(ahead: 1).kind == .string else { return nil }
      let keyword = current.keyword
      advance()
      let text = try parseText("a text")
      return keyword == .date ? .date(text) : keyword == .time ? .time(text) : .timestamp(text)
    case .interval:
      return isIntervalNext ? .interval(try parseInterval()) : nil
    default:
      return nil
    }
  }

  /// Types whose name stands before a text: `DOUBLE '1.5'` is `CAST('1.5' AS double)`.
  private static let literalTypes: Set<String> = [
    "tinyint", "smallint", "int", "integer", "bigint", "real", "double", "varchar", "boolean",
    "uuid", "decimal",
  ]

  /// A text with its type before it, if one begins here. `JSON '…'` is `json_parse('…')`, and of a
  /// decimal the type has the digits of the text.
  mutating func parseTypedLiteral() throws(LakeError) -> Expression.Kind? {
    guard current.kind == .word, token(ahead: 1).kind == .string else { return nil }
    let name = source.text(current.range).lowercased()
    guard name == "json" || Parser.literalTypes.contains(name) else { return nil }
    let start = current.start
    advance()
    let nameOrigin = origin(from: start)
    let textStart = current.start
    let text = content(of: current)
    advance()
    let value = Expression(.literal(.string(text)), origin: origin(from: textStart))
    if name == "json" {
      let function = Identifier("json_parse", origin: nameOrigin)
      let call = FunctionCall(
        QualifiedName([function], origin: nameOrigin), [value], origin: origin(from: start))
      return .call(call)
    }
    let spelled = name == "decimal" ? Parser.decimalType(of: text) : name
    do {
      let type = try DataType(parsing: spelled)
      return .cast(value, TypeName(type, origin: nameOrigin), isTry: false)
    } catch {
      throw LakeError(
        .invalidInput, "'\(text)' is no decimal of at most 38 digits",
        at: source.place(at: textStart))
    }
  }

  private static func decimalType(of text: String) -> String {
    let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    let scale = parts.count == 2 ? parts[1].utf8.count : 0
    let whole = parts[0].utf8.drop { $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "+") }
    return "decimal(\(max(1, whole.count + scale)),\(scale))"
  }

  private mutating func parseBinary() throws(LakeError) -> [UInt8] {
    let digits = source.bytes[current.range].dropFirst(2).dropLast().filter { $0 != 0x20 }
    let values = digits.map { Parser.hexadecimalValue($0) }
    guard values.count.isMultiple(of: 2), !values.contains(nil) else {
      throw LakeError(
        .invalidInput, "\(found) holds something else than pairs of hexadecimal digits",
        at: source.place(at: current.start))
    }
    advance()
    let known = values.compactMap { $0 }
    return stride(from: 0, to: known.count, by: 2).map { known[$0] << 4 | known[$0 + 1] }
  }

  private static func hexadecimalValue(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    default: nil
    }
  }
}

// MARK: - Intervals

extension Parser {
  /// Whether INTERVAL begins a literal here: a text follows, or a number and a unit.
  private var isIntervalNext: Bool {
    let hasSign = [.plus, .minus].contains(token(ahead: 1).kind)
    let value = token(ahead: hasSign ? 2 : 1)
    if value.kind == .string { return true }
    return value.kind == .integer && unit(token(ahead: hasSign ? 3 : 2)) != nil
  }

  mutating func parseInterval() throws(LakeError) -> IntervalLiteral {
    try expect(.interval)
    let isNegative = current.kind == .minus
    if isNegative || current.kind == .plus { advance() }
    let token = current
    guard token.kind == .string || token.kind == .integer else {
      throw failure(expected: "a text such as '30' behind INTERVAL")
    }
    let text = token.kind == .string ? content(of: token) : source.text(token.range)
    advance()
    let first = try parseUnit()
    let last = accept(.to) ? try parseUnit() : nil
    return IntervalLiteral(isNegative: isNegative, text: text, unit: first, lastUnit: last)
  }

  /// DAY, also as DAYS.
  private func unit(_ token: Token) -> IntervalLiteral.Unit? {
    guard token.kind == .word else { return nil }
    let word = source.text(token.range).uppercased()
    return IntervalLiteral.Unit(rawValue: word)
      ?? (word.hasSuffix("S") ? IntervalLiteral.Unit(rawValue: String(word.dropLast())) : nil)
  }

  private mutating func parseUnit() throws(LakeError) -> IntervalLiteral.Unit {
    guard let unit = unit(current) else {
      let words = IntervalLiteral.Unit.allCases.map(\.rawValue)
      throw failure(
        expected: "a unit such as DAY", hint: suggestion(for: current, among: words))
    }
    advance()
    return unit
  }
}

// MARK: - Types

extension Parser {
  /// A type in any spelling that `DataType` reads. Only its extent is found here, by brackets.
  mutating func parseTypeName() throws(LakeError) -> TypeName {
    let start = current.start
    guard current.kind == .word else { throw failure(expected: "a type") }
    let first = current.keyword
    advance()
    skipTypeParameters()
    switch first {
    case .time, .timestamp: skipTimeZone()
    case .interval: skipIntervalFields()
    default: _ = accept(.precision) || acceptWord("varying")
    }
    // CHARACTER VARYING (20)
    skipTypeParameters()
    let text = source.text(start..<endOfLast)
    do {
      return TypeName(try DataType(parsing: text), origin: origin(from: start))
    } catch {
      var failure = error
      failure.place = source.place(at: start + (error.place?.byteOffset ?? 0))
      throw failure
    }
  }

  private mutating func acceptWord(_ word: String) -> Bool {
    guard current.kind == .word, source.text(current.range).lowercased() == word else {
      return false
    }
    advance()
    return true
  }

  /// Skips what stands in brackets, up to the one that closes the first.
  private mutating func skipTypeParameters() {
    guard current.kind == .leftParenthesis || current.kind == .less else { return }
    var open = 0
    repeat {
      switch current.kind {
      case .leftParenthesis, .less: open += 1
      case .rightParenthesis, .greater: open -= 1
      // `struct<>`
      case .endOfText, .semicolon: return
      default: break
      }
      advance()
    } while open > 0
  }

  private mutating func skipTimeZone() {
    if isNext(.with, .time) || isNext(.without, .time) || isNext(.with, .local) {
      advance()
      _ = accept(.local)
      _ = accept(.time) && accept(.zone)
    }
  }

  private mutating func skipIntervalFields() {
    if accept(.year) || accept(.day) {
      _ = accept(.to) && (accept(.month) || accept(.second))
    }
  }
}
