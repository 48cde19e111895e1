/// Statements around queries.
extension SQLPrinter {
  mutating func write(_ statement: Statement) {
    switch statement.kind {
    case .query(let query): printFitting(query)
    case .explain(let explain): write(explain)
    case .createTable(let table): write(table)
    case .createExternalTable(let table): write(table)
    case .createView(let view): write(view)
    case .createPolicy(let policy): write(policy)
    case .createDatabase(let database): write(database)
    case .alterTable(let change): write(change)
    case .drop(let drop): write(drop)
    case .show(let show): write(show)
    case .describe(let describe): write(describe)
    case .summarize(let query):
      write("SUMMARIZE ")
      printFitting(query)
    case .use(let name):
      write("USE ")
      write(name)
    case .insert(let insert): write(insert)
    case .update(let update): write(update)
    case .delete(let delete): write(delete)
    case .merge(let merge): write(merge)
    case .truncate(let truncate): write(truncate)
    case .restore(let restore): write(restore)
    case .optimize(let optimize): write(optimize)
    case .vacuum(let vacuum): write(vacuum)
    case .unload(let unload): write(unload)
    case .setOption(let option): write(option)
    case .repair(let name):
      write("MSCK REPAIR TABLE ")
      write(name)
    case .showOptions(let name): write("SET", of: name)
    case .ignored(let words, let name): write(words, of: name)
    }
  }

  private mutating func write(_ words: String, of name: QualifiedName?) {
    write(words)
    guard let name else { return }
    write(" ")
    write(name)
  }

  private mutating func write(_ describe: Describe) {
    write("DESCRIBE ")
    if describe.style != .plain { write(describe.style.rawValue + " ") }
    switch describe.subject {
    case .query(let query): printFitting(query)
    case .history(let name, let limit):
      write("HISTORY", of: name)
      if let limit { write(" LIMIT \(limit)") }
    case .detail(let name): write("DETAIL", of: name)
    case .database(let name): write("DATABASE", of: name)
    case .function(let name): write("FUNCTION", of: name)
    case .table(let name, let column):
      write(name)
      guard let column else { return }
      write(" ")
      write(column)
    }
  }

  private mutating func write(_ explain: Explain) {
    write("EXPLAIN ")
    if explain.isAnalyze { write("ANALYZE ") }
    if let format = explain.format { write("(FORMAT \(format.rawValue)) ") }
    write(explain.statement)
  }

  private mutating func write(_ drop: Drop) {
    write("DROP \(drop.target.rawValue) ")
    if drop.ifExists { write("IF EXISTS ") }
    write(drop.name)
    if drop.isCascading { write(" CASCADE") }
    if drop.isPurging { write(" PURGE") }
  }

  private mutating func write(_ show: Show) {
    switch show {
    case .tables(let name, let like): printShow("TABLES", in: name, like)
    case .views(let name, let like): printShow("VIEWS", in: name, like)
    case .columns(let name, let like): printShow("COLUMNS", in: name, like)
    case .partitions(let name): printShow("PARTITIONS", of: name)
    case .databases(let like): printShow("DATABASES", in: nil, like)
    case .functions(let like): printShow("FUNCTIONS", in: nil, like)
    case .policies: write("SHOW CONSENT POLICIES")
    case .createTable(let name): printShow("CREATE TABLE", of: name)
    case .createView(let name): printShow("CREATE VIEW", of: name)
    case .tableProperties(let name, let key):
      printShow("TBLPROPERTIES", of: name)
      guard let key else { return }
      write("(")
      printText(key)
      write(")")
    }
  }

  private mutating func printShow(_ what: String, of name: QualifiedName) {
    write("SHOW \(what) ")
    write(name)
  }

  private mutating func printShow(_ what: String, in name: QualifiedName?, _ like: String?) {
    write("SHOW \(what)")
    if let name {
      write(" IN ")
      write(name)
    }
    if let like {
      write(" LIKE ")
      printText(like)
    }
  }

  private mutating func write(_ database: CreateDatabase) {
    write("CREATE DATABASE ")
    if database.ifNotExists { write("IF NOT EXISTS ") }
    write(database.name)
    printComment(database.comment, separator: " ")
  }

  private mutating func write(_ view: CreateView) {
    write(view.isReplacing ? "CREATE OR REPLACE " : "CREATE ")
    write(view.isTemporary ? "TEMPORARY VIEW " : "VIEW ")
    if view.ifNotExists { write("IF NOT EXISTS ") }
    write(view.name)
    if !view.columns.isEmpty {
      write(" ")
      write(view.columns)
    }
    printComment(view.comment, separator: " ")
    write(" AS")
    newLine()
    printFitting(view.query)
  }

  mutating func printComment(_ comment: String?, separator: String) {
    guard let comment else { return }
    if separator == "\n" { newLine() } else { write(separator) }
    write("COMMENT ")
    printText(comment)
  }
}

// MARK: - Tables

extension SQLPrinter {
  private mutating func write(_ table: CreateTable) {
    write(table.isReplacing ? "CREATE OR REPLACE " : "CREATE ")
    write(table.isTemporary ? "TEMPORARY TABLE " : "TABLE ")
    if table.ifNotExists { write("IF NOT EXISTS ") }
    write(table.name)
    if let like = table.like { write(" LIKE", of: like) }
    if !table.elements.isEmpty {
      write(" ")
      block(table.elements) { $0.write($1) }
    }
    if let format = table.format {
      newLine()
      write("USING ")
      write(format)
    }
    if let location = table.location {
      newLine()
      write("LOCATION ")
      printText(location)
    }
    printComment(table.comment, separator: "\n")
    printPartitioning(table)
    if !table.properties.isEmpty {
      newLine()
      write("WITH ")
      printProperties(table.properties, plainKeys: true)
    }
    printTableProperties(table.tableProperties)
    if let query = table.query {
      newLine()
      write("AS")
      newLine()
      printFitting(query)
    }
  }

  private mutating func printPartitioning(_ table: CreateTable) {
    guard !table.partitionedBy.isEmpty || !table.partitionColumns.isEmpty else { return }
    newLine()
    write("PARTITIONED BY (")
    list(table.partitionedBy) { $0.printPartition($1) }
    list(table.partitionColumns) { $0.write($1) }
    write(")")
  }

  /// A name with a word behind it would be a column and its type.
  private mutating func printPartition(_ expression: Expression) {
    switch expression.kind {
    case .name, .call, .literal: write(expression)
    default:
      write("(")
      write(expression)
      write(")")
    }
  }

  private mutating func printTableProperties(_ properties: [Property]) {
    guard !properties.isEmpty else { return }
    newLine()
    write("TBLPROPERTIES ")
    printProperties(properties, plainKeys: false)
  }

  mutating func printProperties(_ properties: [Property], plainKeys: Bool) {
    fitting { printer in
      printer.block(properties) { printer, property in
        if plainKeys, !SQLPrinter.needsQuotes(property.key) {
          printer.write(property.key)
        } else {
          printer.printText(property.key)
        }
        printer.write(" = ")
        printer.write(property.value)
      }
    }
  }

  private mutating func write(_ change: AlterTable) {
    write("ALTER TABLE ")
    write(change.name)
    switch change.action {
    case .add(let element):
      write(" ADD ")
      write(element)
    case .addColumns(let columns, let ifNotExists):
      write(ifNotExists ? " ADD COLUMNS IF NOT EXISTS (" : " ADD COLUMNS (")
      list(columns) { $0.write($1) }
      write(")")
    case .setPersonal(let isPersonal):
      write(" SET PERSONAL = " + (isPersonal ? "TRUE" : "FALSE"))
    case .setProperties(let properties):
      write(" SET TBLPROPERTIES ")
      printProperties(properties, plainKeys: false)
    default: printChange(change.action)
    }
  }

  private mutating func write(_ table: CreateExternalTable) {
    quotes = .backTicks
    defer { quotes = .double }
    write("CREATE EXTERNAL TABLE ")
    if table.ifNotExists { write("IF NOT EXISTS ") }
    write(table.name)
    if !table.columns.isEmpty {
      write(" ")
      block(table.columns) { $0.write($1) }
    }
    printComment(table.comment, separator: "\n")
    if !table.partitionedBy.isEmpty {
      newLine()
      write("PARTITIONED BY (")
      list(table.partitionedBy) { $0.write($1) }
      write(")")
    }
    write(table.rowFormat)
    write(table.storage)
    if let location = table.location {
      newLine()
      write("LOCATION ")
      printText(location)
    }
    printTableProperties(table.tableProperties)
  }

  private mutating func write(_ format: CreateExternalTable.RowFormat?) {
    guard let format else { return }
    newLine()
    switch format {
    case .serde(let name, let properties):
      write("ROW FORMAT SERDE ")
      printText(name)
      if !properties.isEmpty {
        newLine()
        write("WITH SERDEPROPERTIES ")
        printProperties(properties, plainKeys: false)
      }
    case .delimited(let delimiters):
      write("ROW FORMAT DELIMITED")
      indented { $0.write(delimiters) }
    }
  }

  private mutating func write(_ delimiters: Delimiters) {
    printDelimiter("FIELDS TERMINATED BY", delimiters.fields)
    printDelimiter("ESCAPED BY", delimiters.escape)
    printDelimiter("COLLECTION ITEMS TERMINATED BY", delimiters.collectionItems)
    printDelimiter("MAP KEYS TERMINATED BY", delimiters.mapKeys)
    printDelimiter("LINES TERMINATED BY", delimiters.lines)
    printDelimiter("NULL DEFINED AS", delimiters.null)
  }

  private mutating func printDelimiter(_ words: String, _ text: String?) {
    guard let text else { return }
    newLine()
    write(words + " ")
    printText(text)
  }

  private mutating func write(_ storage: CreateExternalTable.Storage?) {
    guard let storage else { return }
    newLine()
    switch storage {
    case .format(let name):
      write("STORED AS ")
      write(name)
    case .classes(let input, let output):
      write("STORED AS INPUTFORMAT ")
      printText(input)
      newLine()
      write("OUTPUTFORMAT ")
      printText(output)
    }
  }
}
