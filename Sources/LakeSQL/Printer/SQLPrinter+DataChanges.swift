/// INSERT, UPDATE, DELETE, MERGE; UNLOAD and SET; the rest of ALTER TABLE.
extension SQLPrinter {
  mutating func write(_ insert: Insert) {
    write(insert.isOverwriting ? "INSERT OVERWRITE " : "INSERT INTO ")
    write(insert.table)
    if !insert.columns.isEmpty {
      write(" ")
      write(insert.columns)
    }
    newLine()
    printFitting(insert.query)
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
    write("MERGE INTO ")
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
