import LakeCatalog
import LakeCore
import Lakehouse

/// `lake runs`
package struct Runs: Sendable, Equatable {
  package var id: Int?
  package var limit = 20

  package init() {}

  package static let declaration = Declaration(
    name: "runs", summary: "Show what was run",
    initial: Runs(),
    arguments: [
      .optional("ID", .integer(1...Int.max), "One run, with its jobs.") { $0.id = $1 }
    ],
    options: [
      .option("limit", "N", .integer(1...100_000), "How many runs to list (default: 20).") {
        $0.limit = $1
      }
    ],
    examples: [
      Example("lake runs", "The newest first."),
      Example("lake runs 3", "The jobs of one run: times, rows, errors."),
    ])
}

extension Command {
  package static let runs = Command(Runs.declaration) { options, context in
    let workspace = try context.workspace()
    let catalog = try workspace.session.catalog
    guard let id = options.id else {
      let runs = try catalog.read { (session) throws(LakeError) in
        try session.runs(limit: options.limit)
      }
      try Runs.write(runs, context)
      return .done
    }
    let found = try catalog.read { (session) throws(LakeError) in
      (try session.run(id), try session.jobRuns(of: id))
    }
    guard let run = found.0 else {
      throw LakeError(.notFound, "there is no run \(id)", hint: "lake runs lists them.")
    }
    try Runs.write(run, found.1, context)
    return .done
  }
}

extension Runs {
  fileprivate static func write(_ runs: [RunRecord], _ context: CommandContext) throws {
    if context.globals.wantsJSON { return try context.write(.array(runs.map { json($0) })) }
    if runs.isEmpty { return context.say("Nothing was run yet: lake run.") }
    var table = TextTable([
      .number("run"), .text("pipeline"), .text("state"), .text("began at (UTC)"),
      .number("seconds"), .text("error"),
    ])
    for run in runs {
      table.append([
        .number(run.id), .text(run.pipeline), .text(run.state.rawValue),
        .text(Timestamps.short(microseconds: Int64(run.startedAt))),
        .text(run.seconds.map { Quantity.fixed($0, digits: 3) } ?? ""),
        .text(run.error?.message ?? ""),
      ])
    }
    try context.write(table)
  }

  fileprivate static func write(
    _ run: RunRecord, _ jobs: [JobRunRecord], _ context: CommandContext
  ) throws {
    if context.globals.wantsJSON { return try context.write(json(run, jobs)) }
    let style = Style(context.console.outputTraits)
    var line = style.bold("run \(run.id)") + " · \(SafeText.escaped(run.pipeline))"
    line += " · \(run.state.rawValue)"
    line += " · \(Timestamps.short(microseconds: Int64(run.startedAt))) UTC"
    if let seconds = run.seconds { line += " · \(Quantity.duration(seconds: seconds))" }
    try context.write(line + " · \(run.engineVersion)\n")
    var table = TextTable([
      .text("job"), .text("state"), .number("read"), .number("rows"), .number("rejected"),
      .number("withheld"), .number("bytes"), .number("version"), .number("seconds"),
      .text("reason"),
    ])
    for job in jobs {
      table.append([
        .text(job.table.suffixed), .text(job.state.shown), .number(job.rowsRead),
        .number(job.rowsWritten), .number(job.rowsRejected), .number(job.rowsWithheld),
        .number(job.bytesWritten), .optional(job.version),
        .text(Quantity.fixed(job.seconds, digits: 3)),
        .text(job.error?.message ?? job.reason ?? ""),
      ])
    }
    try context.write(table)
    for job in jobs {
      guard let error = job.error else { continue }
      let hint = error.hint.map { " " + $0 } ?? ""
      let place = error.place.map { " (\($0))" } ?? ""
      context.say("\(job.table.suffixed): \(error.message)\(place).\(hint)")
    }
  }

  static func json(_ run: RunRecord, _ jobs: [JobRunRecord]? = nil) -> JSONText {
    var members: [JSONText.Member] = [
      .init("run", .integer(run.id)),
      .init("uuid", .string(run.uuid)),
      .init("pipeline", .string(run.pipeline)),
      .init("state", .string(run.state.rawValue)),
      .init("began_at", .string(Timestamps.text(microseconds: Int64(run.startedAt)))),
      .init("seconds", run.seconds.map(JSONText.number) ?? .null),
      .init("engine", .string(run.engineVersion)),
      .init("error", .optional(run.error?.message)),
    ]
    if let jobs { members.append(.init("jobs", .array(jobs.map(json)))) }
    return .object(members)
  }

  private static func json(_ job: JobRunRecord) -> JSONText {
    .object([
      .init("table", .string(job.table.suffixed)),
      .init("state", .string(job.state.rawValue)),
      .init("reason", .optional(job.reason)),
      .init("seconds", .number(job.seconds)),
      .init("rows_read", .integer(job.rowsRead)),
      .init("rows", .integer(job.rowsWritten)),
      .init("rejected", .integer(job.rowsRejected)),
      .init("withheld", .integer(job.rowsWithheld)),
      .init("bytes", .integer(job.bytesWritten)),
      .init("version", .optional(job.version)),
      .init("error", .optional(job.error?.message)),
    ])
  }
}

extension RunRecord {
  /// How long it took; nil while it goes on.
  fileprivate var seconds: Double? {
    finishedAt.map { Double($0 - startedAt) / 1e6 }
  }
}

extension JobRunRecord.State {
  /// In words.
  fileprivate var shown: String { self == .upToDate ? "up to date" : rawValue }
}
