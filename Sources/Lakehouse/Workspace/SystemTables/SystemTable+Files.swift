import LakeCatalog
import LakeCore
import LakePipelines
import LakeTables

/// `lake.files`, `lake.partitions`, `lake.rejects`.
extension SystemTable {
  static var ofFiles: [SystemTable] { [files, partitions, rejects] }

  private static let texts = DataType.map(key: .varchar, value: .varchar)

  private static let files = SystemTable(
    space: .lake, name: "files",
    summary:
      "The files of tables: of landing as the last crawl found them, of tables with a log "
      + "those of the latest version",
    columns: Column.names + [
      Column("path", .varchar, "The absolute path, as \"$path\" gives it"),
      Column("format", .varchar, "json, csv, tsv, text or parquet, by its content"),
      Column("compression", .varchar, "none or gzip; null for tables with a log"),
      Column("layout", .varchar, "How its records are arranged, in words"),
      Column("byte_count", .bigint, "Its size"),
      Column("text_byte_count", .bigint, "Its size when it is decompressed"),
      Column("record_count", .bigint, "Records that could be read"),
      Column("reject_count", .bigint, "Records that could not be read"),
      Column("modified_at", .timestamp, "When it was last changed"),
      Column("partition_values", texts, "What its key=value directories say"),
      Column("problem", .varchar, "Why queries leave it out; null where they read it"),
    ],
    rows: { facts in
      try facts.each { (catalog, name) throws(LakeError) in try catalog.files(of: name) }
        .flatMap { table, files in
          if let snapshot = try facts.snapshot(of: table) {
            return snapshot.files.map { managed($0, snapshot, table) }
          }
          return try files.map { try external($0, table, facts) }
        }
    })

  private static func external(
    _ file: CatalogFile, _ table: CatalogTable, _ facts: WorkspaceFacts
  ) throws -> [Value] {
    let path = try facts.workspace.session.workspace.path(of: file, in: table)
    return Value.names(table.name) + [
      .string(path), .string(file.format.rawValue), .string(file.compression),
      file.layout.isEmpty ? .null : .string(file.layout), Value(file.stamp.size),
      Value(file.textBytes), Value(file.recordCount), Value(file.rejectCount),
      Value(file.stamp.modified / 1_000),
      Value(file.partitionValues.map { (key: $0.column, value: $0.value) }), Value(file.problem),
    ]
  }

  private static func managed(
    _ file: AddedFile, _ snapshot: Snapshot, _ table: CatalogTable
  ) -> [Value] {
    let values = file.partitionValues.sorted { $0.key < $1.key }
    return Value.names(table.name) + [
      .string(snapshot.path(of: file)), .string("parquet"), .null, .null, Value(file.size), .null,
      Value(file.rowCount), .null, Value(milliseconds: file.modificationTime),
      Value(values.map { (key: $0.key, value: $0.value) }), .null,
    ]
  }

  private static let partitions = SystemTable(
    space: .lake, name: "partitions", summary: "The key=value directories of tables",
    columns: Column.names + [
      Column("path", .varchar, "From the directory of the table"),
      Column("partition_values", texts, "The values by column; null for Hive's default partition"),
      Column("file_count", .bigint, "Its files"),
      Column("record_count", .bigint, "Records that could be read"),
      Column("byte_count", .bigint, "Bytes of its files"),
    ],
    rows: { facts in
      try facts.each { (catalog, name) throws(LakeError) in try catalog.partitions(of: name) }
        .flatMap { table, partitions in
          partitions.map { partition in
            Value.names(table.name) + [
              .string(partition.path),
              Value(partition.values.map { (key: $0.column, value: $0.value) }),
              Value(partition.fileCount), Value(partition.recordCount), Value(partition.byteCount),
            ]
          }
        }
    })

  /// What `lake rejects` shows, of all tables.
  private static let rejects = SystemTable(
    space: .lake, name: "rejects",
    summary: "Records that were refused, as lake rejects shows them",
    columns: Column.names + [
      Column(
        "file", .varchar,
        "Its file, as \"$path\" gives it; null for rows that a constraint put aside"),
      Column("line", .bigint, "The line on which the record begins"),
      Column("line_column", .bigint, "The place in that line, from 1"),
      Column("byte_offset", .bigint, "Where the record begins in the file"),
      Column("byte_count", .bigint, "How long the record is"),
      Column("reason", .varchar, "Why it was refused"),
      Column("hash", .varchar, "The hash of its bytes"),
      Column("record", .varchar, "Its first 4 kB; null where they are no text"),
    ],
    rows: { facts in
      let root = try facts.workspace.root
      var rows: [[Value]] = []
      for table in try facts.tables() where table.kind != .view {
        for record in try facts.workspace.rejects(of: table.name, atMost: .max).records {
          rows.append(Value.names(table.name) + reject(record, root))
        }
      }
      return rows
    })

  private static func reject(_ record: JSONValue, _ root: String) -> [Value] {
    let numbers = ["line", "column", "offset", "length"].map { Value(record[$0]?.integer) }
    let texts = ["reason", "hash", "raw"].map { Value(record[$0]?.text) }
    let file = record["file"]?.text.map { $0.hasPrefix("/") ? $0 : Path.join(root, $0) }
    return [Value(file)] + numbers + texts
  }
}
