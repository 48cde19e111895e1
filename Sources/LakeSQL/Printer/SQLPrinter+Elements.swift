/// What stands in the parentheses of CREATE TABLE, and consent policies.
extension SQLPrinter {
  mutating func print(_ element: TableElement) {
    switch element.kind {
    case .column(let column): print(column)
    case .constraint(let constraint): print(constraint, isOfColumn: false)
    case .consent(let clause): print(clause)
    case .lawfulBasis(let basis):
      write("LAWFUL BASIS ")
      print(basis.basis)
      write(" BECAUSE ")
      printText(basis.reason)
    }
  }

  mutating func print(_ column: ColumnDefinition) {
    print(column.name)
    if let type = column.type {
      write(" " + type.type.spelled(quotes == .backTicks ? .hive : .trino))
    }
    for constraint in column.constraints {
      write(" ")
      print(constraint, isOfColumn: true)
    }
    printComment(column.comment, separator: " ")
  }

  private mutating func print(_ constraint: TableConstraint, isOfColumn: Bool) {
    if let name = constraint.name {
      write("CONSTRAINT ")
      print(name)
      write(" ")
    }
    switch constraint.rule {
    case .primaryKey(let columns): printRule("PRIMARY KEY", columns)
    case .unique(let columns): printRule("UNIQUE", columns)
    case .notNull(let columns): printRule("NOT NULL", columns)
    case .check(let condition):
      write("CHECK (")
      print(condition)
      write(")")
    }
    if let action = constraint.onViolation { write(" ON VIOLATION " + action.rawValue) }
  }

  private mutating func printRule(_ words: String, _ columns: [Identifier]) {
    write(words)
    if !columns.isEmpty {
      write(" ")
      print(columns)
    }
  }

  private mutating func print(_ clause: ConsentClause) {
    write("CONSENT ")
    print(clause.policy)
    switch clause.rule {
    case .aggregate(let count):
      write(" AGGREGATE")
      if let count { write(" MIN \(count) SUBJECTS") }
    case .by(let keys, let time, let action):
      write(" BY ")
      print(keys)
      if let time {
        write(" AT ")
        print([time])
      }
      if let action { write(" ON VIOLATION " + action.rawValue) }
    }
  }

  private mutating func print(_ keys: [ConsentKey]) {
    write("(")
    list(keys) { printer, key in
      printer.printValue(key.column)
      if let subject = key.subject {
        printer.write(" = ")
        printer.print(subject)
      }
    }
    write(")")
  }
}

// MARK: - Policies

extension SQLPrinter {
  mutating func print(_ policy: CreatePolicy) {
    write(policy.isReplacing ? "CREATE OR REPLACE CONSENT POLICY " : "CREATE CONSENT POLICY ")
    if policy.ifNotExists { write("IF NOT EXISTS ") }
    print(policy.name)
    write(" ON ")
    print(policy.table)
    newLine()
    write("SUBJECT ")
    print(policy.subject)
    if let normalized = policy.normalized {
      write(" NORMALIZED ")
      print(normalized)
    }
    if !policy.aliases.isEmpty {
      write(" ALSO KNOWN AS ")
      list(policy.aliases) { $0.print($1) }
    }
    print(policy.records)
    print(policy.grant)
    printRest(of: policy)
  }

  private mutating func print(_ records: CreatePolicy.Records?) {
    guard let records else { return }
    newLine()
    switch records {
    case .all: write("RECORDS ALL")
    case .latest(let value):
      write("RECORDS LATEST BY ")
      print(value)
    }
  }

  private mutating func print(_ grant: CreatePolicy.Grant) {
    newLine()
    switch grant {
    case .since(let moment, let unit):
      write("GRANTED SINCE ")
      print(moment)
      if let unit { write(" EPOCH " + unit.rawValue) }
    case .when(let condition):
      write("GRANTED WHEN ")
      print(condition)
    }
  }

  private mutating func printRest(of policy: CreatePolicy) {
    if !policy.covers.isEmpty {
      newLine()
      write("COVERS")
      breakingList(policy.covers) { printer, coverage in
        printer.print(coverage.table)
        printer.write(" ")
        printer.print(coverage.keys)
      }
    }
    if let interval = policy.purgeAfter {
      newLine()
      write("ON WITHDRAWAL PURGE AFTER ")
      print(interval)
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
