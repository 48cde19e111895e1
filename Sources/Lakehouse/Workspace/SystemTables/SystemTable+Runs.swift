import LakeCatalog
import LakeCore

/// `lake.crawls`, `lake.runs`, `lake.jobs`.
extension SystemTable {
  static var ofRuns: [SystemTable] { [crawls, runs, jobs] }

  private static let crawls = SystemTable(
    space: .lake, name: "crawls", summary: "What the last thousand crawls found, the oldest first",
    columns: [
      Column("crawl", .bigint, "The number of the crawl"),
      Column("scope", .varchar, "What was looked at"),
      Column("started_at", .timestamp, "When it began"),
      Column("seconds", .double, "How long it took"),
      Column("file_count", .bigint, "Files that were found"),
      Column("record_count", .bigint, "Records of those files"),
      Column("reject_count", .bigint, "Records that could not be read"),
      Column("bytes_read", .bigint, "Bytes of the files that were read"),
      Column("report", .json, "The whole report"),
    ],
    rows: { facts in
      let found = try facts.workspace.session.catalog.read { (catalog) throws(LakeError) in
        try catalog.crawls(limit: .max)
      }
      return found.reversed().map { crawl in
        let report = try? JSONValue(parsing: crawl.report)
        let counts = ["files", "records", "rejects", "bytes_read"].map {
          Value(report?[$0]?.integer)
        }
        return [
          Value(crawl.id), .string(crawl.scope), Value(crawl.startedAt), .double(crawl.seconds),
        ] + counts + [.string(crawl.report)]
      }
    })

  private static let runs = SystemTable(
    space: .lake, name: "runs", summary: "Runs of pipelines, the oldest first, as lake runs",
    columns: [
      Column("run", .bigint, "The number of the run"),
      Column("uuid", .varchar, "A name that is never used again"),
      Column("pipeline", .varchar, "The pipeline"),
      Column("state", .varchar, "running, succeeded, failed, cancelled or interrupted"),
      Column("started_at", .timestamp, "When it began"),
      Column("finished_at", .timestamp, "When it ended; null while it goes on"),
      Column("seconds", .double, "How long it took"),
      Column("engine", .varchar, "The program that ran it"),
      Column("error", .varchar, "Why it failed"),
    ],
    rows: { facts in
      try allRuns(facts).map { run in
        [
          Value(run.id), .string(run.uuid), .string(run.pipeline), .string(run.state.rawValue),
          Value(run.startedAt), Value(run.finishedAt),
          run.finishedAt.map { .double(Double($0 - run.startedAt) / 1e6) } ?? .null,
          .string(run.engineVersion), Value(run.error?.message),
        ]
      }
    })

  private static let jobs = SystemTable(
    space: .lake, name: "jobs", summary: "What became of each job in each run, as lake runs N",
    columns: [
      Column("run", .bigint, "The number of the run"),
      Column(
        "position", .bigint,
        "Its "
          + "place in the run, from 1"),
    ] + Column.names + [
      Column("attempt", .bigint, "From 1"),
      Column(
        "state", .varchar,
        "pending, running, succeeded, failed, skipped, cancelled or up_to_date"),
      Column("reason", .varchar, "Why it ran, or did not"),
      Column("started_at", .timestamp, "When it began"),
      Column("seconds", .double, "How long it took"), Column("rows_read", .bigint, "Rows read"),
      Column("rows_written", .bigint, "Rows of the table"),
      Column("rows_rejected", .bigint, "Rows that constraints put aside"),
      Column("rows_withheld", .bigint, "Rows of people who did not agree"),
      Column("bytes_written", .bigint, "Bytes of the files"),
      Column("version", .bigint, "The version that was published"),
      Column("error", .varchar, "Why it failed"),
    ],
    rows: { facts in
      let runs = try allRuns(facts)
      return try facts.workspace.session.catalog.read { (catalog) throws(LakeError) in
        var rows: [[Value]] = []
        for run in runs {
          for job in try catalog.jobRuns(of: run.id) { rows.append(values(job, run)) }
        }
        return rows
      }
    })

  private static func allRuns(_ facts: WorkspaceFacts) throws -> [RunRecord] {
    try facts.workspace.session.catalog.read { (catalog) throws(LakeError) in
      try catalog.runs(limit: .max)
    }.reversed()
  }

  private static func values(_ job: JobRunRecord, _ run: RunRecord) -> [Value] {
    [Value(run.id), Value(job.position + 1)] + Value.names(job.table) + [
      Value(job.attempt), .string(job.state.rawValue), Value(job.reason), Value(job.startedAt),
      .double(job.seconds), Value(job.rowsRead), Value(job.rowsWritten), Value(job.rowsRejected),
      Value(job.rowsWithheld), Value(job.bytesWritten), Value(job.version),
      Value(job.error?.message),
    ]
  }
}
