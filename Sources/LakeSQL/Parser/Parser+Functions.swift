import LakeCore

/// Calls of functions, and the few whose arguments have a grammar of their own.
extension Parser {
  /// From the left parenthesis on. Functions in FROM take arguments by name.
  mutating func parseCall(
    _ name: QualifiedName, from start: Int, takesNames: Bool = false
  ) throws(LakeError) -> Expression {
    var call = FunctionCall(name, [])
    try parseArguments(&call, takesNames)
    try parseFilter(&call)
    call.nullTreatment = parseNullTreatment() ?? call.nullTreatment
    if isNext(.over), isName(token(ahead: 1)) || token(ahead: 1).kind == .leftParenthesis {
      advance()
      call.over = try parseWindow()
    }
    call.origin = origin(from: start)
    return Expression(.call(call), origin: origin(from: start))
  }

  private mutating func parseArguments(
    _ call: inout FunctionCall, _ takesNames: Bool
  ) throws(LakeError) {
    try expect(.leftParenthesis, "'('")
    if accept(.rightParenthesis) { return }
    if current.kind == .star, token(ahead: 1).kind == .rightParenthesis {
      advance()
      advance()
      call.isStar = true
      return
    }
    if call.name.parts.count == 1, call.name.text.lowercased() == "struct" {
      return try parseMembers(&call)
    }
    call.isDistinct = accept(.distinct)
    if !call.isDistinct, isNext(.all), !endsArgument(token(ahead: 1)) { advance() }
    call.arguments = try parseList { parser throws(LakeError) in
      if takesNames, let argument = try parser.parseNamedArgument() { return argument }
      return try parser.parseArgument()
    }
    if isNext(.order) { call.orderBy = try parseOrderBy() }
    // Where some dialects have it: last_value(x IGNORE NULLS).
    call.nullTreatment = parseNullTreatment()
    try expect(.rightParenthesis, "a comma or ')'")
  }

  /// `name => value` and `name := value` are what `name = value` is; nil if none begins here.
  private mutating func parseNamedArgument() throws(LakeError) -> Expression? {
    guard token(ahead: 1).kind == .namedArrow, current.kind == .word || current.kind == .quotedName
    else { return nil }
    let start = current.start
    let identifier = try parseAnyIdentifier("the name of an argument")
    let name = QualifiedName([identifier], origin: origin(from: start))
    let left = Expression(.name(name), origin: origin(from: start))
    advance()
    let value = try parseExpression()
    return Expression(.compare(.equal, left, value), origin: origin(from: start))
  }

  private mutating func parseArgument() throws(LakeError) -> Expression {
    guard let names = lambdaNames else { return try parseExpression() }
    let start = current.start
    var parameters: [Identifier] = []
    if names == 1, current.kind != .leftParenthesis {
      parameters = [try parseIdentifier("a parameter")]
    } else {
      advance()
      for index in 0..<names {
        if index > 0 { advance() }
        parameters.append(try parseIdentifier("a parameter"))
      }
      advance()
    }
    advance()
    let body = try parseExpression()
    return Expression(.lambda(parameters, body), origin: origin(from: start))
  }

  /// How many parameters the lambda has that begins here; nil where none does.
  private var lambdaNames: Int? {
    if token(ahead: 1).kind == .arrow, isName(current) { return 1 }
    guard current.kind == .leftParenthesis else { return nil }
    var (ahead, count) = (1, 0)
    while isName(token(ahead: ahead)) {
      count += 1
      ahead += 1
      guard token(ahead: ahead).kind == .comma else { break }
      ahead += 1
    }
    guard token(ahead: ahead).kind == .rightParenthesis,
      token(ahead: ahead + 1).kind == .arrow
    else { return nil }
    return count
  }

  private func endsArgument(_ token: Token) -> Bool {
    token.kind == .comma || token.kind == .rightParenthesis || token.kind == .dot
  }

  private mutating func parseFilter(_ call: inout FunctionCall) throws(LakeError) {
    if isNext(.within, .group) {
      advance()
      advance()
      try expect(.leftParenthesis, "'('")
      call.orderBy = try parseOrderBy()
      try expect(.rightParenthesis, "')'")
    }
    if isNext(.filter, .leftParenthesis) {
      advance()
      advance()
      try expect(.where)
      call.filter = try parseExpression()
      try expect(.rightParenthesis, "')'")
    }
  }

  private mutating func parseNullTreatment() -> FunctionCall.NullTreatment? {
    accept(.ignore, .nulls) ? .ignore : accept(.respect, .nulls) ? .respect : nil
  }

  /// Functions with words between their arguments; nil if the word names an ordinary one.
  mutating func parseSpecialCall(_ keyword: Keyword) throws(LakeError) -> Expression.Kind? {
    switch keyword {
    case .extract where token(ahead: 3).keyword == .from:
      return try parseExtract()
    case .try:
      advance()
      advance()
      let value = try parseExpression()
      try expect(.rightParenthesis, "')'")
      return .attempt(value)
    case .trim:
      return try parseTrim()
    case .substring:
      return try parseSubstring()
    case .position:
      return try parsePosition()
    default:
      return nil
    }
  }

  private mutating func parseExtract() throws(LakeError) -> Expression.Kind {
    advance()
    advance()
    let field = try parseAnyIdentifier("a field such as YEAR")
    try expect(.from)
    let value = try parseExpression()
    try expect(.rightParenthesis, "')'")
    return .extract(field, value)
  }

  /// `trim([BOTH|LEADING|TRAILING] [characters] FROM x)` is `trim(x, characters)`.
  private mutating func parseTrim() throws(LakeError) -> Expression.Kind {
    let start = current.start
    var name = try parseAnyIdentifier("a function")
    advance()
    let sides: [(Keyword, String)] = [(.both, "trim"), (.leading, "ltrim"), (.trailing, "rtrim")]
    var isSideGiven = false
    for (keyword, function) in sides where isNext(keyword) {
      guard !endsArgument(token(ahead: 1)) else { continue }
      advance()
      name.text = function
      isSideGiven = true
    }
    var arguments: [Expression] = []
    if !isNext(.from) { arguments = try parseExpressionList() }
    if isSideGiven && arguments.count <= 1 || arguments.count == 1 && isNext(.from) {
      try expect(.from)
      arguments.insert(try parseExpression(), at: 0)
    }
    return try finish(name, arguments, from: start)
  }

  /// `substring(x FROM a FOR b)` is `substring(x, a, b)`.
  private mutating func parseSubstring() throws(LakeError) -> Expression.Kind {
    let start = current.start
    let name = try parseAnyIdentifier("a function")
    advance()
    var arguments = try parseExpressionList()
    if arguments.count == 1, accept(.from) {
      arguments.append(try parseExpression())
      if accept(.for) { arguments.append(try parseExpression()) }
    }
    return try finish(name, arguments, from: start)
  }

  /// `position(part IN x)` is `strpos(x, part)`.
  private mutating func parsePosition() throws(LakeError) -> Expression.Kind {
    let start = current.start
    var name = try parseAnyIdentifier("a function")
    advance()
    var arguments = [try parseOperand()]
    if accept(.in) {
      name.text = "strpos"
      arguments.insert(try parseExpression(), at: 0)
    } else if accept(.comma) {
      arguments += try parseExpressionList()
    }
    return try finish(name, arguments, from: start)
  }

  private mutating func finish(
    _ name: Identifier, _ arguments: [Expression], from start: Int
  ) throws(LakeError) -> Expression.Kind {
    try expect(.rightParenthesis, "a comma or ')'")
    let qualified = QualifiedName([name], origin: origin(from: start))
    return .call(FunctionCall(qualified, arguments, origin: origin(from: start)))
  }
}

// MARK: - Windows

extension Parser {
  private mutating func parseWindow() throws(LakeError) -> Window {
    if current.kind != .leftParenthesis { return .named(try parseIdentifier("a window")) }
    return .specification(try parseWindowSpecification())
  }

  mutating func parseWindowSpecification() throws(LakeError) -> WindowSpecification {
    let start = current.start
    try expect(.leftParenthesis, "'('")
    var specification = WindowSpecification()
    if isName(current), !isNext(.partition, .by), frameUnit == nil {
      specification.base = try parseIdentifier()
    }
    if accept(.partition, .by) { specification.partitionBy = try parseExpressionList() }
    if isNext(.order) { specification.orderBy = try parseOrderBy() }
    if let unit = frameUnit {
      advance()
      specification.frame = try parseFrame(unit)
    }
    guard accept(.rightParenthesis) else {
      throw failure(expected: [.partition, .order, .rows, .range], or: "')'")
    }
    specification.origin = origin(from: start)
    return specification
  }

  private var frameUnit: WindowFrame.Unit? {
    switch current.keyword {
    case .rows: .rows
    case .range: .range
    case .groups: .groups
    default: nil
    }
  }

  private mutating func parseFrame(_ unit: WindowFrame.Unit) throws(LakeError) -> WindowFrame {
    guard accept(.between) else {
      return WindowFrame(unit, start: try parseBound(), end: .currentRow)
    }
    let start = try parseBound()
    try expect(.and)
    return WindowFrame(unit, start: start, end: try parseBound())
  }

  private mutating func parseBound() throws(LakeError) -> WindowFrame.Bound {
    if accept(.unbounded, .preceding) { return .unboundedPreceding }
    if accept(.unbounded, .following) { return .unboundedFollowing }
    if accept(.current, .row) { return .currentRow }
    let distance = try parseOperand()
    return try expect([(.preceding, .preceding(distance)), (.following, .following(distance))])
  }
}
