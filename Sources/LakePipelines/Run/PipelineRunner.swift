import LakeCatalog
import LakeCore
import LakeEngine
import LakeSQL
import LakeTables

/// Runs a pipeline, from what the crawl left in the catalog to published tables.
///
/// 1. Consent first: whoever withdrew is taken out of all governed tables (`ConsentEnforcement`).
/// 2. Job by job, each after those whose tables it reads: its names are bound against the tables as
///    they are now (`JobBinder`), and a hash is taken of everything that its rows depend on
///    (`JobFingerprint`). If the table's latest version has the same, the job is up to date.
/// 3. Else it is executed (`JobExecution`): rows stream through the checks into files and, if later
///    jobs read them, are kept in memory, and the table is published.
/// 4. A job that fails takes those with it that depend on it; the others go on.
///
/// What the run did is recorded as it goes (`RunRecorder`). One run at a time holds the lock of the
/// workspace.
package struct PipelineRunner {
  let session: WorkspaceSession
  let definitions: WorkspaceDefinitions
  let options: RunOptions
  /// Nil for the jobs of a folder, which see the tables of the workspace and nothing else.
  let names: StatementNames?

  package init(
    _ session: WorkspaceSession, _ definitions: WorkspaceDefinitions, options: RunOptions,
    names: StatementNames? = nil
  ) {
    self.session = session
    self.definitions = definitions
    self.options = options
    self.names = names
  }

  package func run(_ pipeline: Pipeline, observer: (any RunObserver)? = nil) throws -> RunReport {
    let clock = ContinuousClock.now
    var report = RunReport(pipeline: pipeline.name)
    let recorder = try RunRecorder(session, pipeline)
    report.id = recorder.id
    observer?.runDidBegin(pipeline)
    do {
      let state = RunState(session, definitions, names)
      let consent = try state.establishConsent()
      report.consents += consent.reports
      report.withdrawals += consent.withdrawals
      for job in pipeline.jobs where options.only?.contains(job.target) ?? true {
        try session.cancellation.check()
        observer?.jobDidBegin(job)
        let outcome = try run(job, of: pipeline, state, recorder)
        state.reports[job.target] = outcome
        report.jobs.append(outcome)
        try recorder.record(outcome, at: report.jobs.count - 1)
        observer?.jobDidEnd(outcome)
      }
      report.withdrawals += state.withdrawals
      report.seconds = clock.seconds
      try recorder.finish(report)
    } catch {
      recorder.fail(error)
      throw error
    }
    return report
  }

  // MARK: - Jobs

  private func run(
    _ job: JobDefinition, of pipeline: Pipeline, _ state: RunState, _ recorder: RunRecorder
  ) throws -> JobReport {
    let clock = ContinuousClock.now
    var report = JobReport(table: job.target, file: job.file, state: .published, reason: "")
    do {
      // Looked at first: a table that was never made cannot be bound.
      if let failed = pipeline.jobs.first(where: {
        state.hasFailed($0.target) && job.reads($0.target)
      }) {
        report.state = .skipped
        report.reason = "\(failed.target) could not be made"
        return report
      }
      let reads = try state.binder().bind(job)
      report.reads = reads.reads
      if let failed = reads.reads.first(where: { state.hasFailed($0) }) {
        report.state = .skipped
        report.reason = "\(failed) could not be made"
        return report
      }
      try requireFewRejects(reads)
      try execute(reads, pipeline, state, recorder, &report)
    } catch let error as LakeError where error.code == .cancelled {
      throw error
    } catch {
      report.state = .failed
      report.error = error as? LakeError ?? LakeError(.internal, "\(error)")
      report.reason = report.error?.message ?? ""
    }
    report.seconds = clock.seconds
    return report
  }

  private func execute(
    _ bound: BoundJob, _ pipeline: Pipeline, _ state: RunState, _ recorder: RunRecorder,
    _ report: inout JobReport
  ) throws {
    let policies = try state.policies(of: bound)
    let decision = try JobDecision(
      bound, policies: policies, registry: state.registry, definitions: definitions, in: session,
      isForced: options.isForced)
    report.reason = decision.reason
    if decision.isUpToDate, let latest = decision.latest {
      // Nobody else looks at this table here, and a run that was killed may have left work.
      try session.table(bound.job.target).repair(latest, tidying: true)
      report.state = .upToDate
      report.version = latest.version
      report.rowsWritten = latest.rowCount ?? 0
      report.bytes = latest.byteCount
      report.fingerprint = decision.fingerprint?.hash
      return
    }
    let isRead = pipeline.jobs.contains { $0.reads(bound.job.target) }
    let execution = JobExecution(
      session: session, state: state, fingerprint: decision.fingerprint, runID: recorder.uuid,
      keepsRows: isRead)
    try execution.run(bound, policies, &report)
  }

  /// A landing table of which too much could not be read makes no table. A table of subjects is
  /// held to more: its rejects un-grant people, or forbid the publish (`ConsentRegistry`).
  private func requireFewRejects(_ bound: BoundJob) throws(LakeError) {
    for table in bound.reads where table.zone == .landing {
      if definitions.policies.contains(where: { $0.subjects == table }) { continue }
      let known = try session.catalog.read { catalog throws(LakeError) in
        try catalog.table(named: table)
      }
      guard let known, let rejects = known.rejectCount, rejects > 0 else { continue }
      let records = known.recordCount ?? 0
      guard options.rejectLimit.isPassed(rejects: rejects, records: records) else { continue }
      throw LakeError(
        .qualityLimit,
        "\(rejects) of \(records + rejects) records of \(table) were rejected, and at most "
          + "\(options.rejectLimit.description) may be",
        hint: "Nothing of \(bound.job.target) was published. See lake rejects \(table), mend the "
          + "files, or raise --max-rejects.")
    }
  }
}

extension JobDefinition {
  /// Whether the query names a table.
  func reads(_ table: TableName) -> Bool {
    query.tablesRead.contains { TableName(defining: $0) == table }
  }
}

extension ContinuousClock.Instant {
  /// Seconds since then.
  var seconds: Double {
    let duration = ContinuousClock.now - self
    return Double(duration.components.seconds)
      + Double(duration.components.attoseconds) / 1e18
  }
}
