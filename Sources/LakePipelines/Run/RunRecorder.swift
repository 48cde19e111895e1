import LakeCatalog
import LakeCore
import LakeTables

/// Writes into the catalog what a run does, as it goes: a run that dies leaves what it had done.
final class RunRecorder {
  let uuid: String
  private(set) var id = 0
  private let session: WorkspaceSession
  private let pipeline: Pipeline

  init(_ session: WorkspaceSession, _ pipeline: Pipeline) throws(LakeError) {
    self.session = session
    self.pipeline = pipeline
    uuid = session.tableOptions.makeUUID()
    let run = RunRecord(
      uuid: uuid, pipeline: pipeline.name, startedAt: Int(session.startedAt),
      process: Machine.processID, engineVersion: session.engineVersion)
    id = try session.catalog.write { catalog throws(LakeError) in try catalog.beginRun(run) }
  }

  func record(_ report: JobReport, at position: Int) throws(LakeError) {
    var job = JobRunRecord(position: position, table: report.table, state: report.state.recorded)
    job.reason = report.reason
    job.seconds = report.seconds
    job.rowsRead = report.rowsRead
    job.rowsWritten = report.rowsWritten
    job.rowsRejected = report.rowsRejected
    job.rowsWithheld = report.rowsWithheld
    job.bytesWritten = report.bytes
    job.version = report.version
    job.fingerprint = report.fingerprint
    job.error = report.error.map { ErrorRecord($0) }
    if !report.warnings.isEmpty {
      job.details =
        JSONValue.object([
          "warnings": .array(report.warnings.map(JSONValue.string))
        ]).description
    }
    let edges = report.reads.map {
      LineageEdge(
        target: report.table, source: $0, pipeline: pipeline.name, job: report.table.suffixed)
    }
    let table = report.state == .published ? try published(report) : nil
    let (record, run) = (job, id)
    let job2 = jobRecord(report)
    try session.catalog.write { catalog throws(LakeError) in
      try catalog.saveJobRun(record, of: run)
      if var table { try catalog.save(&table) }
      if report.state == .published || report.state == .upToDate {
        try catalog.saveJob(job2)
        try catalog.replaceLineage(to: report.table, edges)
      }
    }
  }

  func finish(_ report: RunReport) throws(LakeError) {
    let run = id
    let error = report.error.map { ErrorRecord($0) }
    try session.catalog.write { catalog throws(LakeError) in
      try catalog.finishRun(run, error == nil ? .succeeded : .failed, error: error)
    }
  }

  /// Notes an error that ended the run. That it cannot be noted is not told: the error itself is.
  func fail(_ error: any Error) {
    let known = error as? LakeError ?? LakeError(.internal, "\(error)")
    let state: RunRecord.State = known.code == .cancelled ? .cancelled : .failed
    let run = id
    try? session.catalog.write { catalog throws(LakeError) in
      try catalog.finishRun(run, state, error: ErrorRecord(known))
    }
  }

  private func jobRecord(_ report: JobReport) -> JobRecord {
    var job = JobRecord(table: report.table, pipeline: pipeline.name, path: report.file)
    job.fingerprint = report.fingerprint
    job.publishedVersion = report.version
    job.publishedAt = Int(session.startedAt)
    job.lastRunID = id
    return job
  }

  /// The table's row in the catalog, as its log has it now.
  private func published(_ report: JobReport) throws(LakeError) -> CatalogTable? {
    try CatalogFollower(session: session).entry(of: report.table, pipeline: pipeline.name)
  }
}

extension JobReport.State {
  fileprivate var recorded: JobRunRecord.State {
    switch self {
    case .published: .succeeded
    case .upToDate: .upToDate
    case .failed: .failed
    case .skipped: .skipped
    }
  }
}
