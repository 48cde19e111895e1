import LakeCore

/// What operators stand between.
extension Parser {
  /// An operand with the signs and words before it and the brackets behind it.
  mutating func parsePrefix() throws(LakeError) -> Expression {
    let start = current.start
    if accept(.not) || accept(.exclamation) {
      let operand = try parseExpression(above: .and)
      return Expression(.not(operand), origin: origin(from: start))
    }
    if current.kind == .minus || current.kind == .plus {
      let sign = current.kind == .minus ? UnaryOperator.minus : .plus
      advance()
      let operand = try parseExpression(above: .product)
      return Expression(.unary(sign, operand), origin: origin(from: start))
    }
    var value = try parsePrimary()
    while let kind = try parsePostfix(value) {
      value = Expression(kind, origin: origin(from: start))
      try grow()
    }
    return value
  }

  private mutating func parsePostfix(_ value: Expression) throws(LakeError) -> Expression.Kind? {
    switch current.kind {
    case .leftBracket:
      advance()
      let place = try parseExpression()
      try expect(.rightBracket, "']'")
      return .element(value, place)
    case .dot:
      advance()
      return .member(value, try parseAnyIdentifier("a name behind the dot"))
    case .doubleColon:
      advance()
      return .cast(value, try parseTypeName(), isTry: false)
    case .word where accept(.at, .time, .zone):
      return .atTimeZone(value, try parsePrimary())
    default:
      return nil
    }
  }

  private mutating func parsePrimary() throws(LakeError) -> Expression {
    let start = current.start
    switch current.kind {
    case .leftParenthesis: return try parseParentheses()
    case .leftBracket:
      return Expression(try parseArray(), origin: origin(from: start))
    case .leftBrace: return try parseBraces()
    case .word: return try parseWord()
    case .quotedName, .backTickedName: return try parseNameOrCall()
    case .parameter:
      advance()
      defer { parameterCount += 1 }
      return Expression(.parameter(parameterCount), origin: origin(from: start))
    case .colon where token(ahead: 1).start == current.end && isWord(token(ahead: 1)):
      advance()
      let name = try parseAnyIdentifier("the name of a parameter")
      return Expression(.namedParameter(name), origin: origin(from: start))
    default:
      if let literal = try parseLiteral() {
        return Expression(.literal(literal), origin: origin(from: start))
      }
      throw expressionFailure()
    }
  }

  private func isWord(_ token: Token) -> Bool {
    token.kind == .word || token.kind == .quotedName
  }

  /// Whether the last token was a comma.
  var endsWithComma: Bool {
    endOfLast > 0 && source.bytes[endOfLast - 1] == UInt8(ascii: ",")
  }

  private func expressionFailure() -> LakeError {
    let hint: String? =
      if endsWithComma {
        "Remove the comma before it, or write an expression."
      } else if current.kind == .word {
        "\(found) is a word of SQL; as a name it stands in double quotes."
      } else {
        nil
      }
    return failure(expected: "an expression", hint: hint)
  }

  /// `(x)`, `(a, b)`, `(SELECT …)`.
  private mutating func parseParentheses() throws(LakeError) -> Expression {
    let start = current.start
    if current.opensQuery {
      let query = try parseParenthesizedQuery()
      return Expression(.subquery(query), origin: origin(from: start))
    }
    advance()
    let first = try parseExpression()
    if accept(.rightParenthesis) { return first }
    guard accept(.comma) else { throw failure(expected: "')'") }
    let members = [first] + (try parseExpressionList())
    try expect(.rightParenthesis, "a comma or ')'")
    return Expression(.row(members), origin: origin(from: start))
  }

  private mutating func parseWord() throws(LakeError) -> Expression {
    let start = current.start
    if let literal = try parseLiteral() {
      return Expression(.literal(literal), origin: origin(from: start))
    }
    if let kind = try parseTypedLiteral() { return Expression(kind, origin: origin(from: start)) }
    guard let keyword = current.keyword else { return try parseNameOrCall() }
    if let kind = try parseSpecial(keyword) {
      return Expression(kind, origin: origin(from: start))
    }
    if keyword.isReserved {
      let isFunction = keyword == .left || keyword == .right
      guard isFunction, token(ahead: 1).kind == .leftParenthesis else { throw expressionFailure() }
      let name = try parseAnyIdentifier("a function")
      return try parseCall(QualifiedName([name], origin: origin(from: start)), from: start)
    }
    return try parseNameOrCall()
  }

  /// Constructs that begin with a word of their own; nil if the word is a name after all.
  private mutating func parseSpecial(_ keyword: Keyword) throws(LakeError) -> Expression.Kind? {
    let next = token(ahead: 1).kind
    switch keyword {
    case .case:
      return .choose(try parseCase())
    case .exists where next == .leftParenthesis:
      advance()
      return .exists(try parseParenthesizedQuery())
    case .cast where next == .leftParenthesis, .tryCast where next == .leftParenthesis:
      return try parseCast(isTry: keyword == .tryCast)
    case .array where next == .leftBracket:
      return try parseArray()
    case .map where next == .leftBrace:
      return try parseMap()
    case .row where next == .leftParenthesis:
      advance()
      return .row(try parseParenthesizedExpressions())
    case .currentDate, .currentTime, .currentTimestamp, .localTime, .localTimestamp:
      return try parseClock()
    default:
      guard next == .leftParenthesis else { return nil }
      return try parseSpecialCall(keyword)
    }
  }

  mutating func parseParenthesizedExpressions() throws(LakeError) -> [Expression] {
    try parseParenthesizedList { parser throws(LakeError) in try parser.parseExpression() }
  }

  private mutating func parseCase() throws(LakeError) -> CaseExpression {
    try expect(.case)
    let operand = isNext(.when) ? nil : try parseExpression()
    var branches: [CaseExpression.Branch] = []
    repeat {
      try expect(.when)
      let condition = try parseExpression()
      try expect(.then)
      branches.append(.init(when: condition, then: try parseExpression()))
    } while isNext(.when)
    let otherwise = accept(.else) ? try parseExpression() : nil
    guard accept(.end) else {
      throw failure(expected: otherwise == nil ? [.when, .else, .end] : [.end])
    }
    return CaseExpression(operand, branches: branches, otherwise: otherwise)
  }

  private mutating func parseCast(isTry: Bool) throws(LakeError) -> Expression.Kind {
    advance()
    try expect(.leftParenthesis, "'('")
    let value = try parseExpression()
    try expect(.as)
    let type = try parseTypeName()
    try expect(.rightParenthesis, "')'")
    return .cast(value, type, isTry: isTry)
  }

  /// `ARRAY[a, b]`, and `[a, b]` as DuckDB has it.
  private mutating func parseArray() throws(LakeError) -> Expression.Kind {
    _ = accept(.array)
    advance()
    return .array(try parseArrayMembers())
  }

  private mutating func parseArrayMembers() throws(LakeError) -> [Expression] {
    let members = current.kind == .rightBracket ? [] : try parseExpressionList()
    try expect(.rightBracket, "a comma or ']'")
    return members
  }

  /// `current_date` and its like, with or without parentheses.
  private mutating func parseClock() throws(LakeError) -> Expression.Kind {
    let start = current.start
    let name = try parseAnyIdentifier("a function")
    let qualified = QualifiedName([name], origin: origin(from: start))
    if current.kind == .leftParenthesis { return try parseCall(qualified, from: start).kind }
    var call = FunctionCall(qualified, [], origin: origin(from: start))
    call.isBare = true
    return .call(call)
  }

  private mutating func parseNameOrCall() throws(LakeError) -> Expression {
    let start = current.start
    let name = try parseQualifiedName("an expression")
    if current.kind == .leftParenthesis { return try parseCall(name, from: start) }
    return Expression(.name(name), origin: origin(from: start))
  }
}
