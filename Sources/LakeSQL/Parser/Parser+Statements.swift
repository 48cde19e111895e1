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
    switch current.keyword {
    case .explain: return .explain(try parseExplain())
    case .create: return try parseCreate()
    case .alter: return .alterTable(try parseAlter())
    case .drop: return .drop(try parseDrop())
    case .show: return .show(try parseShow())
    case .describe, .desc: return .describe(try parseDescribe())
    case .use:
      advance()
      return .use(try parseQualifiedName("the name of a zone or database"))
    case .insert: return .insert(try parseInsert())
    case .update: return .update(try parseUpdate())
    case .delete: return .delete(try parseDelete())
    case .merge: return .merge(try parseMerge())
    case .unload: return .unload(try parseUnload())
    case .copy: return .unload(try parseCopy())
    case .set: return .setOption(try parseSetOption())
    case .msck: return .repair(try parseRepair())
    default: throw statementFailure()
    }
  }

  /// Words that begin statements of others, with what to do instead.
  private static let unsupported: [String: String?] = [
    "TRUNCATE": nil, "OPTIMIZE": nil, "VACUUM": nil, "RESTORE": nil, "CALL": nil,
    "REFRESH": nil, "GRANT": nil, "REVOKE": nil, "ANALYZE": nil, "PREPARE": nil, "EXECUTE": nil,
    "UNPIVOT": nil, "PIVOT": nil, "BEGIN": nil, "COMMIT": nil, "ROLLBACK": nil,
  ]

  private func statementFailure() -> LakeError {
    guard current.kind == .word else { return failure(expected: "a statement") }
    let word = source.text(current.range).uppercased()
    if let hint = Parser.unsupported[word] {
      return LakeError(
        .unsupported, "\(word) is not supported yet", at: source.place(at: current.start),
        hint: hint)
    }
    let starts: [Keyword] = [
      .select, .with, .create, .drop, .alter, .show, .describe, .explain, .use, .values, .from,
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
    var format: Explain.Format?
    if current.kind == .leftParenthesis, !current.opensQuery {
      advance()
      repeat {
        if accept(.format) {
          format = try expect([(.json, .json), (.text, .text)])
        } else if accept(.analyze) {
          isAnalyze = true
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
    return Drop(target, name, ifExists: ifExists, isCascading: accept(.cascade))
  }

  private mutating func parseDescribe() throws(LakeError) -> Describe {
    advance()
    _ = accept(.table)
    var style = Describe.Style.plain
    if isName(token(ahead: 1)) {
      if accept(.extended) { style = .extended } else if accept(.formatted) { style = .formatted }
    }
    return Describe(try parseTableName(), style: style)
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
    if accept(.columns) { return .columns(of: try parseShownTable()) }
    if accept(.partitions) { return .partitions(of: try parseShownTable()) }
    if accept(.tblproperties) { return .tableProperties(of: try parseTableName()) }
    if accept(.schemas) || accept(.databases) { return .databases(like: try parseLike()) }
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
