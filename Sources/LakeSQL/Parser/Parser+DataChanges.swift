import LakeCore

/// INSERT, UPDATE, DELETE, MERGE; UNLOAD and COPY; SET and MSCK.
extension Parser {
  mutating func parseInsert() throws(LakeError) -> Insert {
    advance()
    let evolvesSchema = accept(.with, .schema, .evolution)
    let isOverwriting = accept(.overwrite)
    if !isOverwriting { try expect(.into) } else { _ = accept(.into) }
    try refuseDirectory()
    _ = accept(.table)
    var insert = Insert(try parseStoredTableName(), Query(.values(ValuesBody([]))))
    insert.isOverwriting = isOverwriting
    insert.evolvesSchema = evolvesSchema
    if isNext(.partition, .leftParenthesis) {
      advance()
      insert.partition = try parsePartitionFields()
      insert.ifNotExists = parseIfNotExists()
    }
    try parseColumns(of: &insert)
    if accept(.replace, .where) { insert.replaced = try parseExpression() }
    if isNext(.with, .leftParenthesis) {
      advance()
      insert.evolvesSchema = try parseSchemaMerging()
    }
    insert.query = try parseInsertedQuery()
    return insert
  }

  /// `(a, b)` or `BY NAME`. `BY POSITION`, of DuckDB, is what is meant anyway.
  private mutating func parseColumns(of insert: inout Insert) throws(LakeError) {
    if current.kind == .leftParenthesis, !current.opensQuery {
      insert.columns = try parseColumnNames()
    } else if accept(.by) {
      insert.isByName = !accept(.position)
      if insert.isByName { try expect(word: "NAME") }
    }
  }

  private mutating func parseInsertedQuery() throws(LakeError) -> Query {
    if accept(.table) { return try parseWholeTable() }
    guard isQueryNext else { throw failure(expected: [.values, .select]) }
    return try parseQuery()
  }

  private func refuseDirectory() throws(LakeError) {
    guard isNext(word: "DIRECTORY") || isNext(.local), token(ahead: 1).kind != .dot,
      token(ahead: 1).kind == .string || token(ahead: 2).kind == .string
    else { return }
    throw unsupportedFailure(
      "INSERT OVERWRITE DIRECTORY", hint: "COPY (SELECT …) TO 'file.parquet' writes a file.")
  }

  /// `(day = '2024-05-31', hour)`.
  mutating func parsePartitionFields() throws(LakeError) -> [PartitionField] {
    try parseParenthesizedList { parser throws(LakeError) in
      let start = parser.current.start
      let column = try parser.parseIdentifier("the name of a column")
      let value = parser.accept(.equal) ? try parser.parseExpression() : nil
      return PartitionField(column, value, origin: parser.origin(from: start))
    }
  }

  /// `(merge_schema = true)`, of which nothing else is an option of INSERT.
  private mutating func parseSchemaMerging() throws(LakeError) -> Bool {
    var result = false
    for property in try parseProperties() {
      guard property.key.lowercased() == "merge_schema",
        case .literal(.boolean(let value)) = property.value.kind
      else {
        throw LakeError(
          .invalidInput, "'\(property.key)' is no option of INSERT",
          at: source.place(at: property.range.lowerBound),
          hint: "WITH (merge_schema = true) adds the columns that the table does not have.")
      }
      result = value
    }
    return result
  }

  mutating func parseUpdate() throws(LakeError) -> Update {
    advance()
    let name = try parseStoredTableName()
    let alias = isNext(.set) ? nil : try parseAlias()
    try expect(.set)
    var update = Update(name, try parseAssignments())
    update.alias = alias
    if isNext(.from) {
      throw unsupportedFailure(
        "UPDATE … FROM",
        hint: "MERGE INTO \(name.sql) USING … ON … WHEN MATCHED THEN UPDATE SET … does it.")
    }
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
    var delete = Delete(try parseStoredTableName())
    delete.alias = try parseAlias()
    if isNext(.using) {
      throw unsupportedFailure(
        "DELETE … USING", hint: "WHERE … IN (SELECT …) or WHERE EXISTS (SELECT …) does it.")
    }
    if accept(.where) { delete.filter = try parseExpression() }
    return delete
  }

  mutating func parseMerge() throws(LakeError) -> Merge {
    advance()
    let evolvesSchema = accept(.with, .schema, .evolution)
    try expect(.into)
    let name = try parseStoredTableName()
    let alias = isNext(.using) ? nil : try parseAlias()
    try expect(.using)
    let source = try parseTable()
    try expect(.on)
    var merge = Merge(name, source: source, on: try parseExpression())
    merge.alias = alias
    merge.evolvesSchema = evolvesSchema
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
    guard accept(word: "TARGET") else { throw failure(expected: "SOURCE or TARGET") }
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
