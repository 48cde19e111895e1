import LakeCatalog
import LakeCore
import Lakehouse

/// `lake rejects`
package struct Rejects: Sendable, Equatable {
  package var table = ""
  package var limit: Int?

  package init() {}

  package static let declaration = Declaration(
    name: "rejects", summary: "Show the records of a table that were refused",
    discussion: """
      Records of landing that could not be read, and rows that a constraint put aside, each with \
      its place, its reason and its bytes (the first 4 kB of them).
      """,
    initial: Rejects(),
    arguments: [.one("TABLE", .text, "A table.") { $0.table = $1 }],
    options: [
      .option(
        "limit", "N", .integer(1...Int.max),
        "How many to show (default: 40 on a terminal, else all)."
      ) { $0.limit = $1 }
    ],
    examples: [
      Example("lake rejects landing.customer", "What of the customers could not be read."),
      Example("lake rejects customer_trusted --json", "Whole records, for programs."),
    ])
}

extension Command {
  package static let rejects = Command(Rejects.declaration) { options, context in
    let workspace = try context.workspace()
    let table = try workspace.table(typed: options.table).name
    let isTerminal = context.console.outputTraits.isTerminal && !context.globals.wantsJSON
    let limit = options.limit ?? (isTerminal ? ResultWriter.terminalRowsMax : .max)
    let found = try workspace.rejects(of: table, atMost: limit)
    if context.globals.wantsJSON {
      let lines = found.records.map(\.description).joined(separator: ",\n")
      try context.write(lines.isEmpty ? "[]\n" : "[\n\(lines)\n]\n")
      return .done
    }
    if found.records.isEmpty {
      context.say("No record of \(table) was refused.")
      return .done
    }
    var text = TextTable([.text("where"), .text("reason"), .text("record")])
    for record in found.records {
      text.append([
        .text(Rejects.place(record)), .text(record["reason"]?.text ?? ""),
        .text(Rejects.shortened(record["raw"]?.text ?? record["raw_base64"]?.text ?? "")),
      ])
    }
    try context.write(text)
    if found.isCut {
      context.say("The first \(found.records.count); --limit shows more, --json whole records.")
    }
    return .done
  }
}

extension Rejects {
  /// The file and the line; of a row that a constraint put aside, the table.
  fileprivate static func place(_ record: JSONValue) -> String {
    guard let file = record["file"]?.text else { return record["table"]?.text ?? "" }
    guard let line = record["line"]?.integer else { return file }
    return "\(file):\(line):\(record["column"]?.integer ?? 1)"
  }

  fileprivate static func shortened(_ text: String) -> String {
    text.count > 80 ? text.prefix(79) + "…" : text
  }
}
