import LakeCore

extension CatalogSession {
  private static let tableColumns = """
    id, zone, name, kind, location, format, reading, comment, pipeline, is_personal, view_sql,
    defined_by, schema_version, current_version, record_count, byte_count, file_count,
    reject_count, created_at, updated_at, crawled_at
    """

  /// The tables and views of a zone, or of all, in the order of zones and names.
  package func tables(in zone: Zone? = nil) throws(LakeError) -> [CatalogTable] {
    let sql = "SELECT \(CatalogSession.tableColumns) FROM tables"
    let found =
      if let zone {
        try connection.rows("\(sql) WHERE zone = ?", [.text(zone.rawValue)], table)
      } else {
        try connection.rows(sql, [], table)
      }
    return try found.map(completed).sorted { $0.name < $1.name }
  }

  /// Nil where there is none of this name.
  package func table(named name: TableName) throws(LakeError) -> CatalogTable? {
    let found = try connection.first(
      "SELECT \(CatalogSession.tableColumns) FROM tables WHERE zone = ? AND key = ?", name.key,
      table)
    return try found.map(completed)
  }

  /// The names alone, for resolution and for "did you mean".
  package func tableNames() throws(LakeError) -> [TableName] {
    try connection.rows("SELECT zone, name FROM tables") { row throws(LakeError) in
      try row.tableName(0)
    }.sorted()
  }

  /// Adds a table, or replaces what is known of the one of its name. Sets the id, the moments and,
  /// where the columns are others than before, the version of its schema.
  package func save(_ table: inout CatalogTable) throws(LakeError) {
    let now = Moment.now()
    let known = try self.table(named: table.name)
    table.id = known?.id
    table.createdAt = known?.createdAt ?? now
    table.updatedAt = now
    let isSameSchema = known?.columns.map(\.field) == table.columns.map(\.field)
    table.schemaVersion = (known?.schemaVersion ?? 0) + (isSameSchema && known != nil ? 0 : 1)
    if known == nil {
      table.id = try insert(table)
    } else {
      try update(table)
    }
    try replaceColumns(of: table)
    if !isSameSchema || known == nil { try recordSchema(of: table, at: now) }
  }

  /// Forgets a table with all that belongs to it. False where there was none.
  @discardableResult
  package func drop(_ name: TableName) throws(LakeError) -> Bool {
    try connection.run("DELETE FROM tables WHERE zone = ? AND key = ?", name.key)
    let found = connection.changedRows > 0
    try connection.run("DELETE FROM rejects WHERE zone = ? AND key = ?", name.key)
    return found
  }

  /// Says whether a table holds data of persons; nil takes it back.
  package func setPersonal(_ isPersonal: Bool?, of name: TableName) throws(LakeError) {
    try connection.run(
      "UPDATE tables SET is_personal = ?, updated_at = ? WHERE zone = ? AND key = ?",
      [SQLiteValue(isPersonal), .integer(Moment.now())] + name.key)
  }

  /// The schemas that a table has had, the first one first.
  package func schemas(
    of name: TableName
  ) throws(LakeError) -> [(version: Int, columns: String, recordedAt: Int)] {
    try connection.rows(
      """
      SELECT s.version, s.columns, s.recorded_at FROM schemas s JOIN tables t ON t.id = s.table_id
      WHERE t.zone = ? AND t.key = ? ORDER BY s.version
      """, name.key
    ) { ($0.int(0), $0.text(1), $0.int(2)) }
  }

  private func table(_ row: SQLiteRow) throws(LakeError) -> CatalogTable {
    let kind = CatalogTable.Kind(rawValue: row.text(3)) ?? .external
    var table = CatalogTable(try row.tableName(1), kind: kind, location: row.text(4))
    table.id = row.int(0)
    table.format = row.optionalText(5).flatMap { TableFormat(rawValue: $0) }
    table.reading = ReadingOptions(json: row.optionalText(6))
    table.comment = row.optionalText(7)
    table.pipeline = row.optionalText(8)
    table.isPersonal = row.optionalBool(9)
    table.viewSQL = row.optionalText(10)
    table.definedBy = row.optionalText(11)
    table.schemaVersion = row.int(12)
    table.currentVersion = row.optionalInt(13)
    table.recordCount = row.optionalInt(14)
    table.byteCount = row.optionalInt(15)
    table.fileCount = row.optionalInt(16)
    table.rejectCount = row.optionalInt(17)
    table.createdAt = row.int(18)
    table.updatedAt = row.int(19)
    table.crawledAt = row.optionalInt(20)
    return table
  }

  /// With what is kept in other tables.
  private func completed(_ table: CatalogTable) throws(LakeError) -> CatalogTable {
    var table = table
    let id = SQLiteValue(table.id)
    table.columns = try connection.rows(
      """
      SELECT name, type, is_nullable, is_partition, comment FROM columns WHERE table_id = ?
      ORDER BY position
      """, [id]
    ) { row throws(LakeError) in
      CatalogColumn(
        row.text(0), try DataType(parsing: row.text(1)), isNullable: row.bool(2),
        isPartition: row.bool(3), comment: row.optionalText(4))
    }
    let properties = try connection.rows(
      "SELECT name, value FROM table_properties WHERE table_id = ?", [id]
    ) { ($0.text(0), $0.text(1)) }
    table.properties = Dictionary(properties, uniquingKeysWith: { _, last in last })
    return table
  }

  private func values(_ table: CatalogTable) -> [SQLiteValue] {
    [
      .text(table.kind.rawValue), .text(table.location), SQLiteValue(table.format?.rawValue),
      SQLiteValue(table.reading.json), SQLiteValue(table.comment), SQLiteValue(table.pipeline),
      SQLiteValue(table.isPersonal), SQLiteValue(table.viewSQL), SQLiteValue(table.definedBy),
      .integer(table.schemaVersion), SQLiteValue(table.currentVersion),
      SQLiteValue(table.recordCount), SQLiteValue(table.byteCount), SQLiteValue(table.fileCount),
      SQLiteValue(table.rejectCount), .integer(table.createdAt), .integer(table.updatedAt),
      SQLiteValue(table.crawledAt),
    ]
  }

  private func insert(_ table: CatalogTable) throws(LakeError) -> Int {
    try connection.run(
      """
      INSERT INTO tables (
        kind, location, format, reading, comment, pipeline, is_personal, view_sql, defined_by,
        schema_version, current_version, record_count, byte_count, file_count, reject_count,
        created_at, updated_at, crawled_at, zone, key, name
      ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """, values(table) + table.name.key + [.text(table.name.name)])
    return connection.lastInsertedID
  }

  private func update(_ table: CatalogTable) throws(LakeError) {
    try connection.run(
      """
      UPDATE tables SET
        kind = ?, location = ?, format = ?, reading = ?, comment = ?, pipeline = ?,
        is_personal = ?, view_sql = ?, defined_by = ?, schema_version = ?, current_version = ?,
        record_count = ?, byte_count = ?, file_count = ?, reject_count = ?, created_at = ?,
        updated_at = ?, crawled_at = ?
      WHERE zone = ? AND key = ?
      """, values(table) + table.name.key)
  }

  private func replaceColumns(of table: CatalogTable) throws(LakeError) {
    let id = SQLiteValue(table.id)
    try connection.run("DELETE FROM columns WHERE table_id = ?", [id])
    for (position, column) in table.columns.enumerated() {
      try connection.run(
        "INSERT INTO columns VALUES (?, ?, ?, ?, ?, ?, ?)",
        [
          id, .integer(position), .text(column.name), .text(column.type.spelled(.hive)),
          SQLiteValue(column.isNullable), SQLiteValue(column.isPartition),
          SQLiteValue(column.comment),
        ])
    }
    try connection.run("DELETE FROM table_properties WHERE table_id = ?", [id])
    for (name, value) in table.properties {
      try connection.run(
        "INSERT INTO table_properties VALUES (?, ?, ?)", [id, .text(name), .text(value)])
    }
  }

  private func recordSchema(of table: CatalogTable, at now: Int) throws(LakeError) {
    try connection.run(
      "INSERT OR REPLACE INTO schemas VALUES (?, ?, ?, ?)",
      [
        SQLiteValue(table.id), .integer(table.schemaVersion), .text(table.schema.description),
        .integer(now),
      ])
  }
}

extension TableName {
  /// What a table is found by: zone and name in lower case.
  var key: [SQLiteValue] { [.text(zone.rawValue), .text(name.lowercased())] }
}

extension SQLiteRow {
  /// A zone and the name behind it.
  func tableName(_ column: Int) throws(LakeError) -> TableName {
    guard let zone = Zone(rawValue: text(column)) else {
      throw LakeError(.corruptData, "the catalog names the unknown zone '\(text(column))'")
    }
    return TableName(zone, text(column + 1))
  }
}
