import LakeCore
import Lakehouse

/// `lake catalog rebuild` and `lake catalog dump`
package struct CatalogRebuild: Sendable {
  package static let declaration = Declaration(
    name: "rebuild", summary: "Make the catalog anew from what is on the disk",
    discussion: """
      Reads the logs of managed tables, crawls landing, and applies catalog/*.sql. The old file is \
      put aside as catalog/lake.sqlite.old; with it goes the history of runs, which stands nowhere \
      else.
      """,
    initial: CatalogRebuild(),
    examples: [Example("lake catalog rebuild", "After catalog/lake.sqlite was lost or damaged.")])
}

package struct CatalogDump: Sendable, Equatable {
  package var directory: String?

  package static let declaration = Declaration(
    name: "dump", summary: "Write the statements that would make all tables and views",
    initial: CatalogDump(),
    arguments: [
      .optional("DIR", .directory, "Write a file for each instead of standard output.") {
        $0.directory = $1
      }
    ],
    examples: [
      Example("lake catalog dump", "As one script."),
      Example("lake catalog dump /tmp/ddl", "As files, one for each table."),
    ])
}

extension Command {
  package static let catalog = Command(
    name: "catalog", summary: "Rebuild or dump the metadata catalog",
    examples: [
      Example("lake catalog rebuild", "Make it anew from logs, files and definitions.")
    ],
    subcommands: [.catalogRebuild, .catalogDump])

  static let catalogRebuild = Command(CatalogRebuild.declaration) { _, context in
    let workspace = try context.workspace()
    let progress = context.scanProgress("Crawling")
    defer { progress.line.finish() }
    let report = try showingSource(of: workspace) {
      try workspace.rebuildCatalog(progress: progress.report)
    }
    progress.line.finish()
    if context.globals.wantsJSON {
      try context.write(
        .object([
          .init("landing_tables", .integer(report.landing)),
          .init("managed_tables", .integer(report.managed)),
          .init("foreign_tables", .integer(report.foreign)),
          .init("views", .integer(report.views)),
        ]))
    } else {
      context.say(
        "The catalog is rebuilt: \(Quantity.grouped(report.landing, "table")) of landing, "
          + "\(Quantity.grouped(report.managed, "managed table")), "
          + (report.foreign == 0 ? "" : "\(Quantity.grouped(report.foreign, "table")) of others, ")
          + "\(Quantity.grouped(report.views, "view")).")
    }
    return .done
  }

  static let catalogDump = Command(CatalogDump.declaration) { options, context in
    let workspace = try context.workspace()
    let ddl = TableDDL(workspace)
    let tables = try workspace.session.catalog.tables()
    if context.globals.wantsJSON {
      try context.write(
        .array(
          try tables.map {
            .object([
              .init("table", .string($0.name.description)),
              .init("ddl", .string(try ddl.statement(for: $0))),
            ])
          }))
      return .done
    }
    for (index, table) in tables.enumerated() {
      let statement = try ddl.statement(for: table) + "\n"
      guard let directory = options.directory else {
        try context.write((index > 0 ? "\n" : "") + statement)
        continue
      }
      let fileSystem = LocalFileSystem()
      try fileSystem.makeDirectories(directory)
      let path = Path.join(directory, "\(table.name.suffixed).sql")
      let writer = try AtomicFileWriter(path: path, fileSystem: fileSystem)
      try writer.write(statement)
      try writer.commit()
    }
    return .done
  }
}
