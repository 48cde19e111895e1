import LakeCore

/// One SELECT, clause by clause.
extension Parser {
  mutating func parseSelect() throws(LakeError) -> SelectBody {
    let start = current.start
    var body = SelectBody([])
    if accept(.from) {
      // FROM may stand first; without SELECT, it gives all columns.
      body.from = try parseFrom()
      if isNext(.select) {
        try parseSelectList(&body)
      } else {
        body.items = [SelectItem(.star(Star()), origin: origin(from: start))]
      }
    } else {
      guard isNext(.select) else {
        throw failure(expected: [.select, .with, .values])
      }
      try parseSelectList(&body)
      if accept(.from) { body.from = try parseFrom() }
    }
    if accept(.where) { body.filter = try parseExpression() }
    if accept(.group) { body.groupBy = try parseGroupBy() }
    if accept(.having) { body.having = try parseExpression() }
    if accept(.window) { body.windows = try parseWindows() }
    if accept(.qualify) { body.qualify = try parseExpression() }
    body.origin = origin(from: start)
    return body
  }

  private mutating func parseWindows() throws(LakeError) -> [NamedWindow] {
    try parseList { parser throws(LakeError) in
      let start = parser.current.start
      let name = try parser.parseIdentifier("the name of a window")
      try parser.expect(.as)
      let specification = try parser.parseWindowSpecification()
      return NamedWindow(name, specification, origin: parser.origin(from: start))
    }
  }

  private mutating func parseSelectList(_ body: inout SelectBody) throws(LakeError) {
    try expect(.select)
    body.isDistinct = accept(.distinct)
    if !body.isDistinct, isNext(.all), startsItem(token(ahead: 1)) { advance() }
    body.items = try parseList { parser throws(LakeError) in try parser.parseSelectItem() }
  }

  /// Whether a token behind ALL shows that ALL is no column.
  private func startsItem(_ token: Token) -> Bool {
    switch token.kind {
    case .star: self.token(ahead: 2).keyword == .from || self.token(ahead: 2).kind == .endOfText
    case .word, .quotedName, .backTickedName, .string, .integer, .decimal: !endsItem(token)
    default: false
    }
  }

  private func endsItem(_ token: Token) -> Bool {
    guard let keyword = token.keyword else { return false }
    return keyword == .from || keyword == .as || keyword == .where || keyword == .is
  }

  private mutating func parseSelectItem() throws(LakeError) -> SelectItem {
    let start = current.start
    if let star = try parseStar() {
      return SelectItem(.star(star), origin: origin(from: start))
    }
    let expression = try parseExpression()
    let alias = try parseAlias()
    return SelectItem(.expression(expression, alias: alias), origin: origin(from: start))
  }

  /// `[AS] name`.
  mutating func parseAlias() throws(LakeError) -> Identifier? {
    if accept(.as) { return try parseAliasName() }
    guard isName(current), current.keyword?.canBeBareAlias ?? true, !startsClause else {
      return nil
    }
    noteBareAlias()
    return try parseAliasName()
  }

  /// Whether a word that may be an alias begins a clause, by what stands behind it.
  private var startsClause: Bool {
    switch current.keyword {
    case .sort, .distribute, .clusterWord: token(ahead: 1).keyword == .by
    case .minusWord: isQueryWord(token(ahead: 1))
    default: false
    }
  }

  private func isQueryWord(_ token: Token) -> Bool {
    switch token.keyword {
    case .select, .with, .values, .all, .distinct, .from: true
    default: token.opensQuery
    }
  }

  mutating func parseAliasName() throws(LakeError) -> Identifier {
    try parseIdentifier("a name behind AS")
  }
}

// MARK: - Stars

extension Parser {
  private mutating func parseStar() throws(LakeError) -> Star? {
    guard isStarNext else { return nil }
    var star = Star()
    if current.kind != .star {
      star.qualifier = try parseQualifiedName()
      advance()
    }
    advance()
    if isNext(.exclude) || isNext(.except, .leftParenthesis) && !token(ahead: 1).opensQuery {
      advance()
      star.excluded =
        current.kind == .leftParenthesis
        ? try parseColumnNames() : [try parseIdentifier("the name of a column")]
    }
    if isNext(.replace, .leftParenthesis) {
      advance()
      star.replacements = try parseParenthesizedList { parser throws(LakeError) in
        let expression = try parser.parseExpression()
        try parser.expect(.as)
        return Star.Replacement(expression, as: try parser.parseAliasName())
      }
    }
    if isNext(.rename) { star.renamings = try parseRenamings() }
    return star
  }

  /// `RENAME (a AS b, …)`, `RENAME a AS b`.
  private mutating func parseRenamings() throws(LakeError) -> [Star.Renaming] {
    advance()
    if current.kind == .leftParenthesis {
      return try parseParenthesizedList { parser throws(LakeError) in try parser.parseRenaming() }
    }
    return [try parseRenaming()]
  }

  private mutating func parseRenaming() throws(LakeError) -> Star.Renaming {
    let column = try parseIdentifier("the name of a column")
    try expect(.as)
    return Star.Renaming(column, to: try parseAliasName())
  }

  /// `*`, `t.*`, `zone.t.*`.
  private var isStarNext: Bool {
    if current.kind == .star { return true }
    guard isName(current) else { return false }
    var ahead = 1
    while token(ahead: ahead).kind == .dot {
      switch token(ahead: ahead + 1).kind {
      case .star: return true
      case .word, .quotedName, .backTickedName: ahead += 2
      default: return false
      }
    }
    return false
  }
}

// MARK: - Groups

extension Parser {
  private mutating func parseGroupBy() throws(LakeError) -> GroupBy {
    try expect(.by)
    if isNext(.all), !continuesExpression(token(ahead: 1)) {
      advance()
      return .all
    }
    let elements = try parseList { parser throws(LakeError) in try parser.parseGroupingElement() }
    // Hive's and Spark's place for the words.
    let isRollup = isNext(.with, .rollup)
    guard isRollup || isNext(.with, .cube) else { return .elements(elements) }
    let keys = elements.compactMap { element -> [Expression]? in
      if case .expression(let key) = element { [key] } else { nil }
    }
    guard keys.count == elements.count else { throw failure(expected: "the end of GROUP BY") }
    advance()
    advance()
    return .elements([isRollup ? .rollup(keys) : .cube(keys)])
  }

  /// Whether a token behind a word shows that the word is a column.
  func continuesExpression(_ token: Token) -> Bool {
    switch token.kind {
    case .endOfText, .semicolon, .rightParenthesis: return false
    case .word: break
    default: return true
    }
    switch token.keyword {
    case .is, .in, .like, .between, .not, .and, .or: return true
    default: return false
    }
  }

  private mutating func parseGroupingElement() throws(LakeError) -> GroupingElement {
    if isNext(.rollup, .leftParenthesis) {
      advance()
      return .rollup(try parseGroupingSets())
    }
    if isNext(.cube, .leftParenthesis) {
      advance()
      return .cube(try parseGroupingSets())
    }
    if accept(.grouping, .sets) { return .groupingSets(try parseGroupingSets()) }
    if isEmptyListNext { return .groupingSets([try parseGroupingSet()]) }
    return .expression(try parseExpression())
  }

  private var isEmptyListNext: Bool {
    current.kind == .leftParenthesis && token(ahead: 1).kind == .rightParenthesis
  }

  private mutating func parseGroupingSets() throws(LakeError) -> [[Expression]] {
    try parseParenthesizedList { parser throws(LakeError) in try parser.parseGroupingSet() }
  }

  private mutating func parseGroupingSet() throws(LakeError) -> [Expression] {
    if isEmptyListNext {
      advance()
      advance()
      return []
    }
    let expression = try parseExpression()
    if case .row(let members) = expression.kind { return members }
    return [expression]
  }
}
