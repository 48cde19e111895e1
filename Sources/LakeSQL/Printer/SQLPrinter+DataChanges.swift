/// INSERT, UPDATE, DELETE, MERGE; UNLOAD and SET; the rest of ALTER TABLE.
extension SQLPrinter {
  mutating func write(_ insert: Insert) {
    write(insert.evolvesSchema ? "INSERT WITH SCHEMA EVOLUTION " : "INSERT ")
    write(insert.isOverwriting ? "OVERWRITE " : "INTO ")
    write(insert.table)
    write(insert.partition)
    if insert.ifNotExists { write(" IF NOT EXISTS") }
    if !insert.columns.isEmpty {
      write(" ")
      write(insert.columns)
    }
    if insert.isByName { write(" BY NAME") }
    if let replaced = insert.replaced {
      // In parentheses, which keep it apart from a query in parentheses.
      write(" REPLACE WHERE (")
      write(replaced)
      write(")")
    }
    newLine()
    printFitting(insert.query)
  }

  private mutating func write(_ partition: [PartitionField]) {
    guard !partition.isEmpty else { return }
    write(" PARTITION (")
    list(partition) { printer, field in
      printer.write(field.column)
      guard let value = field.value else { return }
      printer.write(" = ")
      printer.write(value)
    }
    write(")")
  }

  mutating func write(_ truncate: Truncate) {
    write("TRUNCATE TABLE ")
    write(truncate.table)
    write(truncate.partition)
  }

  mutating func write(_ restore: Restore) {
    write("RESTORE TABLE ")
    write(restore.table)
    write(" TO ")
    write(restore.version)
  }

  mutating func write(_ optimize: Optimize) {
    write("OPTIMIZE ")
    write(optimize.table)
    if optimize.isFull { write(" FULL") }
    printFilter(optimize.filter)
    if optimize.columns.isEmpty { return }
    newLine()
    write(optimize.order.rawValue + " (")
    list(optimize.columns) { $0.write($1) }
    write(")")
  }

  mutating func write(_ vacuum: Vacuum) {
    write("VACUUM ")
    write(vacuum.table)
    if let hours = vacuum.hours { write(" RETAIN \(hours) HOURS") }
    if let mode = vacuum.mode { write(" " + mode.rawValue) }
  }

  mutating func write(_ update: Update) {
    write("UPDATE ")
    write(update.table)
    printAlias(update.alias)
    newLine()
    write("SET ")
    list(update.assignments) { $0.write($1) }
    printFilter(update.filter)
  }

  mutating func write(_ delete: Delete) {
    write("DELETE FROM ")
    write(delete.table)
    printAlias(delete.alias)
    printFilter(delete.filter)
  }

  mutating func write(_ merge: Merge) {
    write(merge.evolvesSchema ? "MERGE WITH SCHEMA EVOLUTION INTO " : "MERGE INTO ")
    write(merge.table)
    printAlias(merge.alias)
    newLine()
    write("USING ")
    write(merge.source)
    newLine()
    write("ON ")
    write(merge.condition)
    for clause in merge.clauses {
      newLine()
      write(clause)
    }
  }

  private mutating func printAlias(_ alias: Identifier?) {
    guard let alias else { return }
    write(" AS ")
    write(alias)
  }

  private mutating func printFilter(_ filter: Expression?) {
    guard let filter else { return }
    newLine()
    write("WHERE ")
    write(filter)
  }

  private mutating func write(_ assignment: Assignment) {
    write(assignment.column)
    write(" = ")
    write(assignment.value)
  }

  private mutating func write(_ clause: Merge.Clause) {
    write("WHEN \(clause.match.rawValue)")
    if let condition = clause.condition {
      write(" AND ")
      write(condition)
    }
    write(" THEN ")
    switch clause.action {
    case .delete: write("DELETE")
    case .updateAll: write("UPDATE SET *")
    case .insertAll: write("INSERT *")
    case .update(let assignments):
      write("UPDATE SET ")
      list(assignments) { $0.write($1) }
    case .insert(let columns, let values):
      write("INSERT ")
      if !columns.isEmpty {
        write(columns)
        write(" ")
      }
      write("VALUES (")
      list(values) { $0.write($1) }
      write(")")
    }
  }

  mutating func write(_ unload: Unload) {
    write("UNLOAD (")
    printFitting(unload.query)
    write(") TO ")
    printText(unload.path)
    if !unload.properties.isEmpty {
      write(" WITH ")
      printProperties(unload.properties, plainKeys: true)
    }
  }

  mutating func write(_ option: SetOption) {
    write("SET ")
    write(option.name)
    write(" = ")
    write(option.value)
  }

  /// What ALTER TABLE does to columns, partitions and the name.
  mutating func printChange(_ action: AlterTable.Action) {
    switch action {
    case .rename(let name):
      write(" RENAME TO ")
      write(name)
    case .renameColumn(let old, let new):
      write(" RENAME COLUMN ")
      write(old)
      write(" TO ")
      write(new)
    case .dropColumns(let columns, let ifExists):
      write(ifExists ? " DROP IF EXISTS COLUMNS " : " DROP COLUMNS ")
      write(columns)
    case .dropConstraint(let name, let ifExists):
      write(ifExists ? " DROP CONSTRAINT IF EXISTS " : " DROP CONSTRAINT ")
      write(name)
    case .alterColumn(let column, let change):
      write(" ALTER COLUMN ")
      write(column)
      write(change)
    case .changeColumn(let old, let column):
      write(" CHANGE COLUMN ")
      write(old)
      write(" ")
      write(column)
    case .replaceColumns(let columns):
      write(" REPLACE COLUMNS (")
      list(columns) { $0.write($1) }
      write(")")
    case .addPartitions(let partitions, let ifNotExists):
      write(ifNotExists ? " ADD IF NOT EXISTS" : " ADD")
      printPartitions(partitions)
    case .dropPartitions(let partitions, let ifExists):
      write(ifExists ? " DROP IF EXISTS" : " DROP")
      printPartitions(partitions)
    case .recoverPartitions: write(" RECOVER PARTITIONS")
    case .setLocation(let location):
      write(" SET LOCATION ")
      printText(location)
    case .setSerdeProperties(let properties):
      write(" SET SERDEPROPERTIES ")
      printProperties(properties, plainKeys: false)
    case .unsetProperties(let keys, let ifExists):
      write(ifExists ? " UNSET TBLPROPERTIES IF EXISTS (" : " UNSET TBLPROPERTIES (")
      list(keys) { $0.printText($1) }
      write(")")
    case .add, .addColumns, .setPersonal, .setProperties: break
    }
  }

  private mutating func write(_ change: ColumnChange) {
    switch change {
    case .type(let type): write(" SET DATA TYPE " + type.type.spelled(.trino))
    case .comment(let comment):
      write(" COMMENT ")
      printText(comment)
    case .setNotNull: write(" SET NOT NULL")
    case .dropNotNull: write(" DROP NOT NULL")
    }
  }

  private mutating func printPartitions(_ partitions: [PartitionSpec]) {
    for partition in partitions {
      write(" PARTITION ")
      printProperties(partition.values, plainKeys: true)
      if let location = partition.location {
        write(" LOCATION ")
        printText(location)
      }
    }
  }
}
