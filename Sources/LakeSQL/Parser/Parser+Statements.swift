import LakeCore

/// Which statement it is.
extension Parser {
  mutating func parseStatement() throws(LakeError) -> Statement {
    startStatement()
    return try parseInnerStatement()
  }

  private mutating func parseInnerStatement() throws(LakeError) -> Statement {
    let start = current.start
    let kind = try parseStatementKind()
    let origin = origin(from: start)
    return statement(kind, origin: origin)
  }

  private mutating func parseStatementKind() throws(LakeError) -> Statement.Kind {
    if current.kind == .leftParenthesis || isQueryNext { return .query(try parseQuery()) }
    if current.keyword == .table {
      advance()
      return .query(try parseWholeTable())
    }
    switch current.keyword {
    case .explain: return .explain(try parseExplain())
    case .create: return try parseCreate()
    case .alter: return .alterTable(try parseAlter())
    case .drop: return .drop(try parseDrop())
    case .show: return .show(try parseShow())
    case .describe, .desc: return .describe(try parseDescribe())
    case .summarize: return .summarize(try parseSummarize())
    case .use: return .use(try parseUse())
    case .insert: return .insert(try parseInsert())
    case .update: return .update(try parseUpdate())
    case .delete: return .delete(try parseDelete())
    case .merge: return .merge(try parseMerge())
    case .truncate: return .truncate(try parseTruncate())
    case .restore: return .restore(try parseRestore())
    case .optimize: return .optimize(try parseOptimize())
    case .vacuum: return .vacuum(try parseVacuum())
    case .unload: return .unload(try parseUnload())
    case .copy: return .unload(try parseCopy())
    case .set: return try parseSetOption()
    case .msck: return .repair(try parseRepair())
    case .cache, .uncache, .refresh, .analyze, .reset: return try parseIgnored()
    default: throw statementFailure()
    }
  }

  /// Words that begin statements of others, with what to do instead.
  private static let unsupported: [String: String?] = [
    "CALL": nil, "GRANT": nil, "REVOKE": nil,
    "PREPARE": "lake query --param name=value gives values to :name.",
    "EXECUTE": "lake query --param name=value gives values to :name.",
    "UNPIVOT": "Write a SELECT for each column, with UNION ALL between.",
    "PIVOT": "Write sum(x) FILTER (WHERE key = 'a') AS a for each value, and GROUP BY.",
    "BEGIN": "Each statement is a whole.", "START": "Each statement is a whole.",
    "COMMIT": "Each statement is a whole.", "ROLLBACK": "Each statement is a whole.",
    "PRAGMA": "DESCRIBE shows the columns of a table; SHOW TABLES lists tables.",
    "ATTACH": "Files are read as they are: SELECT * FROM 'file.parquet'.",
    "INSTALL": "Formats and functions are all built in.",
    "LOAD": "Put files into lake/landing and run lake crawl, or read them where they are: "
      + "SELECT * FROM 'file.json'.",
    "IMPORT": "Files are read as they are: SELECT * FROM 'file.parquet'.",
    "EXPORT": "COPY (SELECT …) TO 'file.parquet' writes a file.",
  ]

  private func statementFailure() -> LakeError {
    let isCommandOfShell =
      current.kind == .dot || source.bytes[current.range].first == UInt8(ascii: "\\")
    if isCommandOfShell {
      return LakeError(
        .invalidInput, "expected a statement, found \(found)", at: source.place(at: current.start),
        hint: "Commands that begin so are for shells. SHOW TABLES, DESCRIBE and SHOW FUNCTIONS are "
          + "understood everywhere.")
    }
    guard current.kind == .word else { return failure(expected: "a statement") }
    let word = source.text(current.range).uppercased()
    if let hint = Parser.unsupported[word] {
      return LakeError(
        .unsupported, "\(word) is not supported yet", at: source.place(at: current.start),
        hint: hint)
    }
    let starts: [Keyword] = [
      .select, .with, .create, .drop, .alter, .show, .describe, .explain, .use, .values, .from,
      .insert, .update, .delete, .merge, .summarize, .set,
    ]
    return failure(
      expected: "a statement", hint: suggestion(for: current, among: starts.map(\.spelled)))
  }

  /// A statement that has only its first words here, refused by name.
  func unsupportedFailure(_ what: String, hint: String? = nil) -> LakeError {
    LakeError(
      .unsupported, "\(what) is not supported yet", at: source.place(at: current.start), hint: hint)
  }

  private mutating func parseExplain() throws(LakeError) -> Explain {
    try enter(4)
    advance()
    var isAnalyze = accept(.analyze)
    acceptStyle()
    var format: Explain.Format?
    if current.kind == .leftParenthesis, !current.opensQuery {
      advance()
      repeat {
        if accept(.format) {
          format = try expect([(.json, .json), (.text, .text)])
        } else if accept(.analyze) {
          isAnalyze = true
        } else if source.text(current.range).uppercased() == "TYPE" {
          advance()
          advance()
        } else {
          throw failure(expected: [.format, .analyze])
        }
      } while accept(.comma)
      try expect(.rightParenthesis, "a comma or ')'")
    }
    let statement = try parseInnerStatement()
    leave(4)
    return Explain(isAnalyze: isAnalyze, format: format, statement)
  }

  /// How much other engines are to say of a plan: here it is always the same.
  private mutating func acceptStyle() {
    let styles = ["EXTENDED", "FORMATTED", "COST", "CODEGEN", "VERBOSE"]
    if styles.contains(source.text(current.range).uppercased()) { advance() }
  }

  private mutating func parseDrop() throws(LakeError) -> Drop {
    advance()
    let target: Drop.Target
    if accept(.consent, .policy) {
      target = .policy
    } else {
      target = try expect([
        (.table, .table), (.view, .view), (.database, .database), (.schema, .database),
      ])
    }
    let ifExists = accept(.if, .exists)
    let name = try parseQualifiedName()
    let isCascading = accept(.cascade)
    if !isCascading { _ = accept(.restrict) }
    var drop = Drop(target, name, ifExists: ifExists, isCascading: isCascading)
    drop.isPurging = target == .table && accept(.purge)
    return drop
  }

  /// `[CATALOG|DATABASE|SCHEMA] name`.
  private mutating func parseUse() throws(LakeError) -> QualifiedName {
    advance()
    if isNext(.catalog) || isNext(.database) || isNext(.schema), isName(token(ahead: 1)) {
      advance()
    }
    return try parseQualifiedName("the name of a zone or database")
  }

  var isEndOfStatement: Bool { isAtEnd || current.kind == .semicolon }

  /// `SELECT * FROM name`, of which only the name is written.
  mutating func parseWholeTable() throws(LakeError) -> Query {
    let start = current.start
    var body = SelectBody([SelectItem(.star(Star()), origin: origin(from: start))])
    let kind = try parseTableKind()
    body.from = [TableReference(kind, origin: origin(from: start))]
    body.origin = origin(from: start)
    return Query(.select(body), origin: origin(from: start))
  }

  /// CACHE, UNCACHE, REFRESH, ANALYZE and RESET: other engines have to be told these things.
  private mutating func parseIgnored() throws(LakeError) -> Statement.Kind {
    let isCache = isNext(.cache)
    let word = source.text(current.range).uppercased()
    advance()
    if word == "RESET" { return .ignored(word, of: isEndOfStatement ? nil : try parseTableName()) }
    if isCache, source.text(current.range).uppercased() == "LAZY" { advance() }
    try expect(.table)
    _ = accept(.if, .exists)
    let name = try parseTableName()
    if isCache, accept(.as) || isQueryNext {
      var view = CreateView(name, isReplacing: true, try parseQuery())
      view.isTemporary = true
      return .createView(view)
    }
    // What is to be measured, and how.
    while word == "ANALYZE", !isEndOfStatement { advance() }
    return .ignored("\(word) TABLE", of: name)
  }
}

// MARK: - DESCRIBE

extension Parser {
  private mutating func parseDescribe() throws(LakeError) -> Describe {
    advance()
    if isQueryNext { return Describe(.query(try parseQuery())) }
    if current.keyword == .table, isName(token(ahead: 1)) { advance() }
    if isNext(.database) || isNext(.schema), isName(token(ahead: 1)) {
      advance()
      return Describe(.database(try parseQualifiedName("the name of a zone or database")))
    }
    if isNext(.function), isName(token(ahead: 1)) {
      advance()
      return Describe(.function(try parseQualifiedName("a function")))
    }
    if isStoredTableNext, accept(.history) {
      let name = try parseStoredTableName()
      return Describe(.history(name, limit: accept(.limit) ? try parseCount("a number") : nil))
    }
    if isStoredTableNext, accept(word: "DETAIL") {
      return Describe(.detail(try parseStoredTableName()))
    }
    var style = Describe.Style.plain
    if isName(token(ahead: 1)) {
      if accept(.extended) { style = .extended } else if accept(.formatted) { style = .formatted }
    }
    let name = try parseTableName()
    let column = isEndOfStatement ? nil : try parseIdentifier("the name of a column")
    return Describe(.table(name, column: column), style: style)
  }

  /// `SUMMARIZE name`, `SUMMARIZE query`, `SUMMARIZE 'file'`.
  private mutating func parseSummarize() throws(LakeError) -> Query {
    advance()
    return isQueryNext ? try parseQuery() : try parseWholeTable()
  }
}

// MARK: - SHOW

extension Parser {
  private mutating func parseShow() throws(LakeError) -> Show {
    advance()
    if accept(.create, .table) { return .createTable(try parseTableName()) }
    if accept(.create, .view) { return .createView(try parseTableName()) }
    if accept(.tables) { return .tables(in: try parseSource(), like: try parseLike()) }
    if accept(.views) { return .views(in: try parseSource(), like: try parseLike()) }
    if accept(.columns) { return .columns(of: try parseShownTable(), like: try parseLike()) }
    if accept(.partitions) { return .partitions(of: try parseShownTable()) }
    if accept(.tblproperties) { return try parseShownProperties() }
    if accept(.schemas) || accept(.databases) {
      // There is one catalog.
      _ = try parseSource()
      return .databases(like: try parseLike())
    }
    if accept(.functions) { return .functions(like: try parseLike()) }
    if isNext(.consent), token(ahead: 1).keyword == .policies {
      advance()
      advance()
      return .policies
    }
    throw failure(
      expected: [
        .tables, .columns, .create, .schemas, .databases, .views, .functions, .partitions,
      ])
  }

  private mutating func parseShownProperties() throws(LakeError) -> Show {
    let name = try parseTableName()
    guard accept(.leftParenthesis) else { return .tableProperties(of: name, key: nil) }
    let key = try parseText("a key")
    try expect(.rightParenthesis, "')'")
    return .tableProperties(of: name, key: key)
  }

  /// `[FROM|IN] name`, if it is there.
  private mutating func parseSource() throws(LakeError) -> QualifiedName? {
    guard accept(.in) || accept(.from) else { return nil }
    return try parseQualifiedName("the name of a zone or database")
  }

  private mutating func parseShownTable() throws(LakeError) -> QualifiedName {
    if !accept(.in) { _ = accept(.from) }
    return try parseTableName()
  }

  /// `[LIKE] 'pattern'`, if it is there.
  private mutating func parseLike() throws(LakeError) -> String? {
    guard accept(.like) || current.kind == .string else { return nil }
    return try parseText("a pattern", orDoubleQuoted: false)
  }
}
