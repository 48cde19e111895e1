import LakeCore

/// CREATE and ALTER.
extension Parser {
  mutating func parseCreate() throws(LakeError) -> Statement.Kind {
    advance()
    let isReplacing = isNext(.or, .replace)
    if isReplacing {
      advance()
      advance()
    }
    if accept(.external) {
      try expect(.table)
      return .createExternalTable(try parseCreateExternalTable())
    }
    // What is temporary is of a session in any case.
    if isNext(.global, .temporary) || isNext(.global, .temp) { advance() }
    let isTemporary = accept(.temporary) || accept(.temp)
    if accept(.table) {
      var table = try parseCreateTable(isReplacing)
      table.isTemporary = isTemporary
      return .createTable(table)
    }
    if accept(.view) {
      var view = try parseCreateView(isReplacing)
      view.isTemporary = isTemporary
      return .createView(view)
    }
    if isTemporary { throw failure(expected: [.table, .view]) }
    if accept(.consent) {
      try expect(.policy)
      return .createPolicy(try parseCreatePolicy(isReplacing))
    }
    if !isReplacing, accept(.database) || accept(.schema) {
      return .createDatabase(try parseCreateDatabase())
    }
    let all: [Keyword] = [.table, .external, .view, .consent, .database, .schema]
    throw failure(expected: isReplacing ? Array(all.prefix(4)) : all)
  }

  mutating func parseIfNotExists() -> Bool { accept(.if, .not, .exists) }

  private mutating func parseComment() throws(LakeError) -> String? {
    accept(.comment) ? try parseText("a comment") : nil
  }

  private mutating func parseCreateDatabase() throws(LakeError) -> CreateDatabase {
    let ifNotExists = parseIfNotExists()
    let name = try parseQualifiedName("the name of a database")
    return CreateDatabase(name, ifNotExists: ifNotExists, comment: try parseComment())
  }

  private mutating func parseCreateView(_ isReplacing: Bool) throws(LakeError) -> CreateView {
    let ifNotExists = parseIfNotExists()
    let name = try parseQualifiedName("the name of a view")
    let columns = current.kind == .leftParenthesis ? try parseColumnNames() : []
    let comment = try parseComment()
    try expect(.as)
    return CreateView(
      name, isReplacing: isReplacing, ifNotExists: ifNotExists, columns: columns, comment: comment,
      try parseQuery())
  }

  private mutating func parseCreateTable(_ isReplacing: Bool) throws(LakeError) -> CreateTable {
    let ifNotExists = parseIfNotExists()
    var table = CreateTable(try parseTableName())
    table.isReplacing = isReplacing
    table.ifNotExists = ifNotExists
    if accept(.like) {
      table.like = try parseTableName()
    } else if current.kind == .leftParenthesis, token(ahead: 1).keyword == .like {
      advance()
      advance()
      table.like = try parseTableName()
      try expect(.rightParenthesis, "')'")
    } else if current.kind == .leftParenthesis, !current.opensQuery {
      table.elements = try parseParenthesizedList { parser throws(LakeError) in
        try parser.parseTableElement()
      }
    }
    while try parseTableClause(&table) {}
    if accept(.as) || isQueryNext { table.query = try parseQuery() }
    return table
  }

  /// One of the clauses between the elements and AS, in any order; false if there is none.
  private mutating func parseTableClause(_ table: inout CreateTable) throws(LakeError) -> Bool {
    if table.comment == nil, isNext(.comment) {
      table.comment = try parseComment()
    } else if table.properties.isEmpty, isNext(.with, .leftParenthesis) {
      advance()
      table.properties = try parseProperties()
    } else if table.tableProperties.isEmpty, accept(.tblproperties) {
      table.tableProperties = try parseProperties()
    } else if table.format == nil, accept(.using) {
      table.format = try parseIdentifier("the name of a format")
    } else if table.partitionedBy.isEmpty, table.partitionColumns.isEmpty,
      accept(.partitioned, .by)
    {
      try parsePartitioning(of: &table)
    } else if table.format != nil, table.location == nil, accept(.location) {
      table.location = try parseText("a location")
    } else if isHiveClauseNext {
      throw failure(
        expected: "AS and a query",
        hint: "A table over files that are there already is made by CREATE EXTERNAL TABLE.")
    } else {
      return false
    }
    return true
  }

  /// `(a, days(b))`, or `(a date, b int)` of Hive.
  private mutating func parsePartitioning(of table: inout CreateTable) throws(LakeError) {
    let hasTypes = isName(token(ahead: 1)) && token(ahead: 2).kind == .word
    if hasTypes {
      table.partitionColumns = try parseColumns()
    } else {
      table.partitionedBy = try parseParenthesizedList { parser throws(LakeError) in
        try parser.parseExpression()
      }
    }
  }

  private var isHiveClauseNext: Bool {
    isNext(.location) || isNext(.stored, .as) || isNext(.row, .format)
  }

  /// `('key' = 'value', key = expression)`.
  mutating func parseProperties() throws(LakeError) -> [Property] {
    try parseParenthesizedList { parser throws(LakeError) in try parser.parseProperty() }
  }

  private mutating func parseProperty() throws(LakeError) -> Property {
    let start = current.start
    let key: String
    if current.kind == .string {
      key = try parseText("a key")
    } else {
      key = try parseQualifiedName("a key").text
    }
    try expect(.equal, "'=' behind the key")
    let valueStart = current.start
    let next = token(ahead: 1).kind
    if isTextOfProperty, next == .comma || next == .rightParenthesis {
      let text = try parseTextOfProperty()
      let value = Expression(.literal(.string(text)), origin: origin(from: valueStart))
      return Property(key, value, origin: origin(from: start))
    }
    let value = try parseExpression()
    return Property(key, value, origin: origin(from: start))
  }

  /// A text in double quotes, as Hive allows, or a word that is no keyword: a property is about no
  /// column whose name it could be.
  var isTextOfProperty: Bool {
    if current.kind == .quotedName { return true }
    guard current.kind == .word else { return false }
    return current.keyword != .true && current.keyword != .false && current.keyword != .null
  }

  mutating func parseTextOfProperty() throws(LakeError) -> String {
    current.kind == .quotedName
      ? try parseText("a value") : try parseIdentifier("a value").text
  }
}

// MARK: - ALTER

extension Parser {
  mutating func parseAlter() throws(LakeError) -> AlterTable {
    advance()
    guard isNext(.table) else {
      if current.kind == .word, !isAtEnd, !isNext(.table) { throw failure(expected: [.table]) }
      throw failure(expected: [.table])
    }
    advance()
    let name = try parseTableName()
    if accept(.add) { return AlterTable(name, try parseAddition()) }
    if accept(.set) { return AlterTable(name, try parseSetting()) }
    if accept(.unset) { return AlterTable(name, try parseUnsetting()) }
    if accept(.rename) { return AlterTable(name, try parseRename()) }
    if accept(.drop) { return AlterTable(name, try parseDropPart()) }
    if accept(.change) { return AlterTable(name, try parseColumnChange(isHive: true)) }
    if accept(.alter) { return AlterTable(name, try parseColumnChange(isHive: false)) }
    if accept(.replace, .columns) { return AlterTable(name, .replaceColumns(try parseColumns())) }
    if accept(.recover, .partitions) { return AlterTable(name, .recoverPartitions) }
    throw failure(
      expected: [.add, .alter, .drop, .rename, .change, .replace, .recover, .set, .unset])
  }

  private mutating func parseColumns() throws(LakeError) -> [ColumnDefinition] {
    try parseParenthesizedList { parser throws(LakeError) in
      try parser.parseColumnDefinition(needsType: true)
    }
  }

  private mutating func parseRename() throws(LakeError) -> AlterTable.Action {
    if accept(.to) { return .rename(try parseTableName()) }
    try expect(.column)
    let old = try parseIdentifier("the name of a column")
    try expect(.to)
    return .renameColumn(old, to: try parseIdentifier("the new name"))
  }

  private mutating func parseDropPart() throws(LakeError) -> AlterTable.Action {
    if accept(.constraint) {
      let ifExists = accept(.if, .exists)
      let name = try parseIdentifier("the name of a constraint")
      if !accept(.cascade) { _ = accept(.restrict) }
      return .dropConstraint(name, ifExists: ifExists)
    }
    var ifExists = accept(.if, .exists)
    if isNext(.partition) {
      return .dropPartitions(try parsePartitions(), ifExists: ifExists)
    }
    if !accept(.columns) { _ = accept(.column) }
    if !ifExists { ifExists = accept(.if, .exists) }
    let isListed = current.kind == .leftParenthesis
    let names =
      isListed ? try parseColumnNames() : [try parseIdentifier("the name of a column")]
    return .dropColumns(names, ifExists: ifExists)
  }

  /// `PARTITION (a = 1) [LOCATION '…']`, once or several times.
  private mutating func parsePartitions() throws(LakeError) -> [PartitionSpec] {
    var result: [PartitionSpec] = []
    repeat {
      let start = current.start
      try expect(.partition)
      let values = try parseProperties()
      let location = accept(.location) ? try parseText("a location") : nil
      result.append(PartitionSpec(values, location: location, origin: origin(from: start)))
    } while accept(.comma) || isNext(.partition)
    return result
  }

  private mutating func parseAddition() throws(LakeError) -> AlterTable.Action {
    if isSeveralColumnsNext { return try parseNewColumns() }
    let ifNotExists = accept(.if, .not, .exists)
    if ifNotExists || isNext(.partition, .leftParenthesis) {
      return .addPartitions(try parsePartitions(), ifNotExists: ifNotExists)
    }
    if isNext(.column), isName(token(ahead: 1)), token(ahead: 2).kind == .word {
      advance()
      let start = current.start
      let column = try parseColumnDefinition(needsType: true)
      try refusePlacement()
      return .add(TableElement(.column(column), origin: origin(from: start)))
    }
    return .add(try parseTableElement())
  }

  /// Whether COLUMN or COLUMNS is no name of a column itself.
  private var isSeveralColumnsNext: Bool {
    guard isNext(.columns) || isNext(.column) else { return false }
    if token(ahead: 1).kind == .leftParenthesis || token(ahead: 1).keyword == .if { return true }
    return isNext(.columns) && isName(token(ahead: 1)) && token(ahead: 2).kind == .word
  }

  /// `COLUMN[S] [IF NOT EXISTS] (a int, b int)`, the parentheses left away or not.
  private mutating func parseNewColumns() throws(LakeError) -> AlterTable.Action {
    advance()
    let ifNotExists = parseIfNotExists()
    let columns =
      try current.kind == .leftParenthesis
      ? parseColumns()
      : parseList { parser throws(LakeError) in
        try parser.parseColumnDefinition(needsType: true)
      }
    try refusePlacement()
    return .addColumns(columns, ifNotExists: ifNotExists)
  }

  private func refusePlacement() throws(LakeError) {
    guard isNext(.first) || isNext(.after) else { return }
    throw unsupportedFailure(
      "FIRST and AFTER", hint: "A new column stands behind the others; SELECT them in any order.")
  }

  /// What ALTER COLUMN says of a column; CHANGE COLUMN says it alike, or as Hive does.
  private mutating func parseColumnChange(isHive: Bool) throws(LakeError) -> AlterTable.Action {
    _ = accept(.column)
    let column = try parseIdentifier("the name of a column")
    if let change = try parseColumnChangeByWord() { return .alterColumn(column, change) }
    guard isHive else {
      throw failure(expected: "TYPE, SET DATA TYPE, SET NOT NULL, DROP NOT NULL or COMMENT")
    }
    let new = try parseColumnDefinition(needsType: true)
    try refusePlacement()
    return .changeColumn(column, new)
  }

  private mutating func parseColumnChangeByWord() throws(LakeError) -> ColumnChange? {
    let next = token(ahead: 1)
    if isNext(.comment), next.kind == .string {
      return .comment(try parseComment() ?? "")
    }
    if isNext(word: "TYPE"), next.kind == .word {
      advance()
      return .type(try parseTypeName())
    }
    if isNext(.set), next.keyword == .not {
      advance()
      try expect(.not)
      try expect(.null)
      return .setNotNull
    }
    if isNext(.set), source.text(next.range).uppercased() == "DATA" {
      advance()
      advance()
      try expect(word: "TYPE")
      return .type(try parseTypeName())
    }
    if accept(.drop, .not, .null) { return .dropNotNull }
    return nil
  }

  private mutating func parseSetting() throws(LakeError) -> AlterTable.Action {
    if accept(.tblproperties) { return .setProperties(try parseProperties()) }
    if accept(.personal) {
      try expect(.equal, "'='")
      return .setPersonal(try expect([(.true, true), (.false, false)]))
    }
    if accept(.location) { return .setLocation(try parseText("a location")) }
    if accept(.serdeproperties) { return .setSerdeProperties(try parseProperties()) }
    if accept(.serde) {
      throw unsupportedFailure(
        "ALTER TABLE … SET SERDE", hint: "Define the table again: DROP TABLE, then CREATE.")
    }
    throw failure(expected: [.personal, .tblproperties, .serdeproperties, .location])
  }

  private mutating func parseUnsetting() throws(LakeError) -> AlterTable.Action {
    try expect(.tblproperties)
    let ifExists = accept(.if, .exists)
    let keys = try parseParenthesizedList { parser throws(LakeError) in
      try parser.parseText("a key")
    }
    return .unsetProperties(keys, ifExists: ifExists)
  }
}
