import LakeCore

/// What stands behind FROM.
extension Parser {
  /// The members of a comma list.
  mutating func parseFrom() throws(LakeError) -> [TableReference] {
    try parseList { parser throws(LakeError) in try parser.parseTableReference() }
  }

  /// A table and everything that is joined to it, from the left.
  private mutating func parseTableReference() throws(LakeError) -> TableReference {
    let outerHeight = height
    height = 0
    let start = current.start
    var left = try parseTable()
    try grow()
    while let (kind, isNatural) = try parseJoinWords() {
      let right = try parseTable()
      let condition = isNatural ? Join.Condition.natural : try parseJoinCondition(kind)
      left = TableReference(.join(Join(kind, left, right, condition)), origin: origin(from: start))
      try grow()
    }
    while isNext(.lateral, .view) {
      left = try parseLateralView(left, from: start)
      try grow()
    }
    height = max(height, outerHeight)
    return left
  }

  /// `LATERAL VIEW [OUTER] explode(x) t AS a, b` of Hive is a join with the function.
  private mutating func parseLateralView(
    _ left: TableReference, from start: Int
  ) throws(LakeError) -> TableReference {
    advance()
    advance()
    let isOuter = accept(.outer)
    let functionStart = current.start
    let name = try parseQualifiedName("a function such as explode")
    let kind = try parseTableFunction(name, from: functionStart)
    var alias = TableAlias(Identifier("lateral_view"))
    if isName(current), current.keyword?.canBeBareAlias ?? true {
      alias.name = try parseIdentifier()
    }
    if accept(.as) {
      alias.columns = try parseList { parser throws(LakeError) in
        try parser.parseIdentifier("the name of a column")
      }
    }
    let right = TableReference(kind, alias: alias, origin: origin(from: functionStart))
    let isTrue = Expression(.literal(.boolean(true)), origin: origin(from: functionStart))
    let join = Join(isOuter ? .left : .cross, left, right, isOuter ? .on(isTrue) : .none)
    return TableReference(.join(join), origin: origin(from: start))
  }

  /// The words up to JOIN; nil if there is none.
  private mutating func parseJoinWords() throws(LakeError) -> (Join.Kind, isNatural: Bool)? {
    let isNatural = accept(.natural)
    let kind: Join.Kind
    switch current.keyword {
    case .join: kind = .inner
    case .inner: kind = .inner
    case .cross where !isNatural: kind = .cross
    case .left: kind = .left
    case .right: kind = .right
    case .full: kind = .full
    case nil where isAsOfJoinNext:
      throw unsupportedFailure(
        "ASOF JOIN", hint: "Join on >=, and keep the latest with QUALIFY row_number() OVER (…) = 1."
      )
    case .semi where token(ahead: 1).keyword == .join: kind = .leftSemi
    case .anti where token(ahead: 1).keyword == .join: kind = .leftAnti
    default:
      if isNatural { throw failure(expected: [.join, .inner, .left, .right, .full]) }
      return nil
    }
    if accept(.join) { return (kind, isNatural) }
    advance()
    if source.text(current.range).uppercased() == "APPLY" {
      throw failure(
        expected: "JOIN",
        hint: "Write \(kind == .cross ? "CROSS" : "LEFT") JOIN LATERAL (…).")
    }
    let side = kind == .left ? parseSide() : nil
    if side == nil, kind == .left || kind == .right || kind == .full { _ = accept(.outer) }
    try expect(.join)
    return (side ?? kind, isNatural)
  }

  private var isAsOfJoinNext: Bool {
    source.text(current.range).uppercased() == "ASOF" && token(ahead: 1).keyword == .join
  }

  private mutating func parseSide() -> Join.Kind? {
    accept(.semi) ? .leftSemi : accept(.anti) ? .leftAnti : nil
  }

  private mutating func parseJoinCondition(_ kind: Join.Kind) throws(LakeError) -> Join.Condition {
    if kind == .cross { return .none }
    if accept(.on) { return .on(try parseExpression()) }
    if accept(.using) { return .using(try parseColumnNames()) }
    // With the condition in WHERE, as many write it.
    if kind == .inner { return .none }
    throw failure(expected: [.on, .using])
  }

  /// One member of a join.
  mutating func parseTable() throws(LakeError) -> TableReference {
    let start = current.start
    if current.kind == .leftParenthesis, !current.opensQuery {
      try enter(2)
      advance()
      var table = try parseTableReference()
      try expect(.rightParenthesis, "')'")
      if table.alias == nil, !isJoin(table) { table.alias = try parseTableAlias() }
      leave(2)
      return table
    }
    let kind = try parseTableKind()
    let alias = try parseTableAlias()
    return TableReference(kind, alias: alias, origin: origin(from: start))
  }

  private func isJoin(_ table: TableReference) -> Bool {
    if case .join = table.kind { return true }
    return false
  }

  mutating func parseTableKind() throws(LakeError) -> TableReference.Kind {
    if current.kind == .string {
      return .file(try parseText("the path of a file"), version: try parseVersion())
    }
    if current.kind == .leftParenthesis {
      return .subquery(try parseParenthesizedQuery(), isLateral: false)
    }
    if isNext(.lateral), token(ahead: 1).opensQuery {
      advance()
      return .subquery(try parseParenthesizedQuery(), isLateral: true)
    }
    if isValuesNext { return .subquery(try parseQuery(), isLateral: false) }
    let start = current.start
    let name = try parseTableName()
    if current.kind == .leftParenthesis { return try parseTableFunction(name, from: start) }
    if let version = try parseVersionSign() { return .table(name, version: version) }
    return .table(name, version: try parseVersion())
  }

  /// Spark's `FROM VALUES (1, 'a'), (2, 'b') AS t (id, s)`, without parentheses around.
  private var isValuesNext: Bool {
    guard isNext(.values) else { return false }
    switch token(ahead: 1).kind {
    case .leftParenthesis, .integer, .decimal, .string: return true
    default: return false
    }
  }

  private mutating func parseTableFunction(
    _ name: QualifiedName, from start: Int
  ) throws(LakeError) -> TableReference.Kind {
    let expression = try parseCall(name, from: start, takesNames: true)
    guard case .call(let call) = expression.kind else { throw failure(expected: "a table") }
    return .function(call, withOrdinality: accept(.with, .ordinality))
  }

  private static let sampleHint = "WHERE random() < 0.1 keeps about a tenth of the rows."

  private var isPivotNext: Bool {
    let word = source.text(current.range).uppercased()
    return (word == "PIVOT" || word == "UNPIVOT") && token(ahead: 1).kind == .leftParenthesis
  }

  private mutating func parseTableAlias() throws(LakeError) -> TableAlias? {
    if isNext(.tablesample) {
      throw unsupportedFailure("TABLESAMPLE", hint: Parser.sampleHint)
    }
    if isPivotNext {
      throw unsupportedFailure(
        source.text(current.range).uppercased(),
        hint: "Write sum(x) FILTER (WHERE key = 'a') AS a for each value, and GROUP BY.")
    }
    let isJoinNext = (isNext(.semi) || isNext(.anti)) && token(ahead: 1).keyword == .join
    guard !isJoinNext, !isNext(.lateral, .view), let name = try parseAlias() else { return nil }
    let columns = current.kind == .leftParenthesis ? try parseColumnNames() : []
    return TableAlias(name, columns: columns)
  }
}
