import LakeCore

/// CREATE EXTERNAL TABLE, as Hive, Athena and Glue write it; also with the USING of Spark.
extension Parser {
  mutating func parseCreateExternalTable() throws(LakeError) -> CreateExternalTable {
    let ifNotExists = parseIfNotExists()
    var table = CreateExternalTable(try parseTableName())
    table.ifNotExists = ifNotExists
    if current.kind == .leftParenthesis { table.columns = try parseTypedColumns() }
    while try parseExternalClause(&table) {}
    return table
  }

  private mutating func parseTypedColumns() throws(LakeError) -> [ColumnDefinition] {
    try parseParenthesizedList { parser throws(LakeError) in
      try parser.parseColumnDefinition(needsType: true)
    }
  }

  /// One clause, in any order; false if there is none.
  private mutating func parseExternalClause(
    _ table: inout CreateExternalTable
  ) throws(LakeError) -> Bool {
    if table.comment == nil, accept(.comment) {
      table.comment = try parseText("a comment")
    } else if table.partitionedBy.isEmpty, accept(.partitioned, .by) {
      table.partitionedBy = try parseTypedColumns()
    } else if table.rowFormat == nil, accept(.row, .format) {
      table.rowFormat = try parseRowFormat()
    } else if isNext(.with), token(ahead: 1).keyword == .serdeproperties {
      try parseSerdeProperties(&table)
    } else if table.storage == nil, accept(.stored, .as) {
      table.storage = try parseStorage()
    } else if table.storage == nil, accept(.using) {
      table.storage = .format(try parseIdentifier("the name of a format"))
    } else if table.location == nil, accept(.location) {
      table.location = try parseText("a location")
    } else if table.tableProperties.isEmpty, accept(.tblproperties) {
      table.tableProperties = try parseProperties()
    } else if isNext(.clustered, .by) {
      throw unsupportedFailure("CLUSTERED BY")
    } else {
      return false
    }
    return true
  }

  private mutating func parseRowFormat() throws(LakeError) -> CreateExternalTable.RowFormat {
    if accept(.serde) { return .serde(try parseText("the name of a SerDe"), properties: []) }
    guard accept(.delimited) else { throw failure(expected: [.serde, .delimited]) }
    return .delimited(try parseDelimiters())
  }

  private mutating func parseSerdeProperties(
    _ table: inout CreateExternalTable
  ) throws(LakeError) {
    let place = source.place(at: current.start)
    advance()
    advance()
    let properties = try parseProperties()
    guard case .serde(let name, properties: let before)? = table.rowFormat, before.isEmpty else {
      throw LakeError(
        .invalidInput, "SERDEPROPERTIES belong to a SerDe", at: place,
        hint: "Write ROW FORMAT SERDE '…' before them.")
    }
    table.rowFormat = .serde(name, properties: properties)
  }

  private mutating func parseDelimiters() throws(LakeError) -> Delimiters {
    var delimiters = Delimiters()
    while true {
      if accept(.fields) {
        delimiters.fields = try parseTerminator()
      } else if accept(.escaped, .by) {
        delimiters.escape = try parseText("a character")
      } else if accept(.collection, .items) {
        delimiters.collectionItems = try parseTerminator()
      } else if accept(.map, .keys) {
        delimiters.mapKeys = try parseTerminator()
      } else if accept(.lines) {
        delimiters.lines = try parseTerminator()
      } else if accept(.null) {
        _ = acceptDefined()
        try expect(.as)
        delimiters.null = try parseText("a text")
      } else {
        return delimiters
      }
    }
  }

  private mutating func acceptDefined() -> Bool {
    guard current.kind == .word, source.text(current.range).uppercased() == "DEFINED" else {
      return false
    }
    advance()
    return true
  }

  private mutating func parseTerminator() throws(LakeError) -> String {
    try expect(.terminated)
    try expect(.by)
    return try parseText("a character")
  }

  private mutating func parseStorage() throws(LakeError) -> CreateExternalTable.Storage {
    guard accept(.inputformat) else {
      return .format(try parseIdentifier("the name of a format"))
    }
    let input = try parseText("the name of a class")
    try expect(.outputformat)
    return .classes(input: input, output: try parseText("the name of a class"))
  }
}
