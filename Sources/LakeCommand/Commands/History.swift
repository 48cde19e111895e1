import LakeCore
import LakeTables
import Lakehouse

/// `lake history`
package struct History: Sendable, Equatable {
  package var table = ""
  package var limit: Int?
  package var before: Int?

  package init() {}

  package static let declaration = Declaration(
    name: "history", summary: "Show the versions of a table",
    discussion: """
      Lists what the table's log says of each version: when it was made, by what, and how much. \
      SELECT … FOR VERSION AS OF n reads one of them as long as its files are kept.
      """,
    initial: History(),
    arguments: [.one("TABLE", .text, "A table with a log.") { $0.table = $1 }],
    options: [
      .option(
        "limit", "N", .integer(1...Int.max),
        "How many to show (default: 40 on a terminal, else all)."
      ) { $0.limit = $1 },
      .option("before", "VERSION", .integer(0...Int.max), "Only versions below this one.") {
        $0.before = $1
      },
    ],
    examples: [
      Example("lake history customer_trusted", "The newest version first."),
      Example("lake history curated.customers --json", "For programs."),
    ])
}

extension Command {
  package static let history = Command(History.declaration) { options, context in
    let workspace = try context.workspace()
    let table = try workspace.loggedTable(typed: options.table)
    let isTerminal = context.console.outputTraits.isTerminal && !context.globals.wantsJSON
    let limit = options.limit ?? (isTerminal ? ResultWriter.terminalRowsMax : .max)
    let entries = try table.history(before: options.before, limit: limit)
    if context.globals.wantsJSON {
      try context.write(.array(entries.map(HistoryTable.json)))
    } else {
      try context.write(HistoryTable.text(entries))
      if let last = entries.last, last.version > 0, entries.count == limit {
        context.say("Older versions: lake history \(options.table) --before \(last.version)")
      }
    }
    return .done
  }
}

/// Versions as a table, and as JSON.
enum HistoryTable {
  static func text(_ entries: [HistoryEntry]) -> TextTable {
    var table = TextTable([
      .number("version"), .text("made at (UTC)"), .text("operation"), .number("rows"),
      .number("files"), .number("bytes"), .text("by"),
    ])
    for entry in entries {
      table.append([
        .number(entry.version), .text(moment(entry)), .text(entry.info.operation ?? ""),
        .optional(entry.addedRows), .number(entry.addedFiles), .number(entry.addedBytes),
        .text(entry.info.job ?? entry.info.engineInfo ?? ""),
      ])
    }
    return table
  }

  private static func moment(_ entry: HistoryEntry) -> String {
    Timestamps.short(microseconds: Int64(clamping: entry.timestamp).multipliedClamping(by: 1000))
  }

  static func json(_ entry: HistoryEntry) -> JSONText {
    .object([
      .init("version", .integer(entry.version)),
      .init(
        "made_at",
        .string(
          Timestamps.text(
            microseconds: Int64(clamping: entry.timestamp).multipliedClamping(by: 1000)))),
      .init("operation", .optional(entry.info.operation)),
      .init("rows", .optional(entry.addedRows)),
      .init("files_added", .integer(entry.addedFiles)),
      .init("files_removed", .integer(entry.removedFiles)),
      .init("bytes", .integer(entry.addedBytes)),
      .init("job", .optional(entry.info.job)),
      .init("run", .optional(entry.info.runID)),
      .init("engine", .optional(entry.info.engineInfo)),
    ])
  }
}

extension Int64 {
  /// The product, or the end of the range that it is beyond.
  func multipliedClamping(by factor: Int64) -> Int64 {
    let (product, overflow) = multipliedReportingOverflow(by: factor)
    if !overflow { return product }
    return (self < 0) == (factor < 0) ? .max : .min
  }
}
