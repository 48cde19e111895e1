import LakeCore

/// Queries around SELECT: WITH, set operations, ORDER BY, LIMIT.
extension Parser {
  /// What a query takes of the stack, in levels of an expression.
  private static let queryWeight = 3

  /// Whether a query begins here, in parentheses or not.
  var isQueryNext: Bool {
    switch current.keyword {
    case .select, .with, .from, .values: true
    default: current.opensQuery
    }
  }

  mutating func parseQuery() throws(LakeError) -> Query {
    try enter(Parser.queryWeight)
    let start = current.start
    let isRecursive = isNext(.with, .recursive) && token(ahead: 2).kind != .leftParenthesis
    let commonTables = accept(.with) ? try parseCommonTables(isRecursive) : []
    var query = Query(
      try parseQueryBody(), commonTables: commonTables,
      isRecursive: isRecursive && !commonTables.isEmpty)
    if isNext(.order, .by) || isNext(.sort, .by) { query.orderBy = try parseQueryOrder() }
    if isNext(.distribute, .by) || isNext(.clusterWord, .by) { throw distributionFailure() }
    try parseLimits(&query)
    query.origin = origin(from: start)
    leave(Parser.queryWeight)
    return withoutParentheses(query)
  }

  /// The query inside, if there are but parentheses around it.
  private func withoutParentheses(_ query: Query) -> Query {
    guard case .query(let inner) = query.body, query.commonTables.isEmpty, query.orderBy.isEmpty,
      query.limit == nil, query.offset == nil
    else { return query }
    return inner
  }

  mutating func parseParenthesizedQuery() throws(LakeError) -> Query {
    try expect(.leftParenthesis, "a query in parentheses")
    let query = try parseQuery()
    try expect(.rightParenthesis, "')' behind the query")
    return query
  }

  private mutating func parseCommonTables(_ isRecursive: Bool) throws(LakeError) -> [CommonTable] {
    if isRecursive { advance() }
    return try parseList { parser throws(LakeError) in
      let start = parser.current.start
      if parser.isNext(.select), parser.endsWithComma {
        throw parser.failure(
          expected: "a name behind WITH", hint: "Remove the comma before it.")
      }
      let name = try parser.parseIdentifier("a name behind WITH")
      let columns =
        parser.current.kind == .leftParenthesis ? try parser.parseColumnNames() : []
      try parser.expect(.as)
      let query = try parser.parseParenthesizedQuery()
      return CommonTable(name, columns: columns, query, origin: parser.origin(from: start))
    }
  }

  mutating func parseOrderBy() throws(LakeError) -> [SortItem] {
    try expect(.order)
    try expect(.by)
    return try parseList { parser throws(LakeError) in try parser.parseSortItem() }
  }

  /// ORDER BY of a query, which may also be `ORDER BY ALL`; SORT BY is Spark's word for the order
  /// of what one process has, and there is one.
  private mutating func parseQueryOrder() throws(LakeError) -> [SortItem] {
    let isAll = token(ahead: 2).keyword == .all && !continuesExpression(token(ahead: 3))
    guard isAll || isNext(.sort) else { return try parseOrderBy() }
    advance()
    advance()
    let items = try parseList { parser throws(LakeError) in try parser.parseSortItem() }
    guard isAll, items.count == 1, var item = items.first else { return items }
    item.isAllColumns = true
    return [item]
  }

  private func distributionFailure() -> LakeError {
    failure(
      expected: "the end of the statement",
      hint: "Rows are in one place here, so there is nothing to distribute: write ORDER BY.")
  }

  private mutating func parseSortItem() throws(LakeError) -> SortItem {
    let start = current.start
    let expression = try parseExpression()
    let isDescending = accept(.desc)
    if !isDescending { _ = accept(.asc) }
    var nulls: SortItem.Nulls?
    if accept(.nulls) { nulls = try expect([(.first, .first), (.last, .last)]) }
    return SortItem(
      expression, isDescending: isDescending, nulls: nulls, origin: origin(from: start))
  }

  /// LIMIT, OFFSET and FETCH FIRST, in any order.
  private mutating func parseLimits(_ query: inout Query) throws(LakeError) {
    while true {
      if isNext(.limit), query.limit == nil {
        advance()
        if !accept(.all) { query.limit = try parseOperand() }
        if current.kind == .comma, let limit = query.limit { throw limitFailure(limit) }
      } else if isNext(.offset), query.offset == nil {
        advance()
        query.offset = try parseOperand()
        if !accept(.rows) { _ = accept(.row) }
      } else if isNext(.fetch), query.limit == nil {
        query.limit = try parseFetch()
        query.limitHasTies = try parseTies()
      } else {
        return
      }
    }
  }

  /// MySQL's `LIMIT skipped, count`.
  private func limitFailure(_ skipped: Expression) -> LakeError {
    let next = token(ahead: 1)
    let count = next.kind == .integer ? source.text(next.range) : "count"
    return failure(
      expected: "the end of the statement",
      hint: "Write LIMIT \(count) OFFSET \(source.text(skipped.range)).")
  }

  private mutating func parseFetch() throws(LakeError) -> Expression {
    let start = current.start
    advance()
    guard accept(.first) || accept(.next) else { throw failure(expected: [.first, .next]) }
    // ROW may also be a name that stands for the number.
    let isOne =
      (isNext(.row) || isNext(.rows))
      && (token(ahead: 1).keyword == .only || token(ahead: 1).keyword == .with)
    let count =
      isOne ? Expression(.literal(.integer("1")), origin: origin(from: start)) : try parseOperand()
    guard accept(.rows) || accept(.row) else { throw failure(expected: [.rows, .row]) }
    return count
  }

  /// `ONLY` or `WITH TIES`.
  private mutating func parseTies() throws(LakeError) -> Bool {
    if accept(.with, .ties) { return true }
    try expect(.only)
    return false
  }
}

// MARK: - Set operations

extension Parser {
  /// UNION and EXCEPT, which bind less tightly than INTERSECT.
  private mutating func parseQueryBody() throws(LakeError) -> QueryBody {
    try parseSetOperation(
      [(.union, .union), (.except, .except), (.minusWord, .except)]
    ) { parser throws(LakeError) in
      try parser.parseSetOperation([(.intersect, .intersect)]) { parser throws(LakeError) in
        try parser.parseQueryTerm()
      }
    }
  }

  /// Operands from the left; a run of one operator is one node.
  private mutating func parseSetOperation(
    _ operators: [(Keyword, SetOperation.Operator)],
    _ operand: (inout Parser) throws(LakeError) -> QueryBody
  ) throws(LakeError) -> QueryBody {
    let outerHeight = height
    height = 0
    let start = current.start
    var body = try operand(&self)
    var open: SetOperation?
    while let (_, sign) = operators.first(where: { isNext($0.0) }) {
      advance()
      let isAll = accept(.all)
      if !isAll { _ = accept(.distinct) }
      let next = try operand(&self)
      if var same = open, same.operator == sign, same.isAll == isAll {
        same.operands.append(next)
        open = same
      } else {
        if let finished = open { body = .setOperation(finished) }
        open = SetOperation(sign, isAll: isAll, [body, next])
        try grow()
      }
      open?.origin = origin(from: start)
    }
    if let finished = open { body = .setOperation(finished) }
    height = max(height, outerHeight)
    return body
  }

  private mutating func parseQueryTerm() throws(LakeError) -> QueryBody {
    if current.kind == .leftParenthesis { return .query(try parseParenthesizedQuery()) }
    let start = current.start
    if accept(.values) { return .values(try parseValues(from: start)) }
    return .select(try parseSelect())
  }

  private mutating func parseValues(from start: Int) throws(LakeError) -> ValuesBody {
    let rows = try parseList { parser throws(LakeError) in
      if parser.current.kind == .leftParenthesis, !parser.current.opensQuery {
        return try parser.parseParenthesizedExpressions()
      }
      let value = try parser.parseExpression()
      if case .row(let members) = value.kind { return members }
      return [value]
    }
    return ValuesBody(rows, origin: origin(from: start))
  }
}
