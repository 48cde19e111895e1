import LakePipelines
import Lakehouse

/// `lake adopt`
package struct Adopt: Sendable, Equatable {
  package var table = ""
  package var request = AdoptionRequest()
  /// How many options say what becomes of the rows.
  var modes = 0

  package init() {}

  package static let declaration = Declaration(
    name: "adopt", summary: "Make Parquet files of another program a table's",
    discussion: """
      Spark, DuckDB, Polars or pandas write files into a folder; this makes them the table's next \
      version, in one step. What the table declares holds: its rows are read through the checks. \
      Files that are like the table's own are taken as they are; the rows of others are written \
      anew, and why is said. Directories such as day=2024-05-01 are partitions. A folder whose \
      writer is not done is refused. Without --append or --overwrite the table is made.
      """,
    initial: Adopt(),
    arguments: [
      .one("TABLE", .text, "A table of trusted or curated.") { $0.table = $1 },
      .oneOrMore("PATH", .file, "Parquet files, or folders of such.") {
        $0.request.paths.append($1)
      },
    ],
    options: [
      .flag("append", "Keep the rows that the table has.") { $0.set(.append) },
      .flag("overwrite", "Replace all rows; make the table if it is not there.") {
        $0.set(.overwrite)
      },
      .flag("overwrite-partitions", "Replace the rows of the partitions that the files are of.") {
        $0.set(.overwritePartitions)
      },
      .flag("move", "Take the files away from where they are, and copy none on the same disk.") {
        $0.request.isGiven = true
      },
      .flag("dry-run", "Say what would be done, by the ends of the files.") {
        $0.request.isDryRun = true
      },
    ],
    examples: [
      Example("lake adopt trusted.visit /data/out", "Make a table of what Spark has written."),
      Example("lake adopt trusted.visit /data/out --append --move", "Add files to it."),
      Example(
        "lake adopt trusted.visit /data/out --overwrite-partitions",
        "Replace the days that were computed again."),
    ])

  private mutating func set(_ mode: AdoptionRequest.Mode) {
    request.mode = mode
    modes += 1
  }
}

extension Command {
  package static let adopt = Command(Adopt.declaration) { options, context in
    guard options.modes <= 1 else {
      throw UsageFault.contradiction(
        "one of --append, --overwrite and --overwrite-partitions says what becomes of the rows")
    }
    let (workspace, request) = (try context.workspace(), options.request)
    let table = try workspace.tableToAdopt(typed: options.table, request)
    return try showingSource(of: workspace) {
      let report = try workspace.adopt(request, into: table)
      try context.write(
        MaintenanceScreen.json(report, isDryRun: request.isDryRun),
        or: MaintenanceText.adopted(report, isDryRun: request.isDryRun))
      for withdrawal in report.withdrawals {
        context.note(
          "\(withdrawal.rowsRemoved) rows of \(withdrawal.table) were removed first: people "
            + "withdrew their consent to \(withdrawal.policy)")
      }
      for warning in report.warnings { context.note(warning) }
      return .done
    }
  }
}
