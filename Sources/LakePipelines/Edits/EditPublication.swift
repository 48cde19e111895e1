import LakeCore
import LakeEngine
import LakeSQL
import LakeTables

/// One attempt to publish what an edit wants: its rows through the checks of its table.
struct EditPublication {
  let session: WorkspaceSession
  let state: RunState
  let scene: EditScene
  let step: EditStep
  let operation: String
  let makeBinder: BinderMaker

  private var snapshot: Snapshot { scene.snapshot }
  private var table: any LoggedTable { scene.table }

  func run(_ report: inout EditReport) throws -> PublishOutcome {
    var adoption = step.adoption
    while true {
      switch try attempt(adoption, &report) {
      case .ended(let outcome):
        if let adoption, case .committed = outcome {
          report.adoption = adoption.report
          report.warnings += adoption.removeGivenFiles(session.fileSystem)
        }
        return outcome
      case .incomplete(let paths): adoption?.rewrite(paths)
      }
    }
  }

  private enum Attempt {
    case ended(PublishOutcome)
    /// Rows of these files are not for the table, so that they cannot be taken as they are.
    case incomplete(Set<String>)
  }

  private func attempt(
    _ adoption: Adoption?, _ report: inout EditReport
  ) throws -> Attempt {
    let withheld = WithheldCounter()
    if let adoption { scene.define(Adoption.relation, rowsOf: adoption.rewrittenSources) }
    let bound = try bind(withheld)
    let policies = try state.policies(of: bound)
    let rejects = TableRejects(table: table.planName, schema: bound.schema, session: session)
    let work = PublishWork(session: session, state: state)
    let checks = try work.checks(of: bound, policies, rejects)
    try rememberKeys(of: checks, bound, adoption)
    var request = WriteRequest(
      step.change, of: snapshot,
      checker: snapshot.contract == nil && bound.conditions.isEmpty ? nil : checks,
      dependsOnRows: step.dependsOnRows || !checks.keys.isEmpty)
    if let schema = step.schema {
      request.schema = schema
      request.addsColumns = true
    }
    if let known = step.fieldMetadata { request.fieldMetadata = known }
    if step.clauses != nil {
      request.contract = bound.contract.contract
      request.checker = request.contract == nil ? nil : checks
      request.schema = bound.schema
    }
    let write = try table.beginWrite(
      request, format: session.dataFiles, kernels: session.execution.evaluation.kernels)
    if let adoption {
      let incomplete = try take(adoption, to: write, checks, withheld)
      if !incomplete.isEmpty {
        write.abandon()
        return .incomplete(incomplete)
      }
      // Taking binds the relation to one file after the other.
      scene.define(Adoption.relation, rowsOf: adoption.rewrittenSources)
    }
    if adoption?.rewritten.isEmpty != true { _ = try work.stream(bound, to: write, checks) }
    try adoption?.requireUntouched(session.fileSystem)
    let registry = state.registry
    let outcome = try table.publish(
      try write.finish(),
      PublishRequest(
        operation: operation, details: details,
        revalidate: { try policies.allSatisfy { try registry?.isCurrent($0) ?? false } }))
    guard case .committed = outcome else { return .ended(outcome) }
    if checks.rejectedRows > 0 { try rejects.commit() }
    report.rowsRejected = checks.rejectedRows
    report.warnings += checks.warnings(withheld)
    return .ended(outcome)
  }

  /// Takes files over as they are, each behind its rows through the checks. Returns those of which
  /// some rows are not for the table.
  private func take(
    _ adoption: Adoption, to write: StagedWrite, _ checks: PublishChecks,
    _ withheld: WithheldCounter
  ) throws -> Set<String> {
    let work = PublishWork(session: session, state: state)
    var incomplete: Set<String> = []
    for file in adoption.taken {
      let isTaken = try write.take(file.offer) { path, emit in
        scene.define(Adoption.relation, rowsOf: [file.source(at: path)])
        _ = try work.rows(of: try bind(withheld).plan, checks, emit: emit)
      }
      if !isTaken { incomplete.insert(file.offer.path) }
      try session.cancellation.check()
    }
    return incomplete
  }

  private var details: [JSONValue.Member] {
    if step.counts.isEmpty { return [] }
    return [
      .init("lake.rows", .object(step.counts.map { JSONValue.Member($0.name, .int($0.count)) }))
    ]
  }

  // MARK: - Binding

  /// The rows as those of a job that makes the table.
  private func bind(_ withheld: WithheldCounter) throws -> BoundJob {
    let contract = try snapshot.contract.map { (text) throws(LakeError) in try JobContract(text) }
    let clauses = try step.clauses ?? ContractClauses(contract ?? JobContract(), of: table.label)
    var job = JobDefinition(
      target: table.planName, file: scene.text.file ?? "", text: scene.text, printed: "",
      query: step.query)
    job.constraints = clauses.constraints
    job.consents = clauses.consents
    job.lawfulBases = clauses.lawfulBases
    if table.isForeign {
      job.foreignLabel = table.label
      job.constraints += try DeclaredChecks(of: table, snapshot, scene.tables).constraints
    }
    var binder = try state.binder(withholding: withheld)
    binder.resolver = scene.tables
    binder.makeBinder = makeBinder
    var bound = try binder.bind(job)
    try requireColumns(of: bound)
    if step.clauses == nil {
      try requireKnownPolicies(of: bound, contract)
      bound.schema = step.schema ?? snapshot.schema
      bound.contract = contract ?? JobContract()
    }
    bound.partitionColumns = snapshot.metadata.partitionColumns
    return bound
  }

  private func requireColumns(of bound: BoundJob) throws(LakeError) {
    let wanted = (step.schema ?? snapshot.schema).fields
    let given = bound.schema.fields
    guard given.count >= wanted.count,
      zip(wanted, given).allSatisfy({ $0.name == $1.name && $0.type == $1.type })
    else {
      throw LakeError(
        .internal, "rows for \(table.label) come as \(bound.schema), and it has \(snapshot.schema)")
    }
  }

  /// Rows may not bring people under a policy into a table that does not declare it.
  private func requireKnownPolicies(
    of bound: BoundJob, _ contract: JobContract?
  ) throws(LakeError) {
    let declared = Set((contract?.policies ?? []).map { $0.lowercased() })
    guard
      let missing = bound.contract.policies.first(where: { !declared.contains($0.lowercased()) })
    else { return }
    throw LakeError(
      .consentViolation,
      "the rows are of people under the policy '\(missing)', and \(table.label) does not declare "
        + "it",
      hint: "Make the table anew with CONSENT \(missing) BY (…) in its definition.")
  }

  // MARK: - Keys

  /// Keys must not come twice among new rows and rows that stay.
  private func rememberKeys(
    of checks: PublishChecks, _ bound: BoundJob, _ adoption: Adoption?
  ) throws {
    if checks.keys.isEmpty { return }
    let staying = try staying(beside: bound, adoption)
    if staying.isEmpty { return }
    let rows = try table.planned(snapshot.holding(Set(staying.map(\.path))))
    let context = session.execution
    for key in checks.keys {
      let scan = Plan.scan(ScanPlan(table: rows, columns: key.columns.map { .table($0) }))
      try Execution(scan, context).run(
        transform: { try $0.compacted(context.evaluation.kernels) },
        consume: { try key.remember($0, context.evaluation.kernels) })
    }
  }

  /// The files whose rows stay as they are.
  private func staying(
    beside bound: BoundJob, _ adoption: Adoption?
  ) throws -> [AddedFile] {
    switch step.change {
    case .overwrite: return []
    case .append: return snapshot.files
    case .rewrite(let paths), .rearrange(let paths):
      return snapshot.files.filter { !paths.contains($0.path) }
    case .overwritePartitions:
      let partitions = try partitions(of: bound).union(adoption?.partitions ?? [])
      return snapshot.files.filter {
        !partitions.contains(Partition.normalized($0.partitionValues))
      }
    }
  }

  /// The partitions that new rows fall into, found by a look at those columns alone.
  private func partitions(of bound: BoundJob) throws -> Set<[String: String?]> {
    let columns = bound.partitionColumns
    let fields = bound.schema.fields
    let places = columns.compactMap { bound.schema.index(of: $0) }
    let plan = Plan.distinct(
      .project(
        bound.plan, places.map { OutputColumn(fields[$0].name, .column($0, fields[$0].type)) }))
    let context = session.execution
    var found: Set<[String: String?]> = []
    for batch in try Execution(try Optimizer().optimize(plan), context).collect() {
      let rows = try batch.compacted(context.evaluation.kernels)
      for row in 0..<rows.rowCount {
        found.insert(
          try Partition(
            columns, of: row, in: rows, context.evaluation.kernels
          ).logged)
      }
    }
    return found
  }
}
