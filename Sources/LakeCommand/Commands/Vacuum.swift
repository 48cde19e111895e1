import LakeCore
import LakeTables
import Lakehouse

/// `lake vacuum`
package struct Vacuum: Sendable, Equatable {
  package var table = ""
  package var options = VacuumOptions()

  package init() { options.isDryRun = true }

  package static func == (a: Vacuum, b: Vacuum) -> Bool {
    a.table == b.table && a.options.retentionHours == b.options.retentionHours
      && a.options.isForced == b.options.isForced && a.options.isDryRun == b.options.isDryRun
  }

  package static let declaration = Declaration(
    name: "vacuum", summary: "Remove the files of versions that are not kept any more",
    discussion: """
      Shows what would be removed, and removes it with --yes. Each publish does the same in its \
      turn: this is for a table that is not published any more, and for disks that are full. \
      Versions are kept for a week, and the last two however old they are; fewer hours need \
      --force, since whoever reads an older version at that moment finds its files gone.
      """,
    initial: Vacuum(),
    arguments: [.one("TABLE", .text, "A managed table.") { $0.table = $1 }],
    options: [
      .flag("yes", "Remove the files.") { $0.options.isDryRun = false },
      .option(
        "retain", "HOURS", .integer(0...1_000_000), "How long versions are kept (default: 168)."
      ) { $0.options.retentionHours = $1 },
      .flag("force", "Also where that is shorter than the table's own retention.") {
        $0.options.isForced = true
      },
    ],
    examples: [
      Example("lake vacuum customer_trusted", "What would be removed."),
      Example("lake vacuum customer_trusted --yes", "Remove it."),
    ])
}

extension Command {
  package static let vacuum = Command(Vacuum.declaration) { vacuum, context in
    let workspace = try context.workspace()
    let target = try workspace.editTarget(typed: vacuum.table)
    guard case .managed(let table) = target else { throw VacuumOptions.refusal(target.label) }
    let report = try workspace.vacuum(table, vacuum.options)
    let isDryRun = vacuum.options.isDryRun
    if context.globals.wantsJSON {
      try context.write(MaintenanceScreen.json(report, of: table, isDryRun: isDryRun))
      return .done
    }
    for file in report.files { try context.write("\(file.path)  \(file.size)\n") }
    context.say(MaintenanceText.vacuumed(table, report, isDryRun: isDryRun))
    if isDryRun, !report.files.isEmpty { context.say("With --yes they are removed.") }
    return .done
  }
}
