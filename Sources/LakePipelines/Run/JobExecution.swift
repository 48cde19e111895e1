import LakeCore
import LakeEngine
import LakeTables

/// The execution of one job: its query, its checks, its publish.
struct JobExecution {
  let session: WorkspaceSession
  let state: RunState
  let fingerprint: JobFingerprint?
  let runID: String
  /// Whether the rows are handed on to later jobs in memory.
  let keepsRows: Bool

  /// How often the work is done again because somebody else published, or the subjects changed.
  private static let attemptsMax = 3

  func run(
    _ planned: BoundJob, _ policies: [ConsentPolicy], _ report: inout JobReport
  ) throws {
    for attempt in 1...JobExecution.attemptsMax {
      switch try attemptOnce(planned.job, policies, &report) {
      case .committed(let commit):
        report.version = commit.version
        report.rowsWritten = commit.rows
        report.bytes = commit.bytes
        report.rowsBefore = commit.rowsBefore
        report.fingerprint = fingerprint?.hash
        report.warnings += commit.warnings.map(\.message)
        return
      case .stale:
        try state.applyConsentAgain()
        if attempt == JobExecution.attemptsMax {
          throw LakeError(
            .conflict, "the table of subjects keeps changing while \(planned.job.target) is made",
            hint: "Run again when it has come to rest.")
        }
      case .conflicted(let conflict):
        if attempt == JobExecution.attemptsMax {
          throw LakeError(
            .conflict,
            "\(planned.job.target) was changed by somebody else meanwhile: \(conflict.description)",
            hint: "Run again.")
        }
      }
    }
  }

  private func attemptOnce(
    _ job: JobDefinition, _ policies: [ConsentPolicy], _ report: inout JobReport
  ) throws -> PublishOutcome {
    let withheld = WithheldCounter()
    let bound = try state.binder(withholding: withheld).bind(job)
    let work = PublishWork(session: session, state: state)
    let table = try session.table(job.target)
    let rejects = TableRejects(table: job.target, schema: bound.schema, session: session)
    let checks = try work.checks(of: bound, policies, rejects)
    let contract = bound.contract.contract
    var wanted = WriteRequest(
      schema: bound.schema, partitionColumns: bound.partitionColumns, comment: job.comment,
      fieldMetadata: bound.fieldMetadata, contract: contract,
      checker: contract == nil ? nil : checks)
    wanted.properties = try job.loggedProperties
    let write = try table.beginWrite(
      wanted, format: session.dataFiles, kernels: session.execution.evaluation.kernels)
    let rows = try work.stream(bound, to: write, checks, keepsRows: keepsRows)
    let staged = try write.finish()
    let outcome = try table.publish(staged, request(job, policies))
    guard case .committed = outcome else { return outcome }
    try rejects.commit()
    report.rowsRead = rows.read
    report.rowsRejected = checks.rejectedRows
    report.rowsWithheld = checks.withheldCount + withheld.rowCount
    report.warnings += checks.warnings(withheld)
    if keepsRows { state.keep(job.target, rows.kept.table(job.target, bound.schema)) }
    return outcome
  }

  private func request(_ job: JobDefinition, _ policies: [ConsentPolicy]) -> PublishRequest {
    let registry = state.registry
    return PublishRequest(
      job: job.name, runID: runID, fingerprint: fingerprint?.hash,
      details: fingerprint.map { [$0.details] } ?? [],
      revalidate: { try policies.allSatisfy { try registry?.isCurrent($0) ?? false } })
  }
}
