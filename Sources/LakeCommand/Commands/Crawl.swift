import LakeCore
import LakeCrawler
import LakeFormats
import Lakehouse

/// `lake crawl`
package struct Crawl: Sendable, Equatable {
  package var scopes: [String] = []
  package var isDryRun = false
  package var explains = false
  package var acceptsChanges = false
  package var rereads = false

  package init() {}

  package static let declaration = Declaration(
    name: "crawl", summary: "Find what is in landing, and record it",
    discussion: """
      Walks the landing zone, groups files into tables and partitions, reads every record of files \
      that are new or changed, and records columns, statistics and rejects in the catalog. What \
      catalog/*.sql says wins over what is inferred.

      Once a table is known its columns change by themselves only where nothing is lost; values \
      that stand against that are rejects until --accept.
      """,
    initial: Crawl(),
    arguments: [
      .zeroOrMore(
        "ZONE|TABLE|PATH", .file,
        "What to look at: landing (the default), a table of it, or a path in it."
      ) { $0.scopes.append($1) }
    ],
    options: [
      .flag("dry-run", "Find everything out and write nothing.") { $0.isDryRun = true },
      .flag("explain", "Say what was decided, and why.") { $0.explains = true },
      .flag("accept", "Let columns become what the files say, also where that loses something.") {
        $0.acceptsChanges = true
      },
      .flag("reread", "Read files again even if they did not change.") { $0.rereads = true },
    ],
    examples: [
      Example("lake crawl", "Look at all of landing."),
      Example("lake crawl customer_landing --explain", "One table, with the reasons."),
      Example("lake crawl --dry-run --json", "What a crawl would record, for programs."),
    ])
}

extension Command {
  package static let crawl = Command(Crawl.declaration) { options, context in
    let workspace = try context.workspace()
    let progress = context.scanProgress("Crawling")
    defer { progress.line.finish() }
    var how = CrawlOptions()
    how.isDryRun = options.isDryRun
    how.explains = options.explains
    how.acceptsChanges = options.acceptsChanges
    how.rereads = options.rereads
    let reports = try showingSource(of: workspace) {
      try workspace.crawl(
        try options.crawlScopes(in: workspace), how, progress: progress.report)
    }
    progress.line.finish()
    if context.globals.wantsJSON {
      try context.write(
        (reports.count == 1
          ? reports[0].json : "[" + reports.map(\.json).joined(separator: ",") + "]") + "\n")
    } else {
      for report in reports { try CrawlScreen(report, options, context).write() }
    }
    if !options.isDryRun { context.tellPendingConsent(of: workspace, after: reports) }
    if let failure = reports.lazy.flatMap(\.tables).compactMap(\.failure).first { throw failure }
    return .done
  }
}

extension Crawl {
  fileprivate func crawlScopes(in workspace: LakeWorkspace) throws -> [CrawlScope] {
    if scopes.isEmpty { return [.all] }
    return try scopes.map { try scope($0, workspace) }
  }

  /// A zone, a table by its name, or a path: what is there counts first.
  private func scope(_ text: String, _ workspace: LakeWorkspace) throws -> CrawlScope {
    if let zone = Zone(named: text) {
      guard zone == .landing else {
        throw LakeError(
          .invalidInput, "the zone \(zone.rawValue) is not crawled: its tables are made by lake",
          hint: "Crawl landing, or see lake tables \(zone.rawValue).")
      }
      return .all
    }
    if text.contains("/") { return .path(text) }
    let parts = text.split(separator: ".").map(String.init)
    if parts.count == 2, let zone = Zone(named: parts[0]) {
      return .table(TableName(zone, parts[1]))
    }
    if let suffixed = TableName(suffixed: text) { return .table(suffixed) }
    if try LocalFileSystem().status(of: text, followLinks: true) != nil { return .path(text) }
    return .table(TableName(.landing, text))
  }
}

extension CommandContext {
  /// A withdrawal counts from the next run on. Who is told of it can start one; a policy that
  /// cannot be applied stops that run, and is no error of the crawl.
  fileprivate func tellPendingConsent(
    of workspace: LakeWorkspace, after reports: [CrawlReport]
  ) {
    do {
      for pending in try workspace.pendingConsent(after: reports) {
        let changes = [(pending.withdrew, "withdrew"), (pending.joined, "joined")]
          .filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }.joined(separator: ", ")
        note("consent \(pending.policy): \(changes): lake run")
      }
    } catch {
      let message = (error as? LakeError)?.message ?? "\(error)"
      note("the next run will fail: \(message)")
    }
  }
}

/// A crawl's report for people.
private struct CrawlScreen {
  let report: CrawlReport
  let options: Crawl
  let context: CommandContext

  init(_ report: CrawlReport, _ options: Crawl, _ context: CommandContext) {
    self.report = report
    self.options = options
    self.context = context
  }

  func write() throws {
    if report.tables.isEmpty, report.dropped.isEmpty {
      context.say("There is nothing in landing. A table is a folder in lake/landing, with files.")
    } else {
      try writeTable()
    }
    for table in report.tables { tell(table) }
    for name in report.dropped { context.note("\(name) is gone: it has no files any more") }
    for warning in report.warnings { context.note(warning) }
    if options.isDryRun { context.say("Nothing was written (--dry-run).") }
    if context.console.outputTraits.isTerminal {
      context.say(
        Quantity.grouped(report.recordCount, "record")
          + " · \(Quantity.bytes(report.bytesRead)) read · "
          + Quantity.duration(seconds: report.seconds))
    }
  }

  private func writeTable() throws {
    var table = TextTable([
      .text("table"), .text("format"), .number("files"), .number("new"), .number("changed"),
      .number("gone"), .number("records"), .number("rejects"), .text(""),
    ])
    for crawl in report.tables {
      let state = crawl.failure != nil ? "failed" : crawl.isNew ? "new" : ""
      table.append([
        .text(crawl.name.description), .text(crawl.format?.rawValue ?? ""),
        .number(crawl.fileCount), .number(crawl.newFiles.count),
        .number(crawl.changedFiles.count), .number(crawl.vanishedFiles.count),
        .number(crawl.recordCount), .number(crawl.rejectCount), .text(state),
      ])
    }
    try context.write(table)
  }

  private func tell(_ table: TableCrawl) {
    if options.explains {
      for reason in table.reasons { context.say("\(table.name): \(reason)") }
      for column in table.columns {
        context.say("\(table.name): column \(column.name) \(column.type)")
      }
    }
    for change in table.schemaChanges { context.note("\(table.name): \(change.description)") }
    for difference in table.definitionDifferences { context.note("\(table.name): \(difference)") }
    for warning in table.warnings { context.note("\(table.name): \(warning)") }
    if table.rejectCount > 0 {
      context.note(
        "\(table.name): \(Quantity.grouped(table.rejectCount, "record")) rejected; see lake "
          + "rejects \(table.name)")
    }
    for reject in table.firstRejects {
      context.say("  \(reject.file):\(reject.line):\(reject.column): \(reject.reason)")
    }
  }
}
