import LakeCore
import LakeEngine
import LakeTables

/// What an audit says of one policy in one version of one table.
package struct AuditFinding: Sendable {
  package enum Verdict: String, Sendable {
    /// No row of anybody who is not granted now.
    case ok
    /// It was checked when it was published; the table does not show whose its rows are.
    case proved = "proved at publish"
    /// Rows of people who have withdrawn since, in a version that is kept for its retention.
    case lawfulWhenPublished = "lawful when published"
    /// The same, and they should be gone by now.
    case overdue
    /// Rows of people who had not agreed when they were published.
    case violation
    /// Nothing tells.
    case unverifiable
    /// The table rests on something other than consent.
    case otherBasis = "lawful basis"

    /// Whether nothing is to be done.
    package var isFine: Bool {
      switch self {
      case .ok, .proved, .lawfulWhenPublished, .otherBasis: true
      case .overdue, .violation, .unverifiable: false
      }
    }
  }

  package var table: TableName
  package var version: Int
  package var isLatest: Bool
  package var policy: String
  package var verdict: Verdict
  package var rows: Int?
  /// Rows of people who are not granted now.
  package var offendingRows = 0
  /// When those rows must be gone, in microseconds since 1970.
  package var purgeDue: Int64?
  package var explanation: String
}

/// Looks at every kept version of every governed table and says, policy by policy, whether consent
/// holds: by reading the rows again and not by believing what was recorded.
package struct ConsentAuditor {
  let session: WorkspaceSession
  let definitions: WorkspaceDefinitions
  let registry: ConsentRegistry

  package init(_ session: WorkspaceSession, _ definitions: WorkspaceDefinitions) throws(LakeError) {
    self.session = session
    self.definitions = definitions
    registry = try ConsentRegistry(
      session, definitions, resolver: RunState(session, definitions).resolver)
  }

  package func audit() throws -> [AuditFinding] {
    var findings: [AuditFinding] = []
    for table in try ManagedTable.all(
      in: session.layout, fileSystem: session.fileSystem, options: session.tableOptions)
    {
      try session.cancellation.check()
      findings += try audit(table)
    }
    return findings
  }

  private func audit(_ table: ManagedTable) throws -> [AuditFinding] {
    var findings: [AuditFinding] = []
    let history = try table.history()
    for (index, entry) in history.enumerated() {
      let snapshot: Snapshot
      do {
        snapshot = try table.snapshot(version: entry.version)
      } catch {
        // Its files have gone, and the rows with them.
        if error.code == .notFound { continue }
        throw error
      }
      let next = index + 1 < history.count ? history[index + 1].timestamp : nil
      findings += try audit(table, snapshot, supersededAt: next)
    }
    return findings
  }

  private func audit(
    _ table: ManagedTable, _ snapshot: Snapshot, supersededAt: Int?
  ) throws -> [AuditFinding] {
    guard let contract = snapshot.contract else {
      return try ungoverned(table, snapshot, supersededAt == nil)
    }
    guard contract.isGoverned else { return [] }
    let known = try JobContract(contract)
    return try known.policies.map { policy in
      var finding = AuditFinding(
        table: table.name, version: snapshot.version, isLatest: supersededAt == nil,
        policy: policy, verdict: .unverifiable, rows: snapshot.rowCount, explanation: "")
      try judge(&finding, known, table, snapshot, supersededAt)
      return finding
    }
  }

  /// A table that declares nothing is nobody's business, unless a pipeline makes it of governed
  /// data; a commit by something else that dropped the contract of an earlier version shows here.
  private func ungoverned(
    _ table: ManagedTable, _ snapshot: Snapshot, _ isLatest: Bool
  ) throws -> [AuditFinding] {
    guard snapshot.version > 0, let first = try? table.snapshot(version: snapshot.version - 1),
      let contract = first.contract, contract.isGoverned
    else { return [] }
    return [
      AuditFinding(
        table: table.name, version: snapshot.version, isLatest: isLatest, policy: "",
        verdict: .unverifiable, rows: snapshot.rowCount,
        explanation: "the version before it was governed, and this one declares nothing")
    ]
  }

  private func judge(
    _ finding: inout AuditFinding, _ contract: JobContract, _ table: ManagedTable,
    _ snapshot: Snapshot, _ supersededAt: Int?
  ) throws {
    if let basis = contract.lawfulBases.first, contract.consent(of: finding.policy) == nil {
      finding.verdict = .otherBasis
      finding.explanation = "\(basis.basis): \(basis.reason)"
      return
    }
    guard let policy = definitions.policy(named: finding.policy) else {
      finding.explanation = "the policy is defined no more"
      return
    }
    let info = snapshot.commitInfo
    guard info.contractHash == snapshot.contract?.hash, let epochs = info.consentEpoch,
      !epochs.isEmpty
    else {
      finding.explanation = "the commit carries no proof that consent was checked"
      return
    }
    guard let consent = contract.consent(of: finding.policy) else {
      finding.verdict = .proved
      finding.explanation = "an aggregate of rows that were checked"
      return
    }
    let before = try granted(at: epochs, policy)
    if consent.isVisible {
      try judgeRows(&finding, consent, policy, table, snapshot, before)
    } else {
      judgeUnseen(&finding, policy, before, try registry.register(of: policy))
    }
    if finding.verdict == .lawfulWhenPublished { due(&finding, policy, supersededAt) }
  }

  /// Who was granted in the epoch of a commit; nil where that is not known any more.
  private func granted(
    at epochs: String, _ policy: ConsentPolicy
  ) throws(LakeError) -> [Set<UInt64>]? {
    for epoch in epochs.split(separator: ",") {
      if let granted = try registry.store.granted(in: String(epoch), of: policy) { return granted }
    }
    return nil
  }

  private func judgeRows(
    _ finding: inout AuditFinding, _ consent: JobContract.Consent, _ policy: ConsentPolicy,
    _ table: ManagedTable, _ snapshot: Snapshot, _ before: [Set<UInt64>]?
  ) throws {
    let register = try registry.register(of: policy)
    let rows = try AuditedRows(consent, policy, snapshot, table)
    var lawless = 0
    try rows.forEachOffender(register, session) { values, count in
      finding.offendingRows += count
      guard let before else { return }
      let wasGranted = values.allSatisfy { value in
        before.indices.contains(value.column)
          && before[value.column].contains(registry.store.hash(value.text, column: value.column))
      }
      if !wasGranted { lawless += count }
    }
    if finding.offendingRows == 0 {
      finding.verdict = .ok
      finding.explanation = "every row's people are granted"
    } else if before == nil {
      finding.explanation =
        "rows of people who are not granted, and nothing tells who was granted then"
    } else if lawless > 0 {
      finding.verdict = .violation
      finding.explanation = "\(Plural.rows(lawless)) of people who had not agreed"
    } else {
      finding.verdict = .lawfulWhenPublished
      finding.explanation =
        "\(Plural.rows(finding.offendingRows)) of people who have withdrawn since"
    }
  }

  /// Whose the rows are was seen at the publish and never again: they may be those of anybody who
  /// was granted then.
  private func judgeUnseen(
    _ finding: inout AuditFinding, _ policy: ConsentPolicy, _ before: [Set<UInt64>]?,
    _ register: SubjectRegister
  ) {
    guard let before else {
      finding.explanation = "nothing tells who was granted when it was published"
      return
    }
    if finding.rows == 0 {
      finding.verdict = .ok
      finding.explanation = "it has no rows"
      return
    }
    let now = Set(
      register.columns[0].verdicts.indices.filter { register.columns[0].verdicts[$0] == .granted }
        .map { registry.store.hash(register.columns[0].index.text($0), column: 0) })
    let withdrawn = before.first.map { $0.subtracting(now).count } ?? 0
    finding.verdict = withdrawn == 0 ? .proved : .lawfulWhenPublished
    finding.explanation =
      withdrawn == 0
      ? "every row was checked when it was published; the table does not show whose it is"
      : (withdrawn == 1 ? "1 person has" : "\(withdrawn) people have")
        + " withdrawn since; the table does not show which rows are theirs"
  }

  private func due(_ finding: inout AuditFinding, _ policy: ConsentPolicy, _ supersededAt: Int?) {
    if finding.isLatest {
      finding.explanation += "; lake run takes them out"
      return
    }
    guard let purgeAfter = policy.purgeAfter, let supersededAt else { return }
    let (due, overflow) = (Int64(supersededAt) * 1000).addingReportingOverflow(purgeAfter)
    finding.purgeDue = overflow ? .max : due
    if !overflow, due < session.startedAt { finding.verdict = .overdue }
  }
}

/// The rows of a version, read for their people only.
private struct AuditedRows {
  private let plan: Plan
  private let keys: [(keyIndex: Int, normalized: BoundExpression)]

  init(
    _ consent: JobContract.Consent, _ policy: ConsentPolicy, _ snapshot: Snapshot,
    _ table: ManagedTable
  ) throws {
    var columns: [ScanPlan.Column] = []
    var keys: [(keyIndex: Int, normalized: BoundExpression)] = []
    for key in consent.keys {
      guard let column = snapshot.schema.index(of: key.column),
        let index = policy.keyIndex(of: key.key)
      else {
        throw LakeError(
          .consentViolation,
          "\(table.name) has no column '\(key.column)', which its contract names",
          hint: "Publish it again with lake run.")
      }
      let value = BoundExpression.column(columns.count, snapshot.schema.fields[column].type)
      keys.append((index, try KeyNormalization.expression(policy, keyIndex: index, of: value)))
      columns.append(.table(column))
    }
    self.keys = keys
    plan = .scan(ScanPlan(table: try table.bound(to: snapshot), columns: columns))
  }

  /// Calls a body with the values of rows whose people are not all granted, once for each run of
  /// equal ones in a batch.
  func forEachOffender(
    _ register: SubjectRegister, _ session: WorkspaceSession,
    _ body: (_ values: [(column: Int, text: String)], _ count: Int) throws -> Void
  ) throws {
    let context = session.execution
    let kernels = context.evaluation.kernels
    let evaluators = keys.map { Evaluator($0.normalized, context: context.evaluation) }
    try Execution(plan, context).run(transform: { try $0.compacted(kernels) }) { batch in
      let vectors = try evaluators.map { try $0.evaluate(batch) }
      var isOffending = Array(repeating: false, count: batch.rowCount)
      for (vector, key) in zip(vectors, keys) {
        let found = try register.verdicts(of: vector, column: key.keyIndex, kernels)
        for row in 0..<batch.rowCount where found.verdicts[row] != .granted {
          isOffending[row] = true
        }
      }
      for row in 0..<batch.rowCount where isOffending[row] {
        let values = zip(vectors, keys).map { vector, key in
          var text = ""
          if case .string(let value) = vector.value(at: row) { text = value }
          return (column: key.keyIndex, text: text)
        }
        try body(values, 1)
      }
    }
  }
}
