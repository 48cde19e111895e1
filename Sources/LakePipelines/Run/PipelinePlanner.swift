import LakeCore
import LakeEngine
import LakeSQL
import LakeTables

/// What a run would do with one job.
package struct JobPlanReport: Sendable {
  package enum Action: String, Sendable {
    case run
    case upToDate = "up to date"
    /// It cannot run.
    case refused
  }

  package var table: TableName
  package var file: String
  package var action: Action
  package var reason: String
  package var reads: [TableName] = []
  /// The version that would be replaced, and its rows.
  package var replaces: (version: Int, rows: Int?)?
  /// `+ column type`, `- column`, `column: old → new`.
  package var schemaChanges: [String] = []
  /// What the rows will be held to.
  package var checks: [String] = []
  package var error: LakeError?
}

/// What a run of a pipeline would do, and why.
package struct PipelinePlanReport: Sendable {
  package var pipeline: String
  package var jobs: [JobPlanReport] = []

  package var hasChanges: Bool { jobs.contains { $0.action != .upToDate } }
  package var error: LakeError? { jobs.lazy.compactMap(\.error).first }
}

/// Looks at a pipeline as a run would, without doing anything.
package struct PipelinePlanner {
  let session: WorkspaceSession
  let definitions: WorkspaceDefinitions
  let options: RunOptions

  package init(
    _ session: WorkspaceSession, _ definitions: WorkspaceDefinitions,
    options: RunOptions = RunOptions()
  ) {
    self.session = session
    self.definitions = definitions
    self.options = options
  }

  package func plan(_ pipeline: Pipeline) throws -> PipelinePlanReport {
    var report = PipelinePlanReport(pipeline: pipeline.name)
    let state = RunState(session, definitions)
    if !definitions.policies.isEmpty {
      let registry = try ConsentRegistry(session, definitions, resolver: state.resolver)
      try registry.requirePolicies(of: try state.contracts().values)
      state.registry = registry
    }
    var changing: Set<TableName> = []
    for job in pipeline.jobs where options.only?.contains(job.target) ?? true {
      let planned = plan(job, state, changing)
      if planned.action != .upToDate { changing.insert(job.target) }
      report.jobs.append(planned)
    }
    return report
  }

  private func plan(
    _ job: JobDefinition, _ state: RunState, _ changing: Set<TableName>
  ) -> JobPlanReport {
    var report = JobPlanReport(table: job.target, file: job.file, action: .run, reason: "")
    do {
      let bound = try state.binder().bind(job)
      report.reads = bound.reads
      report.checks = checks(of: bound)
      let policies = try state.policies(of: bound)
      let decision = try JobDecision(
        bound, policies: policies, registry: state.registry, definitions: definitions, in: session,
        isForced: options.isForced)
      report.replaces = decision.latest.map { ($0.version, $0.rowCount) }
      report.schemaChanges =
        decision.latest.map { changes(from: $0.schema, to: bound.schema) } ?? []
      report.reason = decision.reason
      if let input = bound.reads.first(where: { changing.contains($0) }) {
        report.reason = decision.latest == nil ? decision.reason : "\(input) will be new"
      } else if decision.isUpToDate {
        report.action = .upToDate
      }
      state.expect(bound)
    } catch {
      report.action = .refused
      report.error = error as? LakeError ?? LakeError(.internal, "\(error)")
      report.reason = report.error?.message ?? ""
    }
    return report
  }

  private func checks(of bound: BoundJob) -> [String] {
    var checks = bound.keys.map { "\($0.label), else \($0.action.rawValue)" }
    checks += bound.conditions.map { "\($0.label), else \($0.action.rawValue)" }
    for rule in bound.consents {
      let keys = rule.keys.map { $0.label + ($0.isVisible ? "" : " (carried hidden)") }.listed
      var text = "consent \(rule.policy) by \(keys)"
      if let time = rule.time, time.isEnforced { text += " at \(time.label)" }
      checks.append(text + ", else \(rule.removes ? "remove" : "fail")")
    }
    checks += bound.contract.aggregates.map { "consent \($0) in aggregate" }
    checks += bound.contract.lawfulBases.map { "lawful basis \($0.basis): \($0.reason)" }
    return checks
  }

  private func changes(from old: Schema, to new: Schema) -> [String] {
    var changes: [String] = []
    for field in new.fields {
      guard let index = old.index(of: field.name) else {
        changes.append("+ \(field.name) \(field.type)")
        continue
      }
      if old.fields[index].type != field.type {
        changes.append("\(field.name): \(old.fields[index].type) → \(field.type)")
      }
    }
    changes += old.fields.filter { new.index(of: $0.name) == nil }.map { "- \($0.name)" }
    return changes
  }
}

/// A table that a job will have made by the time it is read.
struct ExpectedTable: TableSource {
  let name: TableName

  var rowCountEstimate: Int? { nil }

  func open(_ request: ScanRequest, _ context: ExecutionContext) throws -> any MorselSource {
    throw LakeError(
      .notFound, "\(name) is not there yet", hint: "Make it first: lake run \(name.suffixed).")
  }
}
