import LakeCore
import Lakehouse

/// A directory with a log, as `lake inspect` shows it.
extension TableInspection {
  func write(isFirst: Bool, _ context: CommandContext) throws {
    if !isFirst { try context.write("\n") }
    let style = Style(context.console.outputTraits)
    try context.write(style.bold(SafeText.escaped(path)) + "\n" + facts + "\n")
    var table = TextTable([.text("column"), .text("type"), .text("notes"), .text("comment")])
    for column in columns {
      table.append([
        .text(column.name), .text(column.type.description),
        .text(column.isPartition ? "partition" : column.isNullable ? "" : "NOT NULL"),
        column.comment.map { .text($0) } ?? .empty,
      ])
    }
    try context.write(table)
    context.say("'lake query' reads it: SELECT * FROM '\(path)'.")
  }

  private var facts: String {
    var facts = "Delta table · version \(version)"
    if let rowCount { facts += " · " + Quantity.grouped(rowCount, "row") }
    facts += " · " + Quantity.grouped(fileCount, "file") + ", " + Quantity.bytes(byteCount)
    facts += " · reader \(minReaderVersion), writer \(minWriterVersion)"
    if !readerFeatures.isEmpty { facts += " (\(readerFeatures.joined(separator: ", ")))" }
    if !partitionColumns.isEmpty {
      facts += " · partitioned by \(partitionColumns.joined(separator: ", "))"
    }
    if let engine { facts += " · by \(engine)" }
    return SafeText.escaped(facts)
  }

  var json: JSONText {
    .object([
      .init("path", .string(path)),
      .init("format", .string("delta")),
      .init("version", .integer(version)),
      .init(
        "made_at",
        .string(
          Timestamps.text(
            microseconds: Int64(clamping: madeAt).multipliedClamping(by: 1000)))),
      .init("operation", .optional(operation)),
      .init("engine", .optional(engine)),
      .init("rows", .optional(rowCount)),
      .init("files", .integer(fileCount)),
      .init("bytes", .integer(byteCount)),
      .init("min_reader_version", .integer(minReaderVersion)),
      .init("min_writer_version", .integer(minWriterVersion)),
      .init("reader_features", .array(readerFeatures.map { .string($0) })),
      .init("partition_columns", .array(partitionColumns.map { .string($0) })),
      .init(
        "properties",
        .object(
          properties.sorted { $0.key < $1.key }.map { .init($0.key, .string($0.value)) })),
      .init(
        "columns",
        .array(
          columns.map { column in
            .object([
              .init("name", .string(column.name)),
              .init("type", .string(column.type.description)),
              .init("nullable", .boolean(column.isNullable)),
              .init("partition", .boolean(column.isPartition)),
              .init("comment", .optional(column.comment)),
            ])
          })),
    ])
  }
}
