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
      case .conflicted(let version):
        if attempt == JobExecution.attemptsMax {
          throw LakeError(
            .conflict,
            "\(planned.job.target) was published by somebody else meanwhile (version \(version))",
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
    let table = try session.table(job.target)
    let rejects = TableRejects(table: job.target, schema: bound.schema, session: session)
    let checks = try checks(of: bound, policies, rejects)
    let contract = bound.contract.contract
    let write = try table.beginOverwrite(
      OverwriteRequest(
        schema: bound.schema, comment: job.comment, contract: contract,
        checker: contract == nil ? nil : checks),
      format: session.dataFiles, kernels: session.execution.evaluation.kernels)
    let rows = try stream(bound, to: write, checks)
    let staged = try write.finish()
    let outcome = try table.publish(staged, request(job, policies))
    guard case .committed = outcome else { return outcome }
    try rejects.commit()
    report.rowsRead = rows.read
    report.rowsRejected = checks.rejectedRows
    report.rowsWithheld = checks.withheldCount + withheld.rowCount
    report.warnings += warnings(bound, checks, withheld)
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

  // MARK: - Rows

  private func stream(
    _ bound: BoundJob, to write: StagedWrite, _ checks: PublishChecks
  ) throws -> (read: Int, kept: KeptRows) {
    let context = session.execution
    let kernels = context.evaluation.kernels
    let plan = try Optimizer().optimize(bound.plan)
    let profile = ExecutionProfile()
    let consents = checks.consents
    var kept = KeptRows()
    try Execution(plan, context, profile: profile).run(
      transform: { batch in
        // Rows wait in memory, for their row group to be full or for the jobs that read them. What
        // is left of a text of which most rows were filtered out must not keep all of it alive.
        let dense = try batch.compacted(kernels)
        let columns = try dense.columns.map { try kernels.compacted($0) }
        return try consents.examine(Batch(columns: columns, rowCount: dense.rowCount))
      },
      consume: { examined in
        let batch = examined.batch
        checks.expect(examined)
        try write.append(batch)
        if keepsRows { try kept.add(batch, checks.lastSelection, bound.schema.count, kernels) }
      })
    return (profile.rowsScanned, kept)
  }

  // MARK: - Checks

  private func checks(
    of bound: BoundJob, _ policies: [ConsentPolicy], _ rejects: TableRejects
  ) throws -> PublishChecks {
    let context = session.execution.evaluation
    var consents: [ConsentCheck] = []
    for rule in bound.consents {
      guard let registry = state.registry else { continue }
      let register = try registry.register(of: registry.policy(named: rule.policy))
      consents.append(ConsentCheck(rule, register))
    }
    let epochs = try policies.map { try state.registry?.epoch(of: $0) ?? "" }
    return PublishChecks(
      contract: bound.contract.contract ?? TableContract(text: ""),
      consents: ConsentChecks(consents, context),
      conditions: bound.conditions.map {
        ConditionCheck($0.label, $0.action, broken: $0.broken, context)
      },
      keys: bound.keys.map {
        UniquenessCheck($0.label, $0.action, columns: $0.columns, isPrimary: $0.isPrimary)
      },
      kernels: context.kernels, policyHash: policies.map(\.hash).joined(separator: ","),
      epoch: epochs.joined(separator: ","), reject: { try rejects.add($0, $1, reason: $2) })
  }

  private func warnings(
    _ bound: BoundJob, _ checks: PublishChecks, _ withheld: WithheldCounter
  ) -> [String] {
    var warnings: [String] = []
    for (place, counts) in withheld.all where counts.rows > 0 {
      let count = counts.withheld.reduce(0, +)
      if count == 0 { continue }
      let reasons = KeyVerdict.allCases.compactMap { verdict in
        let rows = counts.withheld[Int(verdict.rawValue)]
        return rows == 0 ? nil : "\(rows) \(verdict.explanation)"
      }
      let share = count == counts.rows ? "all \(count)" : "\(count) of \(counts.rows)"
      warnings.append(
        "\(share) rows of \(place.table) were withheld by \(place.policy) "
          + "(\(reasons.joined(separator: ", ")))")
    }
    for (consent, counts) in zip(checks.consents.checks, checks.consentCounts) {
      if consent.rule.removes, counts.withheldCount > 0 {
        warnings.append(
          "\(Plural.rows(counts.withheldCount)) removed by \(consent.rule.policy) at the publish "
            + "(\(counts.explanation))")
      }
      if let time = consent.rule.time, !time.isEnforced, counts.older > 0 {
        warnings.append(
          "\(Plural.rows(counts.older)) of \(counts.rows) are older than their consent by "
            + "\(time.label); AT (\(time.label)) in the CONSENT clause keeps them out")
      }
    }
    for condition in checks.conditions where condition.action == .warn && condition.violations > 0 {
      warnings.append("\(Plural.rows(condition.violations)) against \(condition.label)")
    }
    for key in checks.keys where key.action == .warn && key.violations > 0 {
      warnings.append("\(Plural.rows(key.violations)) against \(key.label)")
    }
    return warnings
  }
}

/// The rows of a table that was just made, for the jobs that read it.
struct KeptRows {
  private var batches: [Batch] = []

  /// Keeps the visible columns of the rows that the checks let pass.
  mutating func add(
    _ batch: Batch, _ selection: Selection?, _ columnCount: Int, _ kernels: Kernels
  ) throws {
    let kept = Batch(
      columns: Array(batch.columns.prefix(columnCount)), rowCount: batch.rowCount,
      selection: selection ?? batch.selection)
    batches.append(try kept.compacted(kernels))
  }

  func table(_ name: TableName, _ schema: Schema) -> BoundTable {
    BoundTable(
      name: name, label: name.description, schema: schema, source: MemoryTableSource(batches))
  }
}
