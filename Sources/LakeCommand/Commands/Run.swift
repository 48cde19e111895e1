import LakeCore
import LakePipelines
import Lakehouse

/// `lake run`
package struct Run: Sendable, Equatable {
  package var name: String?
  package var isForced = false
  package var isPreview = false
  package var rejectLimit: Convert.RejectLimit?

  package init() {}

  package static let declaration = Declaration(
    name: "run", summary: "Run a pipeline: crawl, apply consent, make its tables",
    discussion: """
      Crawls landing, takes people who withdrew out of all tables, and makes the tables of the \
      pipeline in the order in which they need each other. Each is published in one step, or not \
      at all. What is up to date is not made again.

      A job whose check fails publishes nothing; jobs that read its table are skipped, the others \
      go on. One run at a time works on a workspace.
      """,
    initial: Run(),
    arguments: [
      .optional(
        "PIPELINE|TABLE", .text,
        "A folder of pipelines/ or examples/, or one table that such a folder makes (default: the "
          + "only pipeline)."
      ) { $0.name = $1 }
    ],
    options: [
      .flag("force", "Make tables also where nothing changed.") { $0.isForced = true },
      .option(
        "max-rejects", "N|P%", .rejectLimit,
        "How many records of a landing table may be rejects (default: 1%)."
      ) { $0.rejectLimit = $1 },
      .flag(
        "preview", "Publish nothing: count what each condition of WHERE keeps and drops."
      ) { $0.isPreview = true },
    ],
    examples: [
      Example("lake run stedi", "Make the five tables of the STEDI case."),
      Example("lake run customer_trusted --force", "One table, whether or not it is up to date."),
      Example("lake run customer_trusted --preview", "Why a filter keeps what it keeps."),
      Example("lake run stedi --max-rejects 100 --json", "For programs."),
    ])

  var runOptions: RunOptions {
    var run = RunOptions()
    run.isForced = isForced
    switch rejectLimit {
    case .count(let count): run.rejectLimit = .count(count)
    case .share(let share): run.rejectLimit = .share(share)
    case nil: break
    }
    return run
  }
}

extension Command {
  package static let run = Command(Run.declaration) { options, context in
    let workspace = try context.workspace()
    return try showingSource(of: workspace) {
      if options.isPreview { return try PreviewScreen(workspace, context).run(options.name) }
      let progress = context.scanProgress("Crawling")
      defer { progress.line.finish() }
      let jobs = JobProgress(context) { progress.line.finish() }
      defer { jobs.clear() }
      let outcome = try workspace.run(
        options.name, options.runOptions, observer: jobs, progress: progress.report)
      progress.line.finish()
      jobs.clear()
      let screen = RunScreen(outcome, context)
      if context.globals.wantsJSON {
        try context.write(screen.json)
      } else {
        try screen.write()
      }
      if let error = outcome.run.error { throw error }
      return .done
    }
  }
}

/// What a run is doing: a list of jobs that changes on a terminal, a line for each job elsewhere.
private final class JobProgress: RunObserver {
  private enum State {
    case waiting, running
    case ended(JobReport)
  }

  private let context: CommandContext
  private let style: Style
  private let whenBegun: () -> Void
  private let isLive: Bool
  private var jobs: [(name: String, state: State)] = []
  private var drawnLines = 0

  init(_ context: CommandContext, whenBegun: @escaping () -> Void) {
    self.context = context
    self.whenBegun = whenBegun
    style = Style(context.console.errorTraits)
    isLive = context.console.errorTraits.isSmart && !context.globals.isQuiet
  }

  func runDidBegin(_ pipeline: Pipeline) {
    whenBegun()
    jobs = pipeline.jobs.map { ($0.name, .waiting) }
    draw()
  }

  func jobDidBegin(_ job: JobDefinition) {
    set(job.name, .running)
    draw()
  }

  func jobDidEnd(_ report: JobReport) {
    let name = report.table.suffixed
    set(name, .ended(report))
    if isLive {
      draw()
    } else if !context.globals.wantsJSON {
      context.say("\(name): \(JobProgress.sentence(report))")
    }
  }

  /// Takes the list away.
  func clear() {
    guard drawnLines > 0 else { return }
    context.console.note("\u{1B}[\(drawnLines)A\r\u{1B}[J")
    drawnLines = 0
  }

  private func set(_ name: String, _ state: State) {
    guard let index = jobs.firstIndex(where: { $0.name == name }) else { return }
    jobs[index].state = state
  }

  private func draw() {
    guard isLive else { return }
    let width = jobs.map { DisplayWidth.of($0.name) }.max() ?? 0
    var text = drawnLines > 0 ? "\u{1B}[\(drawnLines)A\r" : ""
    for job in jobs {
      let fill = String(repeating: " ", count: width - DisplayWidth.of(job.name))
      let line: String
      switch job.state {
      case .waiting: line = style.dim("· \(job.name)")
      case .running: line = style.cyan("▸ \(job.name)")
      case .ended(let report):
        let mark =
          report.error == nil && report.state != .skipped ? style.green("✓") : style.red("✗")
        let room = max(10, context.console.errorTraits.width - width - 6)
        let sentence = DisplayWidth.cut(SafeText.escaped(JobProgress.sentence(report)), to: room)
        line = "\(mark) \(job.name)\(fill)  \(style.dim(sentence))"
      }
      text += line + "\u{1B}[K\n"
    }
    drawnLines = jobs.count
    context.console.note(text)
  }

  private static func sentence(_ report: JobReport) -> String {
    switch report.state {
    case .published:
      "\(Quantity.grouped(report.rowsWritten, "row")), version \(report.version ?? 0), "
        + "\(Quantity.duration(seconds: report.seconds)) (\(report.reason))"
    case .upToDate: "up to date"
    case .failed: "failed: \(report.reason)"
    case .skipped: "skipped: \(report.reason)"
    }
  }
}
