/// Queries, clause by clause.
extension SQLPrinter {
  /// In one line if it fits.
  mutating func printFitting(_ query: Query) {
    fitting { $0.write(query) }
  }

  mutating func write(_ query: Query) {
    if !query.commonTables.isEmpty {
      write(query.isRecursive ? "WITH RECURSIVE " : "WITH ")
      for (index, table) in query.commonTables.enumerated() {
        if index > 0 {
          write(",")
          newLine()
        }
        write(table)
      }
      newLine()
    }
    write(query.body)
    if !query.orderBy.isEmpty {
      newLine()
      write("ORDER BY")
      breakingList(query.orderBy) { $0.write($1) }
    }
    if !query.limitHasTies { printClause("LIMIT", query.limit) { $0.printValue($1) } }
    printClause("OFFSET", query.offset) { $0.printValue($1) }
    if query.limitHasTies {
      printClause("FETCH FIRST", query.limit) { $0.printValue($1) }
      write(" ROWS WITH TIES")
    }
  }

  private mutating func write(_ table: CommonTable) {
    write(table.name)
    if !table.columns.isEmpty {
      write(" ")
      write(table.columns)
    }
    write(" AS ")
    parenthesized(table.query)
  }

  /// A clause of a word and an expression, if there is one.
  private mutating func printClause(
    _ word: String, _ expression: Expression?, _ body: (inout SQLPrinter, Expression) -> Void
  ) {
    guard let expression else { return }
    newLine()
    write(word + " ")
    body(&self, expression)
  }

  private mutating func write(_ body: QueryBody) {
    switch body {
    case .select(let select): write(select)
    case .values(let values):
      write("VALUES")
      breakingList(values.rows) { $0.printRow($1) }
    case .setOperation(let operation): write(operation)
    case .query(let query): parenthesized(query)
    }
  }

  private mutating func printRow(_ values: [Expression]) {
    write("(")
    list(values) { $0.write($1) }
    write(")")
  }

  private mutating func write(_ operation: SetOperation) {
    for (index, operand) in operation.operands.enumerated() {
      if index > 0 {
        newLine()
        write(operation.operator.rawValue + (operation.isAll ? " ALL" : ""))
        newLine()
      }
      write(operand, of: operation, isFirst: index == 0)
    }
  }

  /// The parser takes operands from the left, and INTERSECT before the others. Another order needs
  /// parentheses.
  private mutating func write(_ operand: QueryBody, of outer: SetOperation, isFirst: Bool) {
    guard case .setOperation(let inner) = operand else { return write(operand) }
    let bindsTighter = inner.operator == .intersect && outer.operator != .intersect
    let isSameLevel = (inner.operator == .intersect) == (outer.operator == .intersect)
    let isSame = inner.operator == outer.operator && inner.isAll == outer.isAll
    if bindsTighter || isFirst && isSameLevel && !isSame {
      write(inner)
    } else {
      parenthesized(Query(operand))
    }
  }
}

// MARK: - SELECT

extension SQLPrinter {
  private mutating func write(_ select: SelectBody) {
    write(select.isDistinct ? "SELECT DISTINCT" : "SELECT")
    breakingList(select.items) { $0.write($1) }
    if !select.from.isEmpty {
      newLine()
      printFrom(select.from)
    }
    printClause("WHERE", select.filter) { $0.write($1) }
    if let groupBy = select.groupBy {
      newLine()
      write("GROUP BY")
      write(groupBy)
    }
    printClause("HAVING", select.having) { $0.write($1) }
    if !select.windows.isEmpty {
      newLine()
      write("WINDOW")
      breakingList(select.windows) { printer, window in
        printer.write(window.name)
        printer.write(" AS ")
        printer.write(window.specification)
      }
    }
    printClause("QUALIFY", select.qualify) { $0.write($1) }
  }

  /// Joins break, and stand under the first table; members of a comma list on lines of their own.
  private mutating func printFrom(_ tables: [TableReference]) {
    write("FROM")
    if tables.count == 1 {
      write(" ")
      fitting { printer in printer.indented { $0.write(tables[0]) } }
    } else {
      breakingList(tables) { $0.write($1) }
    }
  }

  private mutating func write(_ item: SelectItem) {
    switch item.kind {
    case .star(let star): write(star)
    case .expression(let expression, let alias):
      write(expression)
      if let alias {
        write(" AS ")
        write(alias)
      }
    }
  }

  private mutating func write(_ star: Star) {
    if let qualifier = star.qualifier {
      write(qualifier)
      write(".")
    }
    write("*")
    if !star.excluded.isEmpty {
      write(" EXCEPT ")
      write(star.excluded)
    }
    if !star.replacements.isEmpty {
      write(" REPLACE (")
      list(star.replacements) { printer, replacement in
        printer.write(replacement.expression)
        printer.write(" AS ")
        printer.write(replacement.column)
      }
      write(")")
    }
    if !star.renamings.isEmpty {
      write(" RENAME (")
      list(star.renamings) { printer, renaming in
        printer.write(renaming.column)
        printer.write(" AS ")
        printer.write(renaming.name)
      }
      write(")")
    }
  }

  private mutating func write(_ groupBy: GroupBy) {
    switch groupBy {
    case .all: write(" ALL")
    case .elements(let elements): breakingList(elements) { $0.write($1) }
    }
  }

  private mutating func write(_ element: GroupingElement) {
    switch element {
    case .expression(let expression): write(expression)
    case .rollup(let sets): printSets("ROLLUP", sets)
    case .cube(let sets): printSets("CUBE", sets)
    case .groupingSets(let sets): printSets("GROUPING SETS", sets)
    }
  }

  private mutating func printSets(_ word: String, _ sets: [[Expression]]) {
    write(word + " (")
    list(sets) { printer, set in
      if set.count == 1 { printer.write(set[0]) } else { printer.printRow(set) }
    }
    write(")")
  }
}

// MARK: - FROM

extension SQLPrinter {
  mutating func write(_ table: TableReference) {
    switch table.kind {
    case .join(let join): write(join)
    case .table(let name, let version):
      write(name)
      printFor(version)
    case .file(let path, let version):
      printText(path)
      printFor(version)
    case .function(let call, let withOrdinality):
      write(call)
      if withOrdinality { write(" WITH ORDINALITY") }
    case .subquery(let query, let isLateral):
      if isLateral { write("LATERAL ") }
      parenthesized(query)
    }
    if let alias = table.alias {
      write(" AS ")
      write(alias.name)
      if !alias.columns.isEmpty {
        write(" ")
        write(alias.columns)
      }
    }
  }

  private mutating func printFor(_ version: TableVersion?) {
    guard let version else { return }
    write(" FOR ")
    write(version)
  }

  mutating func write(_ version: TableVersion) {
    switch version {
    case .number(let number):
      write("VERSION AS OF ")
      printValue(number)
    case .time(let time):
      write("TIMESTAMP AS OF ")
      printValue(time)
    }
  }

  private mutating func write(_ join: Join) {
    write(join.left)
    newLine()
    if join.condition == .natural { write("NATURAL ") }
    write(join.kind.rawValue + " ")
    if case .join = join.right.kind {
      write("(")
      write(join.right)
      write(")")
    } else {
      write(join.right)
    }
    switch join.condition {
    case .none, .natural: break
    case .on(let condition):
      write(" ON ")
      write(condition)
    case .using(let columns):
      write(" USING ")
      write(columns)
    }
  }
}
