import LakeCore
import LakeEngine
import Lakehouse

/// `lake restore`
package struct Restore: Sendable, Equatable {
  package var table = ""
  package var version: Int?
  package var moment: String?

  package init() {}

  package static let declaration = Declaration(
    name: "restore", summary: "Make a table what it was, as a new version",
    discussion: """
      The files of the earlier version are named again; nothing is lost, and the restore itself \
      can be taken back the same way. Versions are kept for a week, and the last two however old \
      they are. Rows of people who have withdrawn their consent since do not come back.
      """,
    initial: Restore(),
    arguments: [.one("TABLE", .text, "A managed table.") { $0.table = $1 }],
    options: [
      .option("version", "N", .integer(0...Int.max), "The version, as lake history shows it.") {
        $0.version = $1
      },
      .option("at", "TIMESTAMP", .text, "As it was at this moment, in UTC.") { $0.moment = $1 },
    ],
    examples: [
      Example("lake restore customer_trusted --version 3", "As version 3 was."),
      Example(
        "lake restore customer_trusted --at '2024-05-31 12:00:00'", "As it was at that time."),
    ])
}

extension Command {
  package static let restore = Command(Restore.declaration) { options, context in
    let workspace = try context.workspace()
    let table = try workspace.editTarget(typed: options.table)
    return try showingSource(of: workspace) {
      let report = try workspace.restore(table, to: try options.wanted)
      try context.write(MaintenanceScreen.json(report), or: MaintenanceText.restored(report))
      return .done
    }
  }
}

extension Restore {
  fileprivate var wanted: TableMoment {
    get throws {
      switch (version, moment) {
      case (let version?, nil): return .version(version)
      case (nil, let text?):
        guard let micros = Timestamps.microseconds(text) else {
          throw UsageFault.badValue(
            of: "--at", text: text, expected: "a moment such as '2024-05-31 12:00:00'")
        }
        return .timestamp(micros)
      case (nil, nil), (_?, _?):
        throw UsageFault.contradiction("either --version or --at says what to restore")
      }
    }
  }
}
