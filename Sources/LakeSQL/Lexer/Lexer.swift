/// Cuts UTF-8 into tokens. Blanks and comments are between them; offsets tell where.
///
/// Nothing is refused here: what cannot be a token becomes a fault, so that the parser can say what
/// it expected at that place, and so that types, which have a grammar of letters of their own, can
/// be read from the bytes.
struct Lexer {
  private let bytes: [UInt8]
  private var offset = 0
  private var tokens: [Token] = []

  /// The tokens of a text; the last one, and only that, is `.endOfText`.
  static func tokens(of bytes: [UInt8]) -> [Token] {
    var lexer = Lexer(bytes: bytes)
    lexer.tokens.reserveCapacity(bytes.count / 4 + 2)
    while lexer.readToken() {}
    lexer.tokens.append(Token(kind: .endOfText, start: bytes.count, end: bytes.count))
    markQueries(&lexer.tokens)
    return lexer.tokens
  }

  private init(bytes: [UInt8]) {
    self.bytes = bytes
  }

  private func byte(at index: Int) -> UInt8 { index < bytes.count ? bytes[index] : 0 }

  /// Appends one token; false at the end.
  private mutating func readToken() -> Bool {
    if let start = skipBlanks() {
      append(.fault(.unclosedComment), from: start)
      return false
    }
    guard offset < bytes.count else { return false }
    let start = offset
    let first = bytes[offset]
    switch first {
    case _ where ByteClass.isLetter(first):
      readWord()
    case _ where ByteClass.isDigit(first) || first == UInt8(ascii: "."):
      readNumberOrDot()
    case UInt8(ascii: "'"):
      append(readQuoted(first) ? .string : .fault(.unclosedString), from: start)
    case UInt8(ascii: "\""):
      append(readQuoted(first) ? .quotedName : .fault(.unclosedName), from: start)
    case UInt8(ascii: "`"):
      append(readQuoted(first) ? .backTickedName : .fault(.unclosedName), from: start)
    default:
      readSign()
    }
    return true
  }

  private mutating func append(_ kind: Token.Kind, from start: Int) {
    tokens.append(Token(kind: kind, start: start, end: offset))
  }
}

// MARK: - Blanks and comments

extension Lexer {
  /// Skips blanks and comments. The beginning of a comment that has no end is returned.
  private mutating func skipBlanks() -> Int? {
    while offset < bytes.count {
      let next = byte(at: offset + 1)
      switch bytes[offset] {
      case 0x20, 0x09...0x0D:
        offset += 1
      case UInt8(ascii: "-") where next == UInt8(ascii: "-"):
        while offset < bytes.count, bytes[offset] != 0x0A { offset += 1 }
      case UInt8(ascii: "/") where next == UInt8(ascii: "*"):
        let start = offset
        guard skipBlockComment() else { return start }
      case 0xC2 where next == 0xA0:
        // A blank that does not break, which comes with text pasted from a page.
        offset += 2
      case 0xEF where next == 0xBB && byte(at: offset + 2) == 0xBF:
        offset += 3
      default:
        return nil
      }
    }
    return nil
  }

  private mutating func skipBlockComment() -> Bool {
    offset += 2
    while offset < bytes.count {
      if bytes[offset] == UInt8(ascii: "*"), byte(at: offset + 1) == UInt8(ascii: "/") {
        offset += 2
        return true
      }
      offset += 1
    }
    return false
  }
}

// MARK: - Words, texts, numbers

extension Lexer {
  private mutating func readWord() {
    let start = offset
    while offset < bytes.count, ByteClass.continuesWord(bytes[offset]),
      !(bytes[offset] == 0xC2 && byte(at: offset + 1) == 0xA0)
    {
      offset += 1
    }
    let isHexadecimal = offset - start == 1 && bytes[start] | 0x20 == UInt8(ascii: "x")
    if isHexadecimal, byte(at: offset) == UInt8(ascii: "'") {
      append(readQuoted(UInt8(ascii: "'")) ? .binary : .fault(.unclosedString), from: start)
      return
    }
    if isTypographicQuote(at: start) {
      offset = start + 3
      append(.fault(.character), from: start)
      return
    }
    append(.word, from: start)
    if offset - start <= Keyword.byteCountMax {
      tokens[tokens.count - 1].keyword = Keyword(bytes[start..<offset])
    }
  }

  /// U+2018 to U+201F: what word processors make of quotes.
  private func isTypographicQuote(at index: Int) -> Bool {
    byte(at: index) == 0xE2 && byte(at: index + 1) == 0x80
      && (0x98...0x9F).contains(byte(at: index + 2))
  }

  /// Skips a text in quotes; two of them inside stand for one. False if it has no end.
  private mutating func readQuoted(_ quote: UInt8) -> Bool {
    offset += 1
    while offset < bytes.count {
      let byte = bytes[offset]
      offset += 1
      guard byte == quote else { continue }
      guard self.byte(at: offset) == quote else { return true }
      offset += 1
    }
    return false
  }

  private mutating func readNumberOrDot() {
    let start = offset
    skipDigits()
    var kind = Token.Kind.integer
    if byte(at: offset) == UInt8(ascii: ".") {
      offset += 1
      skipDigits()
      if offset - start == 1 {
        append(.dot, from: start)
        return
      }
      kind = .decimal
    }
    if byte(at: offset) | 0x20 == UInt8(ascii: "e"), let digits = exponentDigits() {
      offset = digits
      skipDigits()
      kind = .double
    }
    if offset < bytes.count, ByteClass.continuesWord(bytes[offset]) {
      while offset < bytes.count, ByteClass.continuesWord(bytes[offset]) { offset += 1 }
      kind = .fault(.number)
    }
    append(kind, from: start)
  }

  private mutating func skipDigits() {
    while ByteClass.isDigit(byte(at: offset)) { offset += 1 }
  }

  /// Where the digits of an exponent begin, if there are any.
  private func exponentDigits() -> Int? {
    let sign = byte(at: offset + 1)
    let digits = sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") ? offset + 2 : offset + 1
    return ByteClass.isDigit(byte(at: digits)) ? digits : nil
  }
}

// MARK: - Signs

extension Lexer {
  private mutating func readSign() {
    let start = offset
    let (kind, length) = sign()
    offset += length
    // A character of several bytes is one fault.
    while offset < bytes.count, case .fault = kind, bytes[offset] & 0xC0 == 0x80 { offset += 1 }
    append(kind, from: start)
  }

  private func sign() -> (Token.Kind, Int) {
    let next = byte(at: offset + 1)
    switch bytes[offset] {
    case UInt8(ascii: "("): return (.leftParenthesis, 1)
    case UInt8(ascii: ")"): return (.rightParenthesis, 1)
    case UInt8(ascii: "["): return (.leftBracket, 1)
    case UInt8(ascii: "]"): return (.rightBracket, 1)
    case UInt8(ascii: "{"): return (.leftBrace, 1)
    case UInt8(ascii: "}"): return (.rightBrace, 1)
    case UInt8(ascii: ","): return (.comma, 1)
    case UInt8(ascii: ";"): return (.semicolon, 1)
    case UInt8(ascii: "?"): return (.parameter, 1)
    case UInt8(ascii: "+"): return (.plus, 1)
    case UInt8(ascii: "-"): return next == UInt8(ascii: ">") ? (.arrow, 2) : (.minus, 1)
    case UInt8(ascii: "*"): return (.star, 1)
    case UInt8(ascii: "/"): return (.slash, 1)
    case UInt8(ascii: "%"): return (.percent, 1)
    case UInt8(ascii: ":") where next == UInt8(ascii: ":"): return (.doubleColon, 2)
    case UInt8(ascii: ":") where next == UInt8(ascii: "="): return (.namedArrow, 2)
    case UInt8(ascii: ":"): return (.colon, 1)
    case UInt8(ascii: "=") where next == UInt8(ascii: ">"): return (.namedArrow, 2)
    case UInt8(ascii: "="): return (.equal, next == UInt8(ascii: "=") ? 2 : 1)
    default: return comparisonSign(next)
    }
  }

  private func comparisonSign(_ next: UInt8) -> (Token.Kind, Int) {
    let isEqual = next == UInt8(ascii: "=")
    switch bytes[offset] {
    case UInt8(ascii: "|") where next == UInt8(ascii: "|"): return (.concatenate, 2)
    case UInt8(ascii: "!") where isEqual: return (.notEqual, 2)
    case UInt8(ascii: "!") where next == UInt8(ascii: "~"): return (.matchesNot, 2)
    case UInt8(ascii: "!"): return (.exclamation, 1)
    case UInt8(ascii: "~"): return (.matches, 1)
    case UInt8(ascii: "<") where isEqual && byte(at: offset + 2) == UInt8(ascii: ">"):
      return (.nullSafeEqual, 3)
    case UInt8(ascii: "<") where isEqual: return (.lessOrEqual, 2)
    case UInt8(ascii: "<") where next == UInt8(ascii: ">"): return (.notEqual, 2)
    case UInt8(ascii: "<"): return (.less, 1)
    case UInt8(ascii: ">"): return isEqual ? (.greaterOrEqual, 2) : (.greater, 1)
    default: return (.fault(.character), 1)
    }
  }
}

// MARK: - Queries in parentheses

extension Lexer {
  /// Decides for every left parenthesis whether a query stands inside, in one pass from the end:
  /// `((SELECT 1) UNION …)` is one, `((SELECT 1) + 1)` is not.
  private static func markQueries(_ tokens: inout [Token]) {
    var closing: [Int] = []
    // The place after the parenthesis that matches the last left one that was passed.
    var after: [Int: Int] = [:]
    for index in tokens.indices.reversed() {
      if tokens[index].kind == .rightParenthesis {
        closing.append(index)
      } else if tokens[index].kind == .leftParenthesis {
        let end = closing.popLast().map { $0 + 1 } ?? tokens.count - 1
        let inner = index + 1
        if tokens[inner].opensQuery {
          tokens[index].opensQuery = continuesQuery(
            tokens[min(after[inner] ?? 0, tokens.count - 1)])
        } else {
          tokens[index].opensQuery = startsQuery(tokens, inner)
        }
        after[inner] = nil
        after[index] = end
      }
    }
  }

  static func startsQuery(_ tokens: [Token], _ index: Int) -> Bool {
    switch tokens[index].keyword {
    case .select, .with, .from: return true
    case .values:
      guard index + 1 < tokens.count else { return false }
      switch tokens[index + 1].kind {
      case .leftParenthesis, .integer, .decimal, .double, .string, .binary: return true
      case .word: return startsValue(tokens, index + 1)
      // `(VALUES -1, 2)`, and not `(values - 1)`.
      case .minus, .plus:
        guard index + 2 < tokens.count else { return false }
        let (sign, number) = (tokens[index + 1], tokens[index + 2])
        return sign.start > tokens[index].end && number.start == sign.end
      default: return false
      }
    default: return false
    }
  }

  /// Whether a word behind VALUES begins a value, so that VALUES is no name: `VALUES DATE '…'`.
  private static func startsValue(_ tokens: [Token], _ index: Int) -> Bool {
    switch tokens[index].keyword {
    case .null, .true, .false, .case, .cast, .currentDate, .currentTimestamp: return true
    case .and, .or, .in, .not, .is, .like, .between: return false
    default: break
    }
    switch tokens[min(index + 1, tokens.count - 1)].kind {
    case .string, .leftParenthesis, .leftBracket: return true
    default: return false
    }
  }

  /// Whether a query in parentheses, followed by this, is the beginning of a longer query.
  private static func continuesQuery(_ token: Token) -> Bool {
    switch token.keyword {
    case .union, .intersect, .except, .order, .limit, .offset, .fetch: true
    default: token.kind == .rightParenthesis
    }
  }
}
