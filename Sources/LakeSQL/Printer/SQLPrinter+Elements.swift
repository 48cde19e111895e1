/// What stands in the parentheses of CREATE TABLE, and consent policies.
extension SQLPrinter {
  mutating func write(_ element: TableElement) {
    switch element.kind {
    case .column(let column): write(column)
    case .constraint(let constraint): write(constraint, isOfColumn: false)
    case .consent(let clause): write(clause)
    case .lawfulBasis(let basis):
      write("LAWFUL BASIS ")
      write(basis.basis)
      write(" BECAUSE ")
      printText(basis.reason)
    }
  }

  mutating func write(_ column: ColumnDefinition) {
    write(column.name)
    if let type = column.type {
      write(" " + type.type.spelled(quotes == .backTicks ? .hive : .trino))
    }
    for constraint in column.constraints {
      write(" ")
      write(constraint, isOfColumn: true)
    }
    printComment(column.comment, separator: " ")
  }

  private mutating func write(_ constraint: TableConstraint, isOfColumn: Bool) {
    if let name = constraint.name {
      write("CONSTRAINT ")
      write(name)
      write(" ")
    }
    switch constraint.rule {
    case .primaryKey(let columns): printRule("PRIMARY KEY", columns)
    case .unique(let columns): printRule("UNIQUE", columns)
    case .notNull(let columns): printRule("NOT NULL", columns)
    case .check(let condition):
      write("CHECK (")
      write(condition)
      write(")")
    }
    if let action = constraint.onViolation { write(" ON VIOLATION " + action.rawValue) }
  }

  private mutating func printRule(_ words: String, _ columns: [Identifier]) {
    write(words)
    if !columns.isEmpty {
      write(" ")
      write(columns)
    }
  }

  private mutating func write(_ clause: ConsentClause) {
    write("CONSENT ")
    write(clause.policy)
    switch clause.rule {
    case .aggregate(let count):
      write(" AGGREGATE")
      if let count { write(" MIN \(count) SUBJECTS") }
    case .by(let keys, let time, let action):
      write(" BY ")
      write(keys)
      if let time {
        write(" AT ")
        write([time])
      }
      if let action { write(" ON VIOLATION " + action.rawValue) }
    }
  }

  private mutating func write(_ keys: [ConsentKey]) {
    write("(")
    list(keys) { printer, key in
      printer.printValue(key.column)
      if let subject = key.subject {
        printer.write(" = ")
        printer.write(subject)
      }
    }
    write(")")
  }
}

// MARK: - Policies

extension SQLPrinter {
  mutating func write(_ policy: CreatePolicy) {
    write(policy.isReplacing ? "CREATE OR REPLACE CONSENT POLICY " : "CREATE CONSENT POLICY ")
    if policy.ifNotExists { write("IF NOT EXISTS ") }
    write(policy.name)
    write(" ON ")
    write(policy.table)
    newLine()
    write("SUBJECT ")
    write(policy.subject)
    if let normalized = policy.normalized {
      write(" NORMALIZED ")
      write(normalized)
    }
    if !policy.aliases.isEmpty {
      write(" ALSO KNOWN AS ")
      list(policy.aliases) { $0.write($1) }
    }
    write(policy.records)
    write(policy.grant)
    printRest(of: policy)
  }

  private mutating func write(_ records: CreatePolicy.Records?) {
    guard let records else { return }
    newLine()
    switch records {
    case .all: write("RECORDS ALL")
    case .latest(let value):
      write("RECORDS LATEST BY ")
      write(value)
    }
  }

  private mutating func write(_ grant: CreatePolicy.Grant) {
    newLine()
    switch grant {
    case .since(let moment, let unit):
      write("GRANTED SINCE ")
      write(moment)
      if let unit { write(" EPOCH " + unit.rawValue) }
    case .when(let condition):
      write("GRANTED WHEN ")
      write(condition)
    }
  }

  private mutating func printRest(of policy: CreatePolicy) {
    if !policy.covers.isEmpty {
      newLine()
      write("COVERS")
      breakingList(policy.covers) { printer, coverage in
        printer.write(coverage.table)
        printer.write(" ")
        printer.write(coverage.keys)
      }
    }
    if let interval = policy.purgeAfter {
      newLine()
      write("ON WITHDRAWAL PURGE AFTER ")
      write(interval)
    }
    if let action = policy.onReject {
      newLine()
      write("ON REJECT " + action.rawValue)
    }
    if policy.allowsAmbiguous {
      newLine()
      write("AMBIGUOUS IF ALL GRANTED")
    }
  }
}
