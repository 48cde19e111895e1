import LakeCore
import Lakehouse

extension Inspect {
  /// Shows a Parquet file to its columns, encodings and row groups.
  static func write(_ file: ParquetInspection, isFirst: Bool, _ context: CommandContext) throws {
    if !isFirst { try context.write("\n") }
    let style = Style(context.console.outputTraits)
    var facts = "Parquet · \(Quantity.bytes(file.fileBytes)) · "
    facts += "\(Quantity.grouped(file.rowCount, "row")) · "
    facts += Quantity.grouped(file.rowGroups.count, "row group")
    if let writer = file.createdBy { facts += " · by \(SafeText.escaped(writer))" }
    try context.write(style.bold(SafeText.escaped(file.path)) + "\n" + facts + "\n")
    var columns = TextTable([
      .text("column"), .text("type"), .number("nulls"), .text("minimum"), .text("maximum"),
    ])
    for column in file.columns {
      columns.append([
        .text(column.name), .text(column.type.description), .optional(column.nullCount),
        .optional(column.minimum.map(Describe.shortened)),
        .optional(column.maximum.map(Describe.shortened)),
      ])
    }
    try context.write(columns)
    var leaves = TextTable([
      .text("column"), .text("encodings"), .text("codec"), .number("bytes"),
      .number("uncompressed"),
    ])
    for leaf in file.leaves {
      leaves.append([
        .text(leaf.path), .text(leaf.encodings.joined(separator: " ")),
        .text(leaf.codecs.joined(separator: " ")), .number(leaf.compressedBytes),
        .number(leaf.uncompressedBytes),
      ])
    }
    try context.write("\n")
    try context.write(leaves)
    guard file.rowGroups.count > 1 else { return }
    var groups = TextTable([.number("row group"), .number("rows"), .number("bytes")])
    for (index, group) in file.rowGroups.enumerated() {
      groups.append([.number(index), .number(group.rows), .number(group.bytes)])
    }
    try context.write("\n")
    try context.write(groups)
  }
}

extension ParquetInspection {
  var json: JSONText {
    .object([
      .init("path", .string(path)),
      .init("format", .string("Parquet")),
      .init("file_bytes", .integer(fileBytes)),
      .init("created_by", .optional(createdBy)),
      .init("records", .integer(rowCount)),
      .init(
        "row_groups",
        .array(
          rowGroups.map {
            .object([.init("rows", .integer($0.rows)), .init("bytes", .integer($0.bytes))])
          })),
      .init("columns", .array(columns.map(\.json))),
      .init("leaves", .array(leaves.map(\.json))),
    ])
  }
}

extension ParquetInspection.Column {
  fileprivate var json: JSONText {
    .object([
      .init("name", .string(name)),
      .init("type", .string(type.description)),
      .init("nulls", .optional(nullCount)),
      .init("minimum", .optional(minimum)),
      .init("maximum", .optional(maximum)),
    ])
  }
}

extension ParquetInspection.Leaf {
  fileprivate var json: JSONText {
    .object([
      .init("path", .string(path)),
      .init("encodings", .array(encodings.map(JSONText.string))),
      .init("codecs", .array(codecs.map(JSONText.string))),
      .init("bytes", .integer(compressedBytes)),
      .init("uncompressed_bytes", .integer(uncompressedBytes)),
    ])
  }
}
