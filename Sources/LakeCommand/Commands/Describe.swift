import LakeCatalog
import LakeCore
import LakeTables
import Lakehouse

/// `lake describe`
package struct Describe: Sendable, Equatable {
  package var table = ""
  package var wantsDDL = false

  package init() {}

  package static let declaration = Declaration(
    name: "describe", summary: "Show what is known of a table",
    discussion: """
      Shows where the table is, both for tools that read a directory of Parquet and for those that \
      know Delta Lake's log; its columns with types, nulls and ranges; its versions; what it is \
      made from and who reads it; and what its rows are held to.
      """,
    initial: Describe(),
    arguments: [
      .one("TABLE", .text, "A table or view, as zone.name or name_zone.") { $0.table = $1 }
    ],
    options: [
      .flag("ddl", "Show the statement that would make it, and nothing else.") {
        $0.wantsDDL = true
      }
    ],
    examples: [
      Example("lake describe customer_trusted", "All about a table."),
      Example("lake describe landing.customer --ddl", "As a statement for Athena or Hive."),
    ])
}

extension Command {
  package static let describe = Command(Describe.declaration) { options, context in
    let workspace = try context.workspace()
    let description = try workspace.describe(options.table)
    if options.wantsDDL {
      let ddl = try TableDDL(workspace).statement(for: description.table)
      if context.globals.wantsJSON {
        try context.write(.object([.init("ddl", .string(ddl))]))
      } else {
        try context.write(ddl + "\n")
      }
      return .done
    }
    let screen = DescriptionScreen(description, context)
    if context.globals.wantsJSON {
      try context.write(screen.json)
    } else {
      try screen.write()
    }
    return .done
  }
}

/// A table's description for people and for programs.
private struct DescriptionScreen {
  private let description: TableDescription
  private let context: CommandContext

  private static let versionsMax = 5

  init(_ description: TableDescription, _ context: CommandContext) {
    self.description = description
    self.context = context
  }

  private var table: CatalogTable { description.table }

  func write() throws {
    let style = Style(context.console.outputTraits)
    try context.write(style.bold(table.name.description) + " · \(summary)\n")
    if let comment = table.comment { try context.write(SafeText.escaped(comment) + "\n") }
    for (label, value) in facts {
      let fill = String(repeating: " ", count: max(0, 11 - label.count))
      try context.write(style.dim(label) + fill + SafeText.escaped(value) + "\n")
    }
    try writeColumns()
    try writeVersions()
  }

  private var summary: String {
    var parts = [
      table.kind == .managed ? "managed table" : table.kind == .view ? "view" : "external table"
    ]
    if let format = table.format { parts.append(format.rawValue) }
    if let rows = table.recordCount { parts.append(Quantity.grouped(rows, "row")) }
    if let rejects = table.rejectCount, rejects > 0 {
      parts.append(Quantity.grouped(rejects, "reject"))
    }
    if let files = description.fileCount { parts.append(Quantity.grouped(files, "file")) }
    if let bytes = table.byteCount { parts.append(Quantity.bytes(bytes)) }
    if let version = table.currentVersion { parts.append("version \(version)") }
    return parts.joined(separator: " · ")
  }

  private var facts: [(label: String, value: String)] {
    var facts: [(String, String)] = []
    if !description.publishedPath.isEmpty { facts.append(("files", description.publishedPath)) }
    if let path = description.logPath { facts.append(("versions", path)) }
    if let file = description.definedBy {
      facts.append((table.kind == .managed ? "made by" : "defined by", file))
    }
    if !description.madeFrom.isEmpty {
      facts.append(("made from", description.madeFrom.map(\.description).joined(separator: ", ")))
    }
    if !description.readBy.isEmpty {
      facts.append(("read by", description.readBy.map(\.description).joined(separator: ", ")))
    }
    for clause in description.clauses where !description.consent.contains(clause) {
      facts.append(("check", clause))
    }
    for clause in description.consent { facts.append(("consent", clause)) }
    if let personal = table.isPersonal {
      facts.append(("personal", personal ? "yes" : "no"))
    }
    if let sql = table.viewSQL { facts.append(("query", sql)) }
    return facts
  }

  private func writeColumns() throws {
    guard !description.columns.isEmpty else { return }
    let hasComments = description.columns.contains { $0.comment != nil || $0.isPartition }
    var columns: [TextTable.Column] = [
      .text("column"), .text("type"), .number("nulls"), .text("minimum"), .text("maximum"),
    ]
    if hasComments { columns.append(.text("comment")) }
    var text = TextTable(columns)
    for column in description.columns {
      let note = [column.isPartition ? "partition" : nil, column.comment].compactMap { $0 }
      text.append([
        .text(column.name), .text(column.type.description), .optional(column.nullCount),
        .optional(column.minimum.map(Describe.shortened)),
        .optional(column.maximum.map(Describe.shortened)),
        .text(note.joined(separator: ": ")),
      ])
    }
    try context.write("\n")
    try context.write(text)
  }

  private func writeVersions() throws {
    guard !description.versions.isEmpty else { return }
    try context.write("\n")
    let shown = description.versions.suffix(DescriptionScreen.versionsMax)
    try context.write(HistoryTable.text(Array(shown.reversed())))
    if shown.count < description.versions.count {
      context.say(
        "The last \(shown.count) of \(description.versions.count) versions; lake history "
          + "\(table.name) shows all.")
    }
  }

  // MARK: - JSON

  var json: JSONText {
    .object([
      .init("table", .string(table.name.description)),
      .init("kind", .string(table.kind.rawValue)),
      .init("format", .optional(table.format?.rawValue)),
      .init("comment", .optional(table.comment)),
      .init("files_path", .string(description.publishedPath)),
      .init("log_path", .optional(description.logPath)),
      .init("defined_by", .optional(description.definedBy)),
      .init("rows", .optional(table.recordCount)),
      .init("rejects", .optional(table.rejectCount)),
      .init("files", .optional(description.fileCount)),
      .init("bytes", .optional(table.byteCount)),
      .init("version", .optional(table.currentVersion)),
      .init("columns", .array(description.columns.map(json))),
      .init("checks", .array(description.clauses.map(JSONText.string))),
      .init("consent", .array(description.consent.map(JSONText.string))),
      .init("made_from", .array(description.madeFrom.map { .string($0.description) })),
      .init("read_by", .array(description.readBy.map { .string($0.description) })),
      .init("query", .optional(table.viewSQL)),
      .init("versions", .array(description.versions.map(HistoryTable.json))),
    ])
  }

  private func json(_ column: TableDescription.Column) -> JSONText {
    .object([
      .init("name", .string(column.name)),
      .init("type", .string(column.type.description)),
      .init("partition", .boolean(column.isPartition)),
      .init("nulls", .optional(column.nullCount)),
      .init("minimum", .optional(column.minimum)),
      .init("maximum", .optional(column.maximum)),
      .init("comment", .optional(column.comment)),
    ])
  }
}

extension Describe {
  /// A bound is there to be glanced at; `--json` has it whole.
  static func shortened(_ text: String) -> String {
    text.count > 40 ? text.prefix(39) + "…" : text
  }
}
