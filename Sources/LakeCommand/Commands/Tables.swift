import LakeCatalog
import LakeCore
import Lakehouse

/// `lake tables`
package struct Tables: Sendable, Equatable {
  package var zone: Zone?

  package init() {}

  package static let declaration = Declaration(
    name: "tables", summary: "List the tables that there are",
    initial: Tables(),
    arguments: [
      .optional("ZONE", .zone, "Only those of a zone: landing, trusted or curated.") {
        $0.zone = $1
      }
    ],
    examples: [
      Example("lake tables", "All tables and views."),
      Example("lake tables curated --json", "Those of a zone, for programs."),
    ])
}

extension Command {
  package static let tables = Command(Tables.declaration) { options, context in
    let workspace = try context.workspace()
    let tables = try workspace.tables(in: options.zone)
    if context.globals.wantsJSON {
      try context.write(.array(tables.map(Tables.json)))
      return .done
    }
    if tables.isEmpty {
      let place = options.zone.map { " in \($0.rawValue)" } ?? ""
      context.say(
        "There are no tables\(place) yet: lake crawl finds those of landing, lake run makes "
          + "the others.")
      return .done
    }
    var table = TextTable([
      .text("table"), .text("kind"), .text("format"), .number("columns"), .number("rows"),
      .number("rejects"), .number("files"), .number("bytes"), .number("version"),
    ])
    for known in tables {
      table.append([
        .text(known.name.description), .text(known.kind.rawValue),
        .text(known.format?.rawValue ?? ""), .number(known.columns.count),
        .optional(known.recordCount), .optional(known.rejectCount), .optional(known.fileCount),
        .optional(known.byteCount), .optional(known.currentVersion),
      ])
    }
    try context.write(table)
    return .done
  }
}

extension Tables {
  fileprivate static func json(_ table: CatalogTable) -> JSONText {
    .object([
      .init("table", .string(table.name.description)),
      .init("zone", .string(table.name.zone.rawValue)),
      .init("name", .string(table.name.name)),
      .init("kind", .string(table.kind.rawValue)),
      .init("format", .optional(table.format?.rawValue)),
      .init("columns", .integer(table.columns.count)),
      .init("rows", .optional(table.recordCount)),
      .init("rejects", .optional(table.rejectCount)),
      .init("files", .optional(table.fileCount)),
      .init("bytes", .optional(table.byteCount)),
      .init("version", .optional(table.currentVersion)),
      .init("location", .string(table.location)),
      .init("comment", .optional(table.comment)),
    ])
  }
}

extension TextTable.Cell {
  static func optional(_ number: Int?) -> TextTable.Cell { number.map { .number($0) } ?? .empty }
  static func optional(_ text: String?) -> TextTable.Cell { text.map { .text($0) } ?? .empty }
}

extension ValueParser where Value == Zone {
  package static var zone: Self {
    ValueParser(
      expected: "landing, trusted or curated", choices: Zone.allCases.map(\.rawValue)
    ) { Zone(named: $0) }
  }
}
