import LakeCatalog
import LakeCore
import LakeEngine
import LakeFormats
import LakeSQL

/// The registers of one run: each is made when it is first asked for, and not at all where the
/// table of subjects is as the last run left it and nothing has to be checked. Used by one thread.
package final class ConsentRegistry {
  private let session: WorkspaceSession
  private let definitions: WorkspaceDefinitions
  private let resolver: any TableResolver
  package let store: ConsentStore
  private var registers: [String: SubjectRegister] = [:]
  private var files: [String: SubjectFiles] = [:]

  package init(
    _ session: WorkspaceSession, _ definitions: WorkspaceDefinitions, resolver: any TableResolver
  ) throws(LakeError) {
    self.session = session
    self.definitions = definitions
    self.resolver = resolver
    store = try ConsentStore(layout: session.layout, fileSystem: session.fileSystem)
  }

  package func policy(named name: String) throws(LakeError) -> ConsentPolicy {
    if let policy = definitions.policy(named: name) { return policy }
    throw LakeError(
      .consentViolation, "the consent policy '\(name)' is gone, and tables depend on it",
      hint: "Put its file back into catalog/; only DROP CONSENT POLICY takes a policy away.")
  }

  /// The epoch that counts now. Where nothing has changed since the last run, no record is read.
  package func epoch(of policy: ConsentPolicy) throws -> String {
    if let register = registers[policy.name] { return register.epoch }
    let now = try catalogued(policy)
    if let state = try store.state(of: policy), state.policyHash == policy.hash,
      state.filesHash == now.hash, (state.nextGrant ?? .max) > session.startedAt,
      try !dependsOnMoment(policy)
    {
      files[policy.name] = files[policy.name] ?? now
      return state.epoch
    }
    return try register(of: policy).epoch
  }

  /// Whether the last run established the epoch that counts now.
  package func isEstablished(_ policy: ConsentPolicy) throws -> Bool {
    try store.state(of: policy)?.epoch == epoch(of: policy)
  }

  package func register(of policy: ConsentPolicy) throws -> SubjectRegister {
    if let register = registers[policy.name] { return register }
    let now = try catalogued(policy)
    let register = try make(policy, files: now)
    files[policy.name] = now
    registers[policy.name] = register
    return register
  }

  /// Whether the table of subjects is still what the register was made of.
  package func isCurrent(_ policy: ConsentPolicy) throws -> Bool {
    guard let known = files[policy.name] else { return false }
    return try SubjectFiles(of: policy.subjects, in: session) == known
  }

  /// The files of the table of subjects, as the disk and the catalog have them. Records are read as
  /// the catalog lists them, so a file that came or changed since the crawl has to be crawled
  /// first: it may hold a withdrawal.
  private func catalogued(_ policy: ConsentPolicy) throws -> SubjectFiles {
    let before = try SubjectFiles(of: policy.subjects, in: session)
    guard !before.isCatalogued, let crawl = session.crawl else { return before }
    try crawl(policy.subjects)
    let after = try SubjectFiles(of: policy.subjects, in: session)
    // What the crawl was shown and did not take is none of the table's files.
    guard after.isCatalogued || after.hasStamps(of: before) else {
      throw LakeError(
        .conflict, "\(policy.subjects) changes while it is read",
        hint: "Run again when it has come to rest.")
    }
    return after
  }

  /// Whether the condition of GRANTED WHEN may be true now and false later, of the same records.
  private func dependsOnMoment(_ policy: ConsentPolicy) throws -> Bool {
    guard case .when = policy.grant else { return false }
    return try !SubjectQuery(policy).bind(resolver).isDeterministic
  }

  /// Whether the table of subjects is there. Where it is not and tables are under the policy, or
  /// were, nobody knows who is granted.
  package func hasSubjects(_ policy: ConsentPolicy) throws -> Bool {
    let exists: Bool
    if policy.subjects.zone == .landing {
      exists = try session.catalog.read { catalog throws(LakeError) in
        try catalog.table(named: policy.subjects) != nil
      }
    } else {
      exists = try session.snapshot(of: policy.subjects) != nil
    }
    if exists { return true }
    guard try store.state(of: policy) != nil else { return false }
    throw LakeError(
      .consentViolation,
      "the table of subjects of the policy \(policy.name), \(policy.subjects), is gone, and with "
        + "it who agreed",
      hint: "Put its files back; or drop the policy: DROP CONSENT POLICY \(policy.name).")
  }

  /// Refuses to go on where a policy was removed that is still needed: one that a table declares,
  /// or that a run has applied. Only DROP CONSENT POLICY takes a policy away.
  package func requirePolicies(of contracts: some Sequence<JobContract>) throws {
    let dropped = try store.droppedPolicies()
    for contract in contracts {
      for name in contract.policies
      where definitions.policy(named: name) == nil && !dropped.contains(name.lowercased()) {
        _ = try policy(named: name)
      }
    }
    let known = Set(definitions.policies.map(\.fileName))
    if let name = try store.policiesWithState().first(where: { !known.contains($0) }) {
      _ = try policy(named: name)
    }
  }

  /// Forgets what was read, so that it is read again.
  package func refresh() {
    registers = [:]
    files = [:]
  }

  /// Remembers the epoch as the one that all tables are in.
  package func establish(_ policy: ConsentPolicy) throws {
    let register = try register(of: policy)
    guard let files = files[policy.name] else { return }
    try store.save(
      ConsentStore.State(
        policyHash: policy.hash, filesHash: files.hash, epoch: register.epoch,
        nextGrant: register.summary.nextGrant, subjects: register.summary.subjects,
        granted: register.summary.granted), of: policy)
  }

  // MARK: - Making a register

  private func make(_ policy: ConsentPolicy, files: SubjectFiles) throws -> SubjectRegister {
    var builder = SubjectRegisterBuilder(policy: policy, startedAt: session.startedAt)
    let plan = try Optimizer().optimize(try SubjectQuery(policy).bind(resolver))
    if case .since(let column, let unit) = policy.grant, let type = plan.schema.fields.last?.type,
      !unit.fits(type)
    {
      throw LakeError(
        .invalidInput,
        "the policy \(policy.name) reads \(column), which is \(type), as "
          + (unit == .moment ? "a date or a timestamp" : "a number of \(unit.rawValue)"),
        hint: unit == .moment
          ? "Say EPOCH MILLIS or EPOCH SECONDS behind a column of numbers."
          : "Leave EPOCH away behind a date or a timestamp.")
    }
    let kernels = session.execution.evaluation.kernels
    try Execution(plan, session.execution).run(
      transform: { try $0.compacted(kernels) }, consume: { try builder.add($0, kernels) })
    try refuseRejects(of: policy, &builder)
    let sticky = try store.ambiguous(of: policy)
    if !sticky.isEmpty {
      builder.keepAmbiguity { column, value in
        sticky.contains(store.hash(value, column: column + 1))
      }
    }
    var granted: [[UInt64]] = []
    let register = builder.finish { columns in
      granted = hashes(of: columns)
      return ConsentRegistry.epoch(policy, files, granted)
    }
    try store.saveGranted(granted, in: register.epoch, of: policy)
    try remember(register.ambiguousAliases, sticky, of: policy)
    return register
  }

  /// The hashes of all values that are granted, column by column.
  private func hashes(of columns: [SubjectRegister.KeyColumn]) -> [[UInt64]] {
    let store = store
    return columns.enumerated().map { number, column in
      let granted = column.verdicts.indices.filter { column.verdicts[$0] == .granted }
      return granted.map { store.hash(column.index.text($0), column: number) }
    }
  }

  private static func epoch(
    _ policy: ConsentPolicy, _ files: SubjectFiles, _ granted: [[UInt64]]
  ) -> String {
    let people = granted.joined().reduce(0 as UInt64) { $0 ^ $1 }
    return TextHash.hex("\(policy.hash) \(files.hash) \(granted.map(\.count)) \(people)")
  }

  private func remember(
    _ aliases: [(column: Int, value: String)], _ known: Set<UInt64>, of policy: ConsentPolicy
  ) throws(LakeError) {
    let hashes = known.union(aliases.map { store.hash($0.value, column: $0.column) })
    if hashes != known { try store.saveAmbiguous(hashes, of: policy) }
  }

  /// Records that could not be read un-grant their people; where nobody can tell whose they are,
  /// they may be anybody's withdrawal.
  private func refuseRejects(
    of policy: ConsentPolicy, _ builder: inout SubjectRegisterBuilder
  ) throws {
    let (table, sources) = try session.catalog.read { catalog throws(LakeError) in
      (try catalog.table(named: policy.subjects), try catalog.rejects(of: policy.subjects))
    }
    let columns = try KeyColumns(policy, table)
    var found = 0
    for source in sources where source.count > 0 {
      let path = session.workspace.path(of: source.path)
      let bytes = try session.fileSystem.readWhole(path, limit: 1 << 30)
      for line in bytes.split(separator: UInt8(ascii: "\n")) {
        found += 1
        let reject = try JSONValue(parsing: line)
        let raw = reject["raw"]?.text.map { Array($0.utf8) } ?? []
        if try columns.refuse(raw, &builder, session.execution.evaluation) { continue }
        if policy.onUnreadableKey == .warn { continue }
        throw unreadable(
          policy,
          LakeError.Place(
            path: reject["file"]?.text, line: reject["line"]?.integer,
            column: reject["column"]?.integer))
      }
    }
    // The catalog knows how many there are. One that was not kept may be anybody's.
    if policy.onUnreadableKey == .fail, found < table?.rejectCount ?? 0 {
      throw unreadable(policy, nil)
    }
  }

  private func unreadable(_ policy: ConsentPolicy, _ place: LakeError.Place?) -> LakeError {
    LakeError(
      .consentViolation,
      "a record of \(policy.subjects) could not be read, and neither whose it is: it may be a "
        + "withdrawal",
      at: place,
      hint: "Nothing was published. Mend the file (lake rejects \(policy.subjects) shows the "
        + "record), or say ON REJECT WARN in the policy.")
  }
}

/// Reads keys from records that could not be read as a whole, as the register has them.
private struct KeyColumns {
  private let policy: ConsentPolicy
  private let normalized: [BoundExpression]

  init(_ policy: ConsentPolicy, _ table: CatalogTable?) throws {
    self.policy = policy
    normalized = try policy.keyColumns.enumerated().map { index, name in
      let folded = name.lowercased()
      let type = table?.columns.first { $0.name.lowercased() == folded }?.type ?? .varchar
      let text = BoundExpression.column(0, .varchar)
      let value = type == .varchar ? text : BoundExpression(.cast(text, .orNull), type)
      return try KeyNormalization.expression(policy, keyIndex: index, of: value)
    }
  }

  /// Refuses the people of a record. False where it does not show whose it is.
  func refuse(
    _ raw: [UInt8], _ builder: inout SubjectRegisterBuilder, _ context: EvaluationContext
  ) throws -> Bool {
    let found = RejectedKeys.find(policy.key, in: raw)
    var aliases: [[String]] = []
    for (index, name) in policy.aliases.enumerated() {
      aliases.append(
        try RejectedKeys.find(name, in: raw).values.compactMap {
          try normal($0, index + 1, context)
        })
    }
    var isReadable = found.isWhole && !found.values.isEmpty
    for value in found.values {
      guard let key = try normal(value, 0, context), !key.isEmpty else {
        isReadable = false
        continue
      }
      try builder.refuse(key: key, aliases: aliases)
    }
    return isReadable
  }

  private func normal(
    _ value: String, _ index: Int, _ context: EvaluationContext
  ) throws -> String? {
    let batch = Batch(
      columns: [try ColumnVector.of(.varchar, [.string(value)])], rowCount: 1, selection: nil)
    let vector = try Evaluator(normalized[index], context: context).evaluate(batch)
    if case .string(let text) = vector.value(at: 0) { return text }
    return nil
  }
}

/// The query that reads the table of subjects: the key, the aliases, the order, the grant.
struct SubjectQuery {
  private let policy: ConsentPolicy

  init(_ policy: ConsentPolicy) {
    self.policy = policy
  }

  func bind(_ resolver: any TableResolver) throws -> Plan {
    var items = [text(policy.normalization ?? column(policy.key))]
    items += policy.aliases.map { text(column($0)) }
    if case .latest(let order) = policy.records { items.append(column(order)) }
    switch policy.grant {
    case .since(let name, _): items.append(column(name))
    case .when(let condition): items.append(condition)
    }
    var body = SelectBody(items.map { SelectItem(.expression($0, alias: nil)) })
    let name = QualifiedName([
      Identifier(policy.subjects.zone.rawValue), Identifier(policy.subjects.name),
    ])
    body.from = [TableReference(.table(name, version: nil))]
    return try Binder(resolver, source: SourceText(policy.text)).bind(Query(.select(body))).plan
  }

  private func column(_ name: String) -> Expression {
    Expression(.name(QualifiedName([Identifier(name)])))
  }

  private func text(_ expression: Expression) -> Expression {
    Expression(.cast(expression, TypeName(.varchar), isTry: false))
  }
}
