import LakeCore

/// INSERT, UPDATE, DELETE, MERGE; UNLOAD and COPY; SET and MSCK.
extension Parser {
  mutating func parseInsert() throws(LakeError) -> Insert {
    advance()
    let isOverwriting = accept(.overwrite)
    if !isOverwriting { try expect(.into) } else { _ = accept(.into) }
    _ = accept(.table)
    let name = try parseTableName()
    if isNext(.partition) { throw unsupportedFailure("INSERT … PARTITION") }
    let columns =
      current.kind == .leftParenthesis && !current.opensQuery ? try parseColumnNames() : []
    guard isQueryNext else { throw failure(expected: [.values, .select]) }
    var insert = Insert(name, try parseQuery())
    insert.isOverwriting = isOverwriting
    insert.columns = columns
    return insert
  }

  mutating func parseUpdate() throws(LakeError) -> Update {
    advance()
    let name = try parseTableName()
    let alias = isNext(.set) ? nil : try parseAlias()
    try expect(.set)
    var update = Update(name, try parseAssignments())
    update.alias = alias
    if accept(.where) { update.filter = try parseExpression() }
    return update
  }

  private mutating func parseAssignments() throws(LakeError) -> [Assignment] {
    try parseList { parser throws(LakeError) in
      let start = parser.current.start
      let column = try parser.parseQualifiedName("the name of a column")
      try parser.expect(.equal, "'=' behind the column")
      let value = try parser.parseExpression()
      return Assignment(column, value, origin: parser.origin(from: start))
    }
  }

  mutating func parseDelete() throws(LakeError) -> Delete {
    advance()
    try expect(.from)
    var delete = Delete(try parseTableName())
    delete.alias = try parseAlias()
    if accept(.where) { delete.filter = try parseExpression() }
    return delete
  }

  mutating func parseMerge() throws(LakeError) -> Merge {
    advance()
    try expect(.into)
    let name = try parseTableName()
    let alias = isNext(.using) ? nil : try parseAlias()
    try expect(.using)
    let source = try parseTable()
    try expect(.on)
    var merge = Merge(name, source: source, on: try parseExpression())
    merge.alias = alias
    repeat { merge.clauses.append(try parseMergeClause()) } while isNext(.when)
    return merge
  }

  private mutating func parseMergeClause() throws(LakeError) -> Merge.Clause {
    let start = current.start
    try expect(.when)
    var match = Merge.Match.matched
    if accept(.not) { match = .notMatched }
    try expect(.matched)
    if match == .notMatched, accept(.by) {
      if accept(.source) { match = .notMatchedBySource } else { _ = try parseTarget() }
    }
    let condition = accept(.and) ? try parseExpression() : nil
    try expect(.then)
    let action = try match == .notMatched ? parseMergeInsert() : parseMergeChange()
    return Merge.Clause(match, condition: condition, action, origin: origin(from: start))
  }

  /// `BY TARGET` is what NOT MATCHED means anyway.
  private mutating func parseTarget() throws(LakeError) -> Bool {
    let word = source.text(current.range).uppercased()
    guard word == "TARGET" else { throw failure(expected: "SOURCE or TARGET") }
    advance()
    return true
  }

  private mutating func parseMergeInsert() throws(LakeError) -> Merge.Action {
    try expect(.insert)
    if accept(.star) { return .insertAll }
    let columns = current.kind == .leftParenthesis ? try parseColumnNames() : []
    try expect(.values)
    return .insert(columns: columns, values: try parseParenthesizedExpressions())
  }

  private mutating func parseMergeChange() throws(LakeError) -> Merge.Action {
    if accept(.delete) { return .delete }
    guard accept(.update) else { throw failure(expected: [.update, .delete]) }
    try expect(.set)
    return accept(.star) ? .updateAll : .update(try parseAssignments())
  }

  /// `UNLOAD (query) TO 'path' WITH (…)`.
  mutating func parseUnload() throws(LakeError) -> Unload {
    advance()
    var unload = Unload(try parseParenthesizedQuery(), to: try parseDestination())
    if accept(.with) { unload.properties = try parseProperties() }
    return unload
  }

  /// `COPY (query)|name TO 'path' [WITH] (FORMAT parquet, …)`.
  mutating func parseCopy() throws(LakeError) -> Unload {
    advance()
    let query = current.opensQuery ? try parseParenthesizedQuery() : try parseWholeTable()
    var unload = Unload(query, to: try parseDestination())
    let hasWith = accept(.with)
    if hasWith || current.kind == .leftParenthesis {
      unload.properties = try parseParenthesizedList { parser throws(LakeError) in
        let start = parser.current.start
        let key = try parser.parseIdentifier("an option")
        _ = parser.accept(.equal)
        if parser.isTextOfProperty {
          let valueStart = parser.current.start
          let text = try parser.parseTextOfProperty()
          let value = Expression(
            .literal(.string(text)), origin: parser.origin(from: valueStart))
          return Property(key.text, value, origin: parser.origin(from: start))
        }
        let value = try parser.parseOperand()
        return Property(key.text, value, origin: parser.origin(from: start))
      }
    }
    return unload
  }

  private mutating func parseDestination() throws(LakeError) -> String {
    try expect(.to)
    return try parseText("the path of a file")
  }

  /// `SET name = value`, `SET TIME ZONE value`; without a value it asks for one.
  mutating func parseSetOption() throws(LakeError) -> Statement.Kind {
    advance()
    let start = current.start
    if accept(.time, .zone) {
      let name = QualifiedName([Identifier("timezone")], origin: origin(from: start))
      return .setOption(SetOption(name, try parseOperand()))
    }
    if isEndOfStatement { return .showOptions(nil) }
    if source.text(current.range).uppercased() == "SESSION", isName(token(ahead: 1)) { advance() }
    let name = try parseQualifiedName("the name of a setting")
    if isEndOfStatement { return .showOptions(name) }
    try expect(.equal, "'=' behind the name")
    return .setOption(SetOption(name, try parseExpression()))
  }

  mutating func parseRepair() throws(LakeError) -> QualifiedName {
    advance()
    try expect(.repair)
    try expect(.table)
    return try parseTableName()
  }
}
