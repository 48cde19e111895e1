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
    if accept(.table) { return .createTable(try parseCreateTable(isReplacing)) }
    if accept(.view) { return .createView(try parseCreateView(isReplacing)) }
    if accept(.consent) {
      try expect(.policy)
      return .createPolicy(try parseCreatePolicy(isReplacing))
    }
    if isNext(.temporary) { throw unsupportedFailure("CREATE TEMPORARY") }
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
    if current.kind == .leftParenthesis, !current.opensQuery {
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
    } else if table.partitionedBy.isEmpty, accept(.partitioned, .by) {
      table.partitionedBy = try parseParenthesizedList { parser throws(LakeError) in
        try parser.parseExpression()
      }
    } else if isHiveClauseNext {
      throw failure(
        expected: "AS and a query",
        hint: "A table over files that are there already is made by CREATE EXTERNAL TABLE.")
    } else {
      return false
    }
    return true
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
    if current.kind == .quotedName, next == .comma || next == .rightParenthesis {
      // A text in double quotes, as Hive allows.
      let text = try parseText("a value")
      let value = Expression(.literal(.string(text)), origin: origin(from: valueStart))
      return Property(key, value, origin: origin(from: start))
    }
    let value = try parseExpression()
    return Property(key, value, origin: origin(from: start))
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
    if current.kind == .word, !isAtEnd {
      let word = source.text(current.range).uppercased()
      if ["DROP", "RENAME", "ALTER", "REPLACE", "RECOVER"].contains(word) {
        throw unsupportedFailure("ALTER TABLE … \(word)")
      }
    }
    throw failure(expected: [.add, .set])
  }

  private mutating func parseAddition() throws(LakeError) -> AlterTable.Action {
    if isNext(.columns, .leftParenthesis) {
      advance()
      return .addColumns(
        try parseParenthesizedList { parser throws(LakeError) in
          try parser.parseColumnDefinition(needsType: true)
        })
    }
    if isNext(.if) || isNext(.partition, .leftParenthesis) {
      throw unsupportedFailure(
        "ALTER TABLE … ADD PARTITION", hint: "Run lake crawl: it finds new partitions.")
    }
    if isNext(.column), isName(token(ahead: 1)), token(ahead: 2).kind == .word {
      advance()
      let start = current.start
      let column = try parseColumnDefinition(needsType: true)
      return .add(TableElement(.column(column), origin: origin(from: start)))
    }
    return .add(try parseTableElement())
  }

  private mutating func parseSetting() throws(LakeError) -> AlterTable.Action {
    if accept(.tblproperties) { return .setProperties(try parseProperties()) }
    if accept(.personal) {
      try expect(.equal, "'='")
      return .setPersonal(try expect([(.true, true), (.false, false)]))
    }
    throw failure(expected: [.personal, .tblproperties])
  }
}
