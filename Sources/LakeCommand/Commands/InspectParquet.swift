import LakeCore
import LakeFormats
import Lakehouse

extension Inspect {
  /// Shows a Parquet file to its columns, encodings, row groups and, if they were looked at, pages.
  static func write(_ file: ParquetInspection, isFirst: Bool, _ context: CommandContext) throws {
    if !isFirst { try context.write("\n") }
    let report = file.report
    let style = Style(context.console.outputTraits)
    var facts = "Parquet · \(Quantity.bytes(report.fileBytes)) · "
    facts += "\(Quantity.grouped(report.rowCount, "row")) · "
    facts += Quantity.grouped(report.rowGroups.count, "row group")
    if let writer = report.createdBy { facts += " · by \(SafeText.escaped(writer))" }
    try context.write(style.bold(SafeText.escaped(report.path)) + "\n" + facts + "\n")
    if !report.keyValueMetadata.isEmpty {
      try context.write(metadataLine(report.keyValueMetadata) + "\n")
    }
    try context.write(schemaTable(file))
    if !file.leaves.isEmpty {
      try context.write("\n")
      try context.write(storageTable(file))
    }
    if report.rowGroups.count > 1 {
      try context.write("\n")
      try context.write(rowGroupTable(report))
    }
    if let pages = file.pages {
      let isWide =
        !context.console.outputTraits.isTerminal || context.console.outputTraits.width >= 130
      for table in isWide ? [pageTable(pages)] : [placeTable(pages), valueTable(pages)] {
        try context.write("\n")
        try context.write(table)
      }
    }
    for fault in file.faults {
      let place = fault.place?.byteOffset.map { ", at byte \($0)" } ?? ""
      context.note("damaged: \(fault.message)\(place)")
    }
  }

  /// Names, and values as far as they can be glanced at.
  private static func metadataLine(_ pairs: [(String, String)]) -> String {
    "metadata: "
      + pairs.map { name, value in
        let size = value.utf8.count
        let shown = size <= 40 ? value : Quantity.bytes(size)
        return SafeText.escaped(name) + (size == 0 ? "" : " (\(SafeText.escaped(shown)))")
      }.joined(separator: ", ")
  }

  /// The tree of the schema; what is known of values stands with the leaves.
  private static func schemaTable(_ file: ParquetInspection) -> TextTable {
    var table = TextTable([
      .text("column"), .text("type"), .text("stored as"), .number("nulls"), .text("minimum"),
      .text("maximum"),
    ])
    var path: [String] = []
    for element in file.report.elements {
      path = Array(path.prefix(element.depth)) + [element.name]
      let leaf =
        element.physicalType == nil ? nil : file.leaf(ofColumn: path.joined(separator: "."))
      var type = leaf?.type
      if element.depth == 0, let schema = file.report.schema {
        type = schema.fields.first { $0.name == element.name }?.type
      }
      table.append([
        .text(String(repeating: "  ", count: element.depth) + element.name),
        .text(type?.description ?? ""), .text(element.storedAs), .optional(leaf?.nullCount),
        .optional(leaf?.minimum.map { shown($0, isMinimum: true) }),
        .optional(leaf?.maximum.map { shown($0, isMinimum: false) }),
      ])
    }
    return table
  }

  private static func shown(_ bound: ParquetInspection.Bound, isMinimum: Bool) -> String {
    let mark = bound.isExact == false ? (isMinimum ? "≥ " : "≤ ") : ""
    return mark + Describe.shortened(bound.text)
  }

  private static func storageTable(_ file: ParquetInspection) -> TextTable {
    var table = TextTable([
      .text("column"), .text("encodings"), .text("codec"), .number("bytes"),
      .number("uncompressed"), .number("ratio"), .text("index"),
    ])
    for leaf in file.leaves {
      let indexes = (leaf.hasPageIndex ? ["pages"] : []) + (leaf.hasBloomFilter ? ["bloom"] : [])
      table.append([
        .text(leaf.path), .text(leaf.encodings.joined(separator: " ")),
        .text(leaf.codecs.joined(separator: " ")), .number(leaf.compressedBytes),
        .number(leaf.uncompressedBytes), .text(leaf.ratio),
        .text(indexes.joined(separator: " ")),
      ])
    }
    return table
  }

  private static func rowGroupTable(_ report: ParquetReport) -> TextTable {
    var columns: [TextTable.Column] = [
      .number("row group"), .number("rows"), .number("bytes"), .number("uncompressed"),
    ]
    let isSorted = report.rowGroups.contains { !$0.sorting.isEmpty }
    if isSorted { columns.append(.text("sorted by")) }
    var table = TextTable(columns)
    for (index, group) in report.rowGroups.enumerated() {
      table.append([
        .number(index), .number(group.rowCount), .number(group.compressedBytes),
        .number(group.uncompressedBytes), .text(group.sorting.joined(separator: ", ")),
      ])
    }
    return table
  }

  private static func pageTable(_ pages: [ParquetPage]) -> TextTable {
    var table = TextTable([
      .number("group"), .text("column"), .text("page"), .number("offset"), .number("bytes"),
      .number("uncompressed"), .number("values"), .number("nulls"), .text("encoding"),
      .number("first row"), .text("minimum"), .text("maximum"), .text("crc"),
    ])
    for page in pages {
      let bounds = page.bounds
      table.append([
        .number(page.rowGroup), .text(page.column), .text(page.kind), .number(page.offset),
        .number(page.compressedBytes), .number(page.uncompressedBytes), .number(page.valueCount),
        .optional(page.nullCount), .text(page.encoding), .optional(page.firstRow),
        .optional(bounds.minimum.map(Describe.shortened)),
        .optional(bounds.maximum.map(Describe.shortened)), .text(page.checksum.shown),
      ])
    }
    return table
  }
}

extension Inspect {
  /// Two tables for a terminal on which one is too wide: where pages are …
  private static func placeTable(_ pages: [ParquetPage]) -> TextTable {
    var table = TextTable([
      .number("group"), .text("column"), .text("page"), .text("encoding"), .number("offset"),
      .number("bytes"), .number("uncompressed"), .text("crc"),
    ])
    for page in pages {
      table.append([
        .number(page.rowGroup), .text(page.column), .text(page.kind), .text(page.encoding),
        .number(page.offset), .number(page.compressedBytes), .number(page.uncompressedBytes),
        .text(page.checksum.shown),
      ])
    }
    return table
  }

  /// … and what is in them.
  private static func valueTable(_ pages: [ParquetPage]) -> TextTable {
    var table = TextTable([
      .number("group"), .number("offset"), .number("first row"), .number("values"),
      .number("nulls"), .text("minimum"), .text("maximum"),
    ])
    for page in pages {
      let bounds = page.bounds
      table.append([
        .number(page.rowGroup), .number(page.offset), .optional(page.firstRow),
        .number(page.valueCount), .optional(page.nullCount),
        .optional(bounds.minimum.map(Describe.shortened)),
        .optional(bounds.maximum.map(Describe.shortened)),
      ])
    }
    return table
  }
}

extension ParquetReport.Element {
  /// `INT64 TIMESTAMP(MICROS, UTC) optional`.
  fileprivate var storedAs: String {
    ([physicalType, logicalType].compactMap { $0 } + [repetition]).joined(separator: " ")
  }
}

extension ParquetInspection.Leaf {
  /// How many times larger the pages are without compression.
  fileprivate var ratio: String {
    compressedBytes == 0
      ? "" : Quantity.fixed(Double(uncompressedBytes) / Double(compressedBytes), digits: 1)
  }
}

extension ParquetPage.Checksum {
  fileprivate var shown: String {
    switch self {
    case .none: "no"
    case .right: "yes"
    case .wrong: "WRONG"
    }
  }
}
