import LakeCatalog
import LakeCore
import LakeTables

/// `lake.tables`, `lake.columns`, `lake.versions`, `lake.lineage`.
extension SystemTable {
  static var ofTables: [SystemTable] { [lakeTables, lakeColumns, versions, lineage] }

  private static let lakeTables = SystemTable(
    space: .lake, name: "tables", summary: "The tables and views of the workspace",
    columns: Column.names + [
      Column("kind", .varchar, "external (files of users), managed (files of ours) or view"),
      Column("format", .varchar, "json, csv, tsv, text, parquet or delta; null for views"),
      Column("location", .varchar, "Its directory or file, from the workspace; null for views"),
      Column("comment", .varchar, "Its comment"),
      Column("pipeline", .varchar, "The pipeline that makes it"),
      Column("is_personal", .boolean, "What SET PERSONAL says; null where it says nothing"),
      Column("defined_by", .varchar, "The file of its definition, from the workspace"),
      Column("schema_version", .bigint, "Counts the changes of its columns"),
      Column("version", .bigint, "The latest version of a table with a log"),
      Column("record_count", .bigint, "Its rows; null where not known"),
      Column("reject_count", .bigint, "Records of its files that could not be read"),
      Column("file_count", .bigint, "Its files"), Column("byte_count", .bigint, "Their bytes"),
      Column("created_at", .timestamp, "When the catalog first knew it"),
      Column("crawled_at", .timestamp, "When its files were last looked at"),
    ],
    rows: { facts in
      try facts.tables().map { table in
        Value.names(table.name) + [
          .string(table.kind.rawValue), Value(table.format?.rawValue),
          table.location.isEmpty ? .null : .string(table.location), Value(table.comment),
          Value(table.pipeline), Value(table.isPersonal), Value(table.definedBy),
          Value(table.schemaVersion), Value(table.currentVersion), Value(table.recordCount),
          Value(table.rejectCount), Value(table.fileCount), Value(table.byteCount),
          Value(table.createdAt), Value(table.crawledAt),
        ]
      }
    })

  /// Without the least and the greatest value: of text they are somebody's name or address.
  private static let lakeColumns = SystemTable(
    space: .lake, name: "columns", summary: "The columns of tables and views",
    columns: Column.names + [
      Column("position", .bigint, "Its place, from 1"),
      Column("column_name", .varchar, "The name as spelled"),
      Column("type", .varchar, "The type in the words of Trino"),
      Column("hive_type", .varchar, "The type in the words of Hive"),
      Column("is_nullable", .boolean, "Whether it may be null"),
      Column("is_partition", .boolean, "Whether its values are names of directories"),
      Column("comment", .varchar, "Its comment"),
      Column("null_count", .bigint, "Rows in which it is null, of files that were crawled"),
    ],
    rows: { facts in
      try facts.each { (catalog, name) throws(LakeError) in try catalog.statistics(of: name) }
        .flatMap { table, statistics in
          try facts.columns(of: table).enumerated().map { index, column in
            let known = statistics.first { $0.column.lowercased() == column.name.lowercased() }
            return Value.names(table.name) + [
              .int(Int64(index + 1)), .string(column.name), .string(column.type.spelled(.trino)),
              .string(column.type.spelled(.hive)), Value(column.isNullable),
              Value(column.isPartition), Value(column.comment), Value(known?.nullCount),
            ]
          }
        }
    })

  private static let versions = SystemTable(
    space: .lake, name: "versions", summary: "Versions of tables with a log, as lake history",
    columns: Column.names + [
      Column("version", .bigint, "The number that FOR VERSION AS OF takes"),
      Column("committed_at", .timestamp, "When it was published"),
      Column("operation", .varchar, "What made it"),
      Column("rows_added", .bigint, "Rows of the files that it added; null where not known"),
      Column("files_added", .bigint, "Files that it added"),
      Column("files_removed", .bigint, "Files of the version before that it has no more"),
      Column("bytes_added", .bigint, "Bytes of the files that it added"),
      Column("job", .varchar, "The job that made it"),
      Column("run_uuid", .varchar, "The run that made it, as in lake.runs"),
      Column("engine", .varchar, "The program that made it"),
    ],
    rows: { facts in
      var rows: [[Value]] = []
      for table in try facts.tables() {
        guard let logged = try facts.workspace.session.loggedTable(table) else { continue }
        for entry in try logged.history() {
          rows.append(Value.names(table.name) + version(entry))
        }
      }
      return rows
    })

  private static func version(_ entry: HistoryEntry) -> [Value] {
    [
      Value(entry.version), Value(milliseconds: entry.timestamp), Value(entry.info.operation),
      Value(entry.addedRows), Value(entry.addedFiles), Value(entry.removedFiles),
      Value(entry.addedBytes), Value(entry.info.job), Value(entry.info.runID),
      Value(entry.info.engineInfo),
    ]
  }

  private static let lineage = SystemTable(
    space: .lake, name: "lineage", summary: "Which table and column is made from which",
    columns: [
      Column("target_zone", .varchar, "The zone of the table that is made"),
      Column("target_table", .varchar, "The table that is made"),
      Column("target_column", .varchar, "Its column; null for the table as a whole"),
      Column("source_zone", .varchar, "The zone of the table that is read"),
      Column("source_table", .varchar, "The table that is read"),
      Column("source_column", .varchar, "Its column; null for the table as a whole"),
      Column("pipeline", .varchar, "The pipeline"), Column("job", .varchar, "The job"),
    ],
    rows: { facts in
      let edges = try facts.workspace.session.catalog.read { (catalog) throws(LakeError) in
        try catalog.lineage()
      }
      return edges.map { edge in
        Value.names(edge.target) + [Value(edge.targetColumn)] + Value.names(edge.source)
          + [Value(edge.sourceColumn), .string(edge.pipeline), .string(edge.job)]
      }
    })
}
