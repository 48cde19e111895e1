import LakeCore

/// Operators. Precedence is climbed in one loop, so that a level of nesting takes few frames.
extension Parser {
  /// How tightly an operator binds, from loosest to tightest.
  enum Precedence: Int, Comparable {
    case none, or, and, not, predicate, concatenation, sum, product, sign, primary

    static func < (a: Precedence, b: Precedence) -> Bool { a.rawValue < b.rawValue }
  }

  mutating func parseExpression() throws(LakeError) -> Expression {
    try parseExpression(above: .none)
  }

  /// A value without comparison or logic: what stands on the sides of a comparison.
  mutating func parseOperand() throws(LakeError) -> Expression {
    try parseExpression(above: .predicate)
  }

  mutating func parseExpressionList() throws(LakeError) -> [Expression] {
    try parseList { parser throws(LakeError) in try parser.parseExpression() }
  }

  func expression(_ kind: Expression.Kind, _ origin: Origin) -> Expression {
    Expression(kind, origin: origin)
  }

  /// An expression whose operators bind more tightly than that.
  mutating func parseExpression(above minimum: Precedence) throws(LakeError) -> Expression {
    try enter()
    let outerHeight = height
    height = 0
    let start = current.start
    var left = try parsePrefix()
    try grow()
    var hasPredicate = false
    while true {
      let next = precedenceOfNext()
      guard next > minimum else { break }
      if next == .predicate {
        if hasPredicate { throw chainFailure() }
        hasPredicate = true
      }
      let kind = try parseInfix(left, next)
      left = Expression(kind, origin: origin(from: start))
      try grow()
    }
    height = max(height, outerHeight)
    leave()
    return left
  }

  private func chainFailure() -> LakeError {
    failure(
      expected: "the end of the condition",
      hint: "Put one of the two comparisons in parentheses.")
  }

  private func precedenceOfNext() -> Precedence {
    switch current.kind {
    case .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual, .nullSafeEqual,
      .matches, .matchesNot:
      return .predicate
    case .concatenate: return .concatenation
    case .plus, .minus: return .sum
    case .star, .slash, .percent: return .product
    case .word: break
    default: return .none
    }
    switch current.keyword {
    case .or: return .or
    case .and: return .and
    case .div: return isOperandBehindNext ? .product : .none
    case .is, .in, .between, .like: return .predicate
    case .not:
      switch token(ahead: 1).keyword {
      case .in, .between, .like, .ilike, .rlike, .regexp: return .predicate
      default: return .none
      }
    case .ilike, .rlike, .regexp: return isOperandBehindNext ? .predicate : .none
    default: return .none
    }
  }

  /// Whether a pattern can begin here: else ILIKE and the like are names.
  private var isOperandBehindNext: Bool {
    let token = token(ahead: 1)
    switch token.kind {
    case .string, .binary, .integer, .decimal, .double, .parameter, .leftParenthesis, .plus, .minus,
      .quotedName, .backTickedName:
      return true
    case .word: break
    default: return false
    }
    switch token.keyword {
    case .case, .cast, .exists, .null, .true, .false, .currentDate, .currentTime,
      .currentTimestamp, .localTime, .localTimestamp:
      return true
    case .left, .right: return self.token(ahead: 2).kind == .leftParenthesis
    default: return isName(token) && (token.keyword?.canBeBareAlias ?? true)
    }
  }

  private mutating func parseInfix(
    _ left: Expression, _ precedence: Precedence
  ) throws(LakeError) -> Expression.Kind {
    switch precedence {
    case .or:
      return .or(try parseChain(left, .or) { parser in parser.accept(.or) })
    case .and:
      return .and(try parseChain(left, .and) { parser in parser.accept(.and) })
    case .concatenation:
      return .concatenate(
        try parseChain(left, .concatenation) { parser in parser.accept(.concatenate) })
    case .sum, .product:
      if isNext(.div) { return try parseWholeQuotient(left) }
      let sign = binaryOperator(current.kind)
      advance()
      return .binary(sign, left, try parseExpression(above: precedence))
    case .none, .not, .predicate, .sign, .primary:
      return try parsePredicate(left)
    }
  }

  /// The members of a flat chain.
  private mutating func parseChain(
    _ first: Expression, _ precedence: Precedence, _ acceptSign: (inout Parser) -> Bool
  ) throws(LakeError) -> [Expression] {
    var members = [first]
    while acceptSign(&self) { members.append(try parseExpression(above: precedence)) }
    return members
  }

  /// Hive's and Spark's `a DIV b`: the quotient as a whole number.
  private mutating func parseWholeQuotient(
    _ left: Expression
  ) throws(LakeError) -> Expression.Kind {
    let start = current.start
    advance()
    let right = try parseExpression(above: .product)
    let origin = origin(from: left.range.lowerBound)
    let quotient = Expression(.binary(.divide, left, right), origin: origin)
    let name = QualifiedName([Identifier("truncate", origin: origin)], origin: origin)
    let whole = Expression(.call(FunctionCall(name, [quotient], origin: origin)), origin: origin)
    return .cast(whole, TypeName(.bigint, origin: self.origin(from: start)), isTry: false)
  }

  private func binaryOperator(_ kind: Token.Kind) -> BinaryOperator {
    switch kind {
    case .plus: .add
    case .minus: .subtract
    case .star: .multiply
    case .slash: .divide
    default: .remainder
    }
  }
}

// MARK: - Predicates

extension Parser {
  private func comparison(_ kind: Token.Kind) -> ComparisonOperator? {
    switch kind {
    case .equal: .equal
    case .notEqual: .notEqual
    case .less: .less
    case .lessOrEqual: .lessOrEqual
    case .greater: .greater
    case .greaterOrEqual: .greaterOrEqual
    default: nil
    }
  }

  private mutating func parsePredicate(_ left: Expression) throws(LakeError) -> Expression.Kind {
    if let sign = comparison(current.kind) {
      advance()
      return try parseComparison(left, sign)
    }
    if accept(.nullSafeEqual) {
      return .isDistinct(left, try parseOperand(), isNegated: true)
    }
    if accept(.is) { return try parseIs(left) }
    let start = current.start
    if accept(.matches) { return try parseRegularExpression(left, false, start) }
    if accept(.matchesNot) { return try parseRegularExpression(left, true, start) }
    let isNegated = accept(.not)
    if accept(.in) { return try parseIn(left, isNegated) }
    if accept(.between) {
      let low = try parseOperand()
      try expect(.and)
      return .between(left, low: low, high: try parseOperand(), isNegated: isNegated)
    }
    if accept(.rlike) || accept(.regexp) {
      return try parseRegularExpression(left, isNegated, start)
    }
    let ignoresCase = accept(.ilike)
    if !ignoresCase { try expect(.like) }
    let pattern = try parseOperand()
    let escape = isNext(.escape) ? try parseEscape() : nil
    return .like(
      LikeExpression(
        left, pattern, escape: escape, isNegated: isNegated, ignoresCase: ignoresCase))
  }

  private mutating func parseEscape() throws(LakeError) -> Expression {
    advance()
    return try parseOperand()
  }

  private mutating func parseComparison(
    _ left: Expression, _ sign: ComparisonOperator
  ) throws(LakeError) -> Expression.Kind {
    let isAll = isNext(.all)
    if isAll || isNext(.any) || isNext(.some), token(ahead: 1).opensQuery {
      advance()
      return .quantified(sign, left, isAll ? .all : .any, try parseParenthesizedQuery())
    }
    return .compare(sign, left, try parseOperand())
  }

  private mutating func parseIs(_ left: Expression) throws(LakeError) -> Expression.Kind {
    let isNegated = accept(.not)
    if accept(.null) { return .isNull(left, isNegated: isNegated) }
    if accept(.true) { return .isTruth(left, true, isNegated: isNegated) }
    if accept(.false) { return .isTruth(left, false, isNegated: isNegated) }
    if accept(.unknown) { return .isTruth(left, nil, isNegated: isNegated) }
    if accept(.distinct, .from) {
      return .isDistinct(left, try parseOperand(), isNegated: isNegated)
    }
    throw failure(
      expected: isNegated
        ? [.null, .true, .false, .unknown] : [.not, .null, .true, .false, .unknown],
      or: "DISTINCT FROM")
  }

  private mutating func parseIn(
    _ left: Expression, _ isNegated: Bool
  ) throws(LakeError) -> Expression.Kind {
    guard current.kind == .leftParenthesis else {
      throw failure(expected: "a list or a query in parentheses behind IN")
    }
    if current.opensQuery {
      return .isInQuery(left, try parseParenthesizedQuery(), isNegated: isNegated)
    }
    advance()
    let members = try parseExpressionList()
    try expect(.rightParenthesis, "a comma or ')'")
    return .isInList(left, members, isNegated: isNegated)
  }

  /// Spark's and Hive's `x RLIKE pattern`, and `x ~ pattern`, are `regexp_like(x, pattern)`.
  private mutating func parseRegularExpression(
    _ left: Expression, _ isNegated: Bool, _ start: Int
  ) throws(LakeError) -> Expression.Kind {
    let pattern = try parseOperand()
    let name = Identifier("regexp_like", origin: origin(from: start))
    let call = FunctionCall(
      QualifiedName([name], origin: origin(from: start)), [left, pattern],
      origin: origin(from: left.range.lowerBound))
    guard isNegated else { return .call(call) }
    return .not(Expression(.call(call), origin: origin(from: left.range.lowerBound)))
  }
}
