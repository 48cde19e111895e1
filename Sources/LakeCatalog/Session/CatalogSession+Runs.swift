import LakeCore

extension CatalogSession {
  private static let runColumns = """
    id, uuid, pipeline, state, started_at, finished_at, process, engine_version, parameters, error,
    details
    """

  /// Records that a run begins, and returns its number.
  package func beginRun(_ run: RunRecord) throws(LakeError) -> Int {
    try connection.run(
      """
      INSERT INTO runs (
        uuid, pipeline, state, started_at, finished_at, process, engine_version, parameters, error,
        details
      ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """,
      [
        .text(run.uuid), .text(run.pipeline), .text(run.state.rawValue), .integer(run.startedAt),
        SQLiteValue(run.finishedAt), .integer(run.process), .text(run.engineVersion),
        .text(FlatJSON.text(run.parameters)), SQLiteValue(run.error?.json),
        SQLiteValue(run.details),
      ])
    return connection.lastInsertedID
  }

  /// Records how a run ended.
  package func finishRun(
    _ id: Int, _ state: RunRecord.State, error: ErrorRecord? = nil, details: String? = nil,
    at moment: Int = Moment.now()
  ) throws(LakeError) {
    try connection.run(
      """
      UPDATE runs SET state = ?, finished_at = ?, error = ?, details = coalesce(?, details)
      WHERE id = ?
      """,
      [
        .text(state.rawValue), .integer(moment), SQLiteValue(error?.json), SQLiteValue(details),
        .integer(id),
      ])
  }

  /// Runs, the newest first.
  package func runs(
    of pipeline: String? = nil, limit: Int = 100
  ) throws(LakeError) -> [RunRecord] {
    let sql = "SELECT \(CatalogSession.runColumns) FROM runs"
    let end = "ORDER BY id DESC LIMIT ?"
    if let pipeline {
      return try connection.rows(
        "\(sql) WHERE pipeline = ? COLLATE NOCASE \(end)", [.text(pipeline), .integer(limit)], run)
    }
    return try connection.rows("\(sql) \(end)", [.integer(limit)], run)
  }

  package func run(_ id: Int) throws(LakeError) -> RunRecord? {
    try connection.first(
      "SELECT \(CatalogSession.runColumns) FROM runs WHERE id = ?", [.integer(id)], run)
  }

  private func run(_ row: SQLiteRow) -> RunRecord {
    var run = RunRecord(
      uuid: row.text(1), pipeline: row.text(2), startedAt: row.int(4), process: row.int(6),
      engineVersion: row.text(7))
    run.id = row.int(0)
    run.state = RunRecord.State(rawValue: row.text(3)) ?? .interrupted
    run.finishedAt = row.optionalInt(5)
    run.parameters = FlatJSON.members(of: row.text(8)) ?? [:]
    run.error = ErrorRecord(json: row.optionalText(9))
    run.details = row.optionalText(10)
    return run
  }

  // MARK: - Jobs of a run

  /// Records a job of a run, or what became of it.
  package func saveJobRun(_ job: JobRunRecord, of run: Int) throws(LakeError) {
    try connection.run(
      """
      INSERT OR REPLACE INTO job_runs
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """,
      [.integer(run), .integer(job.position), .integer(job.attempt)] + job.table.key
        + [
          .text(job.table.name), .text(job.state.rawValue), SQLiteValue(job.reason),
          SQLiteValue(job.startedAt), .real(job.seconds), .integer(job.rowsRead),
          .integer(job.rowsWritten), .integer(job.rowsRejected), .integer(job.rowsWithheld),
          .integer(job.bytesWritten), SQLiteValue(job.version), SQLiteValue(job.fingerprint),
          SQLiteValue(job.error?.json), SQLiteValue(job.details),
        ])
  }

  /// The jobs of a run in their order, attempt by attempt.
  package func jobRuns(of run: Int) throws(LakeError) -> [JobRunRecord] {
    try connection.rows(
      """
      SELECT position, attempt, zone, name, state, reason, started_at, seconds, rows_read,
        rows_written, rows_rejected, rows_withheld, bytes_written, version, fingerprint, error,
        details
      FROM job_runs WHERE run_id = ? ORDER BY position, attempt
      """, [.integer(run)]
    ) { row throws(LakeError) in
      var job = JobRunRecord(
        position: row.int(0), table: try row.tableName(2),
        state: JobRunRecord.State(rawValue: row.text(4)) ?? .failed)
      job.attempt = row.int(1)
      job.reason = row.optionalText(5)
      job.startedAt = row.optionalInt(6)
      job.seconds = row.double(7)
      job.rowsRead = row.int(8)
      job.rowsWritten = row.int(9)
      job.rowsRejected = row.int(10)
      job.rowsWithheld = row.int(11)
      job.bytesWritten = row.int(12)
      job.version = row.optionalInt(13)
      job.fingerprint = row.optionalText(14)
      job.error = ErrorRecord(json: row.optionalText(15))
      job.details = row.optionalText(16)
      return job
    }
  }

  // MARK: - Jobs

  /// Records a job, or what it published.
  package func saveJob(_ job: JobRecord) throws(LakeError) {
    try connection.run(
      "INSERT OR REPLACE INTO jobs VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
      job.table.key + [
        .text(job.table.name), .text(job.pipeline), .text(job.path), SQLiteValue(job.fingerprint),
        SQLiteValue(job.publishedVersion), SQLiteValue(job.publishedAt),
        SQLiteValue(job.lastRunID),
      ])
  }

  /// The job that makes a table.
  package func job(of table: TableName) throws(LakeError) -> JobRecord? {
    try jobs("WHERE zone = ? AND key = ?", table.key).first
  }

  /// The jobs of a pipeline, or of all.
  package func jobs(of pipeline: String? = nil) throws(LakeError) -> [JobRecord] {
    guard let pipeline else { return try jobs("", []) }
    return try jobs("WHERE pipeline = ? COLLATE NOCASE", [.text(pipeline)])
  }

  package func removeJob(of table: TableName) throws(LakeError) {
    try connection.run("DELETE FROM jobs WHERE zone = ? AND key = ?", table.key)
  }

  private func jobs(
    _ condition: String, _ parameters: [SQLiteValue]
  ) throws(LakeError) -> [JobRecord] {
    try connection.rows(
      """
      SELECT zone, name, pipeline, path, fingerprint, published_version, published_at, last_run_id
      FROM jobs \(condition) ORDER BY zone, key
      """, parameters
    ) { row throws(LakeError) in
      var job = JobRecord(table: try row.tableName(0), pipeline: row.text(2), path: row.text(3))
      job.fingerprint = row.optionalText(4)
      job.publishedVersion = row.optionalInt(5)
      job.publishedAt = row.optionalInt(6)
      job.lastRunID = row.optionalInt(7)
      return job
    }
  }
}
