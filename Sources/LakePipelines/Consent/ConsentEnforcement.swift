import LakeCore
import LakeEngine
import LakeTables

/// The beginning of every run: whoever was granted at the last one and is not now is taken out of
/// all governed tables of the workspace, one commit each, before any job executes and whatever its
/// SQL says.
///
/// 1. Where the epoch is the one that the last run established, there is nothing to do.
/// 2. The keys that were granted then are compared, as hashes, with those of now. If nobody
///    withdrew, the tables are right as they are.
/// 3. A table that shows whose its rows are is read: if rows have to go, it is published without
///    them.
/// 4. A table that does not show it is emptied, and made again by its job.
/// 5. Only then the epoch is remembered. A run that dies before begins here again.
struct ConsentEnforcement {
  /// What the log says of its commits.
  static let operation = "WITHDRAW CONSENT"

  let session: WorkspaceSession
  let registry: ConsentRegistry

  func apply(
    _ policy: ConsentPolicy
  ) throws -> (report: ConsentReport, withdrawals: [WithdrawalReport]) {
    if try registry.isEstablished(policy), let state = try registry.store.state(of: policy) {
      let report = ConsentReport(
        policy: policy.name, epoch: state.epoch, subjects: state.subjects, granted: state.granted,
        withdrew: 0, joined: 0, answers: [], notes: [])
      return (report, [])
    }
    let register = try registry.register(of: policy)
    let changes = try self.changes(of: policy, to: register)
    var withdrawals: [WithdrawalReport] = []
    if changes?.isHarmless != true {
      for table in try ManagedTable.all(
        in: session.layout, fileSystem: session.fileSystem, options: session.tableOptions)
      {
        if let report = try remove(from: table, policy, register) { withdrawals.append(report) }
      }
    }
    try registry.establish(policy)
    return (
      ConsentReport(register, withdrew: changes?.withdrew, joined: changes?.joined), withdrawals
    )
  }

  /// How many people withdrew and joined since the last run, without doing anything about it; nil
  /// where nobody did or no run was before.
  func pending(_ policy: ConsentPolicy) throws -> (withdrew: Int, joined: Int)? {
    guard try registry.store.state(of: policy) != nil, try registry.hasSubjects(policy),
      try !registry.isEstablished(policy),
      let changes = try changes(of: policy, to: registry.register(of: policy)),
      changes.withdrew + changes.joined > 0
    else { return nil }
    return (changes.withdrew, changes.joined)
  }

  /// Nil where it is not known who was granted before.
  private func changes(
    of policy: ConsentPolicy, to register: SubjectRegister
  ) throws -> (withdrew: Int, joined: Int, isHarmless: Bool)? {
    guard let state = try registry.store.state(of: policy),
      let before = try registry.store.granted(in: state.epoch, of: policy),
      let now = try registry.store.granted(in: register.epoch, of: policy),
      let peopleBefore = before.first, let peopleNow = now.first
    else { return nil }
    // An alias that has become ambiguous names nobody any more, although nobody withdrew; and what
    // a changed policy calls a person is not what it was.
    let isHarmless =
      state.policyHash == policy.hash && before.count == now.count
      && zip(before, now).allSatisfy { $0.isSubset(of: $1) }
    return (
      peopleBefore.subtracting(peopleNow).count, peopleNow.subtracting(peopleBefore).count,
      isHarmless
    )
  }

  private func remove(
    from table: ManagedTable, _ policy: ConsentPolicy, _ register: SubjectRegister
  ) throws -> WithdrawalReport? {
    let snapshot = try table.snapshot()
    guard let contract = snapshot.contract else { return nil }
    let known = try JobContract(contract)
    guard known.policies.contains(where: { $0.lowercased() == policy.name.lowercased() }),
      known.lawfulBases.isEmpty || known.consent(of: policy.name) != nil
    else { return nil }
    // Rows that a constraint put aside are the same people's. Those of today come with the next
    // run.
    try TableRejects(table: table.name, schema: snapshot.schema, session: session).commit()
    let clause = known.consent(of: policy.name)
    let rule = try clause.flatMap { try self.rule($0, policy, snapshot.schema) }
    let bound = try table.bound(to: snapshot)
    let plan = Plan.scan(
      ScanPlan(table: bound, columns: snapshot.schema.fields.indices.map { .table($0) }))
    if let rule, snapshot.uncheckedSince == nil, try count(plan, rule, register) == 0 { return nil }
    if rule == nil, snapshot.rowCount == 0 { return nil }
    return try publish(table, snapshot, contract, plan, rule, policy, register)
  }

  /// The clause as a rule over the table's own columns; nil where they do not show whose a row is.
  private func rule(
    _ clause: JobContract.Consent, _ policy: ConsentPolicy, _ schema: Schema
  ) throws -> ConsentRule? {
    guard clause.isVisible else { return nil }
    var keys: [ConsentRule.Key] = []
    for key in clause.keys {
      guard let column = schema.index(of: key.column), let index = policy.keyIndex(of: key.key)
      else { return nil }
      keys.append(
        ConsentRule.Key(
          column: column, label: key.column, keyIndex: index, isVisible: true,
          normalized: try KeyNormalization.expression(
            policy, keyIndex: index, of: .column(column, schema.fields[column].type))))
    }
    return ConsentRule(policy: policy.name, keys: keys, time: nil, removes: true)
  }

  private func count(
    _ plan: Plan, _ rule: ConsentRule, _ register: SubjectRegister
  ) throws -> Int {
    let check = ConsentCheck(rule, register)
    let context = session.execution
    var count = 0
    try Execution(plan, context).run(
      transform: { try check.examine($0, context.evaluation).counts.withheldCount },
      consume: { count += $0 })
    return count
  }

  /// The epoch that the tables are in as to another policy.
  private func established(_ policy: ConsentPolicy) throws -> String {
    try registry.store.state(of: policy)?.epoch ?? registry.epoch(of: policy)
  }

  private func publish(
    _ table: ManagedTable, _ snapshot: Snapshot, _ contract: TableContract, _ plan: Plan,
    _ rule: ConsentRule?, _ policy: ConsentPolicy, _ register: SubjectRegister
  ) throws -> WithdrawalReport {
    let context = session.execution
    let consents = ConsentChecks(
      rule.map { [ConsentCheck($0, register)] } ?? [], context.evaluation)
    let policies = try JobContract(contract).policies.map { try registry.policy(named: $0) }
    // A table under several policies is in the epochs of all; the others' are applied in their
    // turn.
    let epochs = try policies.map { other in
      other.name == policy.name ? register.epoch : try established(other)
    }
    let checks = PublishChecks(
      contract: contract, consents: consents, conditions: [], keys: [],
      kernels: context.evaluation.kernels,
      policyHash: policies.map(\.hash).joined(separator: ","),
      epoch: epochs.joined(separator: ","),
      reject: { _, _, _ in })
    let write = try table.beginWrite(
      WriteRequest(
        schema: snapshot.schema, comment: snapshot.metadata.comment,
        fieldMetadata: snapshot.metadata.schema.fieldMetadata, contract: contract, checker: checks,
        basedOnVersion: snapshot.version),
      format: session.dataFiles, kernels: context.evaluation.kernels)
    if rule != nil {
      try Execution(plan, context).run(transform: { $0 }, consume: { try write.append($0) })
    }
    let request = PublishRequest(
      operation: ConsentEnforcement.operation,
      details: [.init("lake.policy", .string(policy.name))],
      revalidate: { [registry] in try registry.isCurrent(policy) })
    switch try table.publish(try write.finish(), request) {
    case .committed(let report):
      return WithdrawalReport(
        table: table.name, policy: policy.name,
        rowsRemoved: max(0, (snapshot.rowCount ?? 0) - report.rows), version: report.version,
        isEmptied: rule == nil)
    case .conflicted:
      throw LakeError(
        .conflict, "\(table.name) was published by somebody else while consent was applied to it",
        hint: "Run again.")
    case .stale:
      throw LakeError(
        .conflict, "\(policy.subjects) changed while consent was applied", hint: "Run again.")
    }
  }
}

extension ConsentReport {
  init(_ register: SubjectRegister, withdrew: Int?, joined: Int?) {
    let summary = register.summary
    self.init(
      policy: register.policy.name, epoch: register.epoch, subjects: summary.subjects,
      granted: summary.granted, withdrew: withdrew, joined: joined,
      answers: GrantAnswer.allCases.compactMap { answer in
        let count = summary.answers[answer.rawValue]
        return count > 0 ? (answer, count) : nil
      }, notes: register.notes)
  }
}

extension SubjectRegister {
  /// What whoever runs a pipeline should know of the subjects.
  var notes: [String] {
    var notes: [String] = []
    if summary.keyless > 0 {
      notes.append("\(summary.keyless) records of \(policy.subjects) have no \(policy.key)")
    }
    if summary.undecided > 0 {
      notes.append(
        "\(summary.undecided) subjects are not granted: which of their records is the newest is "
          + "not known, or the newest disagree")
    }
    if summary.unreadable > 0 {
      notes.append(
        "\(summary.unreadable) subjects are not granted: a record of theirs could not be read")
    }
    for (alias, count) in zip(policy.aliases, summary.ambiguous) where count > 0 {
      notes.append(
        (count == 1 ? "1 value" : "\(count) values")
          + " of \(alias) shared by several people, naming nobody: rows under such are withheld")
    }
    if isOneSided {
      notes.append(
        "the policy \(policy.name) grants "
          + (summary.granted == 0 ? "nobody" : "all \(summary.subjects) subjects")
          + ": is it what you mean?")
    }
    return notes
  }
}
