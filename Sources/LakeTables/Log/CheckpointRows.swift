import LakeCore

/// The state of a version as the rows of a checkpoint: one action a row, in its column.
///
/// What is left out: who made the version, which is in its entry, and whether a file changed data,
/// which is a question to the version that added it.
struct CheckpointRows {
  private enum Kind: Int {
    case tableProtocol, metadata, add, remove, transaction
  }

  private static let texts = DataType.map(key: .varchar, value: .varchar)

  private static let types: [(name: String, fields: [Field])] = [
    ("protocol", [Field("minReaderVersion", .integer), Field("minWriterVersion", .integer)]),
    (
      "metaData",
      [
        Field("id", .varchar), Field("name", .varchar), Field("description", .varchar),
        Field("format", .row([Field("provider", .varchar), Field("options", texts)])),
        Field("schemaString", .varchar), Field("partitionColumns", .array(.varchar)),
        Field("configuration", texts), Field("createdTime", .bigint),
      ]
    ),
    (
      "add",
      [
        Field("path", .varchar), Field("partitionValues", texts), Field("size", .bigint),
        Field("modificationTime", .bigint), Field("dataChange", .boolean), Field("tags", texts),
        Field("stats", .varchar),
      ]
    ),
    (
      "remove",
      [
        Field("path", .varchar), Field("deletionTimestamp", .bigint),
        Field("dataChange", .boolean), Field("extendedFileMetadata", .boolean),
        Field("partitionValues", texts), Field("size", .bigint),
      ]
    ),
    (
      "txn",
      [Field("appId", .varchar), Field("version", .bigint), Field("lastUpdated", .bigint)]
    ),
  ]

  static let schema = Schema(types.map { Field($0.name, .row($0.fields)) })

  private var rows: [(kind: Kind, value: Value)] = []
  /// The row from which on all are files that were removed; most readers need not read on.
  let firstRemoval: Int
  /// When the first of those was removed, in milliseconds since 1970.
  let oldestRemoval: Int?

  init(_ snapshot: Snapshot, tombstones: [Snapshot.Tombstone]) {
    firstRemoval = snapshot.files.count + snapshot.transactions.count + 2
    oldestRemoval = tombstones.map { $0.file.deletionTimestamp ?? 0 }.min()
    add(.tableProtocol, snapshot.tableProtocol.checkpointed)
    add(.metadata, snapshot.metadata.checkpointed)
    for transaction in snapshot.transactions.values.sorted(by: { $0.application < $1.application })
    {
      add(.transaction, transaction.checkpointed)
    }
    for file in snapshot.files { add(.add, file.checkpointed) }
    for tombstone in tombstones { add(.remove, tombstone.file.checkpointed) }
  }

  var count: Int { rows.count }

  private mutating func add(_ kind: Kind, _ members: [Value]) {
    rows.append((kind, .row(members)))
  }

  /// Rows from one on, as many as belong into a batch.
  func batch(from start: Int) throws(LakeError) -> Batch {
    let part = rows[start..<min(start + Batch.rowTarget, rows.count)]
    var columns: [ColumnVector] = []
    for (index, field) in CheckpointRows.schema.fields.enumerated() {
      let builder = try ColumnBuilder(field.type)
      for row in part { try builder.append(row.kind.rawValue == index ? row.value : .null) }
      columns.append(try builder.finish())
    }
    return Batch(columns: columns, rowCount: part.count)
  }
}

extension Value {
  fileprivate static func int(_ value: Int) -> Value { .int(Int64(value)) }

  fileprivate static func optional(_ text: String?) -> Value { text.map { .string($0) } ?? .null }

  fileprivate static func optional(_ number: Int?) -> Value { number.map { .int($0) } ?? .null }

  fileprivate static func map(_ texts: [String: String?]) -> Value {
    .list(
      texts.sorted { $0.key < $1.key }.map { .row([.string($0.key), .optional($0.value)]) })
  }
}

extension TableProtocol {
  fileprivate var checkpointed: [Value] { [.int(minReaderVersion), .int(minWriterVersion)] }
}

extension TableMetadata {
  fileprivate var checkpointed: [Value] {
    [
      .string(id), .optional(name), .optional(comment), .row([.string("parquet"), .map([:])]),
      .string(schema.text), .list(partitionColumns.map { .string($0) }), .map(configuration),
      .optional(createdTime),
    ]
  }
}

extension AddedFile {
  fileprivate var checkpointed: [Value] {
    [
      .string(spelling ?? DataPath.encode(path)), .map(partitionValues), .int(size),
      .int(modificationTime),
      .bool(false), tags.map { .map($0) } ?? .null, .optional(statisticsText),
    ]
  }
}

extension RemovedFile {
  fileprivate var checkpointed: [Value] {
    [
      .string(spelling ?? DataPath.encode(path)), .optional(deletionTimestamp), .bool(false),
      .bool(size != nil && partitionValues != nil), partitionValues.map { .map($0) } ?? .null,
      .optional(size),
    ]
  }
}

extension TableTransaction {
  fileprivate var checkpointed: [Value] {
    [.string(application), .int(version), .optional(lastUpdated)]
  }
}
