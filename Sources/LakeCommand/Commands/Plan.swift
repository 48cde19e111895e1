import LakeCore
import LakePipelines
import Lakehouse

/// `lake plan`
package struct Plan: Sendable, Equatable {
  package var name: String?
  package var wantsDetailedExitCode = false
  package var isForced = false

  package init() {}

  package static let declaration = Declaration(
    name: "plan", summary: "Say what a run would do, and why",
    discussion: """
      Crawls landing as a run would, and says for each job: whether it would run or is up to date, \
      and why; what it reads, what it replaces, how the columns change, and what its rows will be \
      held to. No table is changed.
      """,
    initial: Plan(),
    arguments: [
      .optional("PIPELINE|TABLE", .text, "As for lake run.") { $0.name = $1 }
    ],
    options: [
      .flag("detailed-exitcode", "Exit with 2 if a run would change something.") {
        $0.wantsDetailedExitCode = true
      },
      .flag("force", "As for lake run --force.") { $0.isForced = true },
    ],
    examples: [
      Example("lake plan stedi", "What lake run stedi would do."),
      Example("lake plan stedi --detailed-exitcode --quiet", "For scripts: 0 or 2."),
    ])
}

extension Command {
  package static let plan = Command(Plan.declaration) { options, context in
    let workspace = try context.workspace()
    return try showingSource(of: workspace) {
      var how = RunOptions()
      how.isForced = options.isForced
      let report = try workspace.plan(options.name, how)
      if context.globals.wantsJSON {
        try context.write(Plan.json(report))
      } else {
        for job in report.jobs { try Plan.write(job, context) }
        if !report.hasChanges {
          context.say("Everything is up to date.")
        } else {
          let running = report.jobs.count { $0.action == .run }
          let refused = report.jobs.count { $0.action == .refused }
          context.say(
            "\(running) of \(Quantity.grouped(report.jobs.count, "job")) would run"
              + (refused > 0 ? ", \(refused) cannot." : "."))
        }
      }
      if let error = report.error { throw error }
      return options.wantsDetailedExitCode && report.hasChanges ? .planHasChanges : .done
    }
  }
}

extension Plan {
  fileprivate static func write(_ job: JobPlanReport, _ context: CommandContext) throws {
    let style = Style(context.console.outputTraits)
    let action: String
    switch job.action {
    case .run: action = style.yellow("run")
    case .upToDate: action = style.green("up to date")
    case .refused: action = style.red("refused")
    }
    var text = style.bold(job.table.suffixed) + ": \(action) (\(SafeText.escaped(job.reason)))\n"
    func line(_ label: String, _ value: String) {
      let fill = String(repeating: " ", count: max(0, 10 - label.count))
      text += "  " + style.dim(label) + fill + SafeText.escaped(value) + "\n"
    }
    line("file", job.file)
    if !job.reads.isEmpty { line("reads", job.reads.map(\.description).joined(separator: ", ")) }
    if let replaced = job.replaces, job.action == .run {
      let rows = replaced.rows.map { ", \(Quantity.grouped($0, "row"))" } ?? ""
      line("replaces", "version \(replaced.version)\(rows)")
    }
    for change in job.schemaChanges { line("column", change) }
    for check in job.checks { line("check", check) }
    try context.write(text)
  }

  fileprivate static func json(_ report: PipelinePlanReport) -> JSONText {
    .object([
      .init("pipeline", .string(report.pipeline)),
      .init("has_changes", .boolean(report.hasChanges)),
      .init("jobs", .array(report.jobs.map(json))),
    ])
  }

  private static func json(_ job: JobPlanReport) -> JSONText {
    .object([
      .init("table", .string(job.table.suffixed)),
      .init("file", .string(job.file)),
      .init("action", .string(job.action.rawValue)),
      .init("reason", .string(job.reason)),
      .init("reads", .array(job.reads.map { .string($0.description) })),
      .init("replaces_version", .optional(job.replaces?.version)),
      .init("replaces_rows", .optional(job.replaces?.rows)),
      .init("schema_changes", .array(job.schemaChanges.map(JSONText.string))),
      .init("checks", .array(job.checks.map(JSONText.string))),
      .init("error", job.error.map { ErrorReport($0).json.member("error") } ?? .null),
    ])
  }
}
