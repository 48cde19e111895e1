import LakeCore
import LakeEngine
import LakeSQL

/// A job whose names and types are settled against the tables as they are: what it reads, what it
/// makes, and what its rows will be held to.
struct BoundJob: Sendable {
  var job: JobDefinition
  /// Gives the table's columns, then the hidden ones.
  var plan: Plan
  var schema: Schema
  /// The tables that are read, by name.
  var reads: [TableName]
  /// What governs the rows.
  var policies: [String]
  var contract: JobContract
  var consents: [ConsentRule]
  var conditions: [Condition]
  var keys: [Key]
  /// The columns by whose values the rows are put into directories.
  var partitionColumns: [String] = []
  /// What the table's log says of its columns beside their types: their comments.
  var fieldMetadata: [String: [JSONValue.Member]] = [:]
  /// Whether the same inputs give the same rows.
  var isDeterministic: Bool
  var query: BoundQuery

  struct Condition: Sendable {
    var label: String
    var action: ViolationAction
    /// True for rows that break it.
    var broken: BoundExpression
  }

  struct Key: Sendable {
    var label: String
    var action: ViolationAction
    var columns: [Int]
    var isPrimary: Bool
  }
}

/// Binds jobs.
struct JobBinder {
  let definitions: WorkspaceDefinitions
  var resolver: any TableResolver
  /// Contracts of the managed tables that jobs may read.
  let contracts: [TableName: JobContract]
  /// Gives the registers by which rows are withheld; nil where a job is only looked at.
  var register: ((ConsentPolicy) throws -> SubjectRegister)?
  var makeBinder: BinderMaker = { Binder($0, source: $1) }
  /// Counts the rows that are withheld where they are read.
  var withheld = WithheldCounter()

  func bind(_ job: JobDefinition) throws -> BoundJob {
    let hidden = job.consents.flatMap { $0.hiddenCandidates }
    let isGoverned = !definitions.policies.isEmpty || contracts.values.contains(where: \.isGoverned)
    let resolver: any TableResolver = isGoverned ? LatestVersions(resolver) : resolver
    let query = try makeBinder(resolver, job.text).bind(
      job.query, hidden: hidden.map(\.expression))
    try query.requireUniqueNames()
    let reads = query.plan.tablesRead
    if query.schema.fields.isEmpty { throw noColumns(job, query.plan) }
    try refuseLanding(job, reads)
    try refuseFiles(job, query.plan)
    try refuseForeignTables(job, reads)
    let governance = Governance(definitions: definitions, contracts: contracts)
    let policies = try governance.policies(of: job, reading: reads)
    try governance.requireClauses(of: job, under: policies)
    var schema = query.schema
    var bound = BoundJob(
      job: job, plan: query.plan, schema: schema, reads: reads, policies: policies,
      contract: JobContract(), consents: [], conditions: [], keys: [],
      isDeterministic: query.plan.isDeterministic, query: query)
    try bindConsents(&bound, query, hidden)
    try bindConstraints(&bound)
    for constraint in job.constraints where constraint.action == .fail {
      for name in constraint.requiredColumns {
        if let index = schema.index(of: name) { schema.fields[index].isNullable = false }
      }
    }
    for index in schema.fields.indices where schema.fields[index].type == .unseen {
      schema.fields[index].type = .varchar
    }
    bound.schema = schema
    bound.partitionColumns = try job.partitionColumns(of: schema)
    for column in job.columns {
      guard let comment = column.comment, let index = schema.index(of: column.name.text) else {
        continue
      }
      bound.fieldMetadata[schema.fields[index].name] = [.init("comment", .string(comment))]
    }
    bound.plan = bound.plan.casting(to: schema)
    bound.contract = contract(of: bound)
    return bound
  }

  /// Tables of landing whose files are empty have no columns, and so has what is made of them.
  private func noColumns(_ job: JobDefinition, _ plan: Plan) -> LakeError {
    let sources = plan.tablesRead.map(\.description) + plan.filesRead
    return LakeError(
      .invalidInput,
      "\(job.target) would have no columns: \(sources.listed) "
        + (sources.count == 1 ? "holds no record" : "hold no records"),
      at: job.text.place(at: job.query.range.lowerBound),
      hint: "Put records into the files, and run lake crawl; or say the columns: CREATE TABLE "
        + "\(job.target) (id bigint, …).")
  }

  private func refuseLanding(_ job: JobDefinition, _ reads: [TableName]) throws(LakeError) {
    guard job.target.zone == .curated, !job.allowsLanding,
      let landing = reads.first(where: { $0.zone == .landing })
    else { return }
    throw LakeError(
      .invalidInput, "\(job.label) is a curated table and reads \(landing) directly",
      at: .file(job.file),
      hint: "Read a trusted table, or say WITH (allow_landing = true) in its definition.")
  }

  /// Files that are named by path are no table, so nothing says whose data they hold.
  private func refuseFiles(_ job: JobDefinition, _ plan: Plan) throws(LakeError) {
    guard let files = plan.filesRead.first else { return }
    if definitions.policies.isEmpty, !contracts.values.contains(where: \.isGoverned) { return }
    throw LakeError(
      .consentViolation,
      "\(job.label) reads the files \(files), and no consent policy says whose data that is",
      at: .file(job.file),
      hint: "Read a table: put the files into lake/landing and name the table that the crawl makes "
        + "of them.")
  }

  /// A table of others is made by no job of ours; and in trusted or curated nothing says whose data
  /// it holds, no more than of files.
  private func refuseForeignTables(
    _ job: JobDefinition, _ reads: [TableName]
  ) throws(LakeError) {
    let foreign = definitions.foreignTables
    if job.foreignLabel == nil, let known = foreign.first(where: { $0.name == job.target }) {
      throw LakeError(
        .alreadyExists, "\(job.label) is a table of others, and no job makes it anew",
        at: .file(job.file),
        hint: "It is defined in \(known.source ?? "catalog/"): give one of the two another name.")
    }
    if definitions.policies.isEmpty, !contracts.values.contains(where: \.isGoverned) { return }
    let isUnknown = { (table: TableName) in
      table.zone != .landing && table != job.target && definitions.isPersonal[table] != false
        && foreign.contains { $0.name == table }
    }
    guard let table = reads.first(where: isUnknown) else { return }
    throw LakeError(
      .consentViolation,
      "\(job.label) reads \(table), which others write, and no consent policy says whose data "
        + "that is", at: .file(job.file),
      hint: "Register it in landing, where a policy can cover it; or say that it holds no data of "
        + "people: ALTER TABLE \(table) SET PERSONAL = false.")
  }

  // MARK: - Consent

  private func bindConsents(
    _ bound: inout BoundJob, _ query: BoundQuery, _ hidden: [ConsentClause.HiddenCandidate]
  ) throws {
    let job = bound.job
    for (number, clause) in job.consents.enumerated() {
      guard let policy = definitions.policy(named: clause.policy.text) else { continue }
      switch clause.rule {
      case .by(let pairs, let at, let action):
        var keys: [ConsentRule.Key] = []
        for (place, pair) in pairs.enumerated() {
          let position = hidden.firstIndex { $0.clause == number && $0.key == place }
          guard let column = position.map({ query.hiddenColumns[$0] }) else { continue }
          keys.append(try key(pair, column, policy, query, job))
        }
        var rule = ConsentRule(
          policy: policy.name, keys: keys, time: nil, removes: action == .remove)
        rule.time = try time(at, policy, query, job)
        bound.consents.append(rule)
      case .aggregate(let minimum):
        try requireFiltered(bound, policy, clause)
        if minimum != nil {
          throw LakeError(
            .unsupported, "AGGREGATE with MIN … SUBJECTS is not supported yet",
            at: job.text.place(at: clause.range.lowerBound),
            hint: "Leave MIN away, or publish under a LAWFUL BASIS.")
        }
      }
    }
    bound.plan = try removingWithheld(bound)
  }

  private func key(
    _ pair: ConsentKey, _ column: Int, _ policy: ConsentPolicy, _ query: BoundQuery,
    _ job: JobDefinition
  ) throws -> ConsentRule.Key {
    let name = try policy.subjectColumn(of: pair, in: job.text)
    let index = policy.keyIndex(of: name) ?? 0
    try refuseForeign(query.plan.provenance(of: column), pair, job)
    let type = query.plan.schema.fields[column].type
    return ConsentRule.Key(
      column: column, label: pair.column.sql, keyIndex: index,
      isVisible: column < query.visibleCount,
      normalized: try KeyNormalization.expression(
        policy, keyIndex: index, of: .column(column, type)))
  }

  /// A key has to be that of the row's own person.
  private func refuseForeign(
    _ provenance: KeyProvenance, _ pair: ConsentKey, _ job: JobDefinition
  ) throws(LakeError) {
    let (message, hint): (String, String)
    switch provenance {
    case .row: return
    case .group:
      message = "is one of several people's: the row is made of all of them"
      hint = "Group by the key; or declare AGGREGATE, over a table that was filtered already."
    case .nothing:
      message = "comes from no column of a table, and so names nobody"
      hint = "Name the column of the table that holds the person's key."
    }
    throw LakeError(
      .consentViolation, "the key \(pair.column.sql) of \(job.label) \(message)",
      at: job.text.place(at: pair.range.lowerBound), hint: hint)
  }

  /// The column of AT; without AT one that looks like a time, whose rows are only counted.
  private func time(
    _ at: Identifier?, _ policy: ConsentPolicy, _ query: BoundQuery, _ job: JobDefinition
  ) throws(LakeError) -> ConsentRule.Time? {
    guard case .since(_, let unit) = policy.grant else { return nil }
    let schema = query.schema
    if let at {
      guard let index = schema.index(of: at.text) else {
        throw LakeError(
          .notFound, "AT names '\(at.text)', which is no column of \(job.label)",
          at: job.text.place(at: at.range.lowerBound),
          hint: Suggestion.hint(for: at.text, among: schema.fields.map(\.name)))
      }
      return ConsentRule.Time(
        column: index, label: at.text, unit: schema.fields[index].type.timeUnit(like: unit),
        isEnforced: true)
    }
    let index = schema.fields.firstIndex { field in
      field.type == .timestamp
        || field.type == .bigint && field.name.lowercased().contains("time")
    }
    return index.map {
      ConsentRule.Time(
        column: $0, label: schema.fields[$0].name,
        unit: schema.fields[$0].type.timeUnit(like: unit), isEnforced: false)
    }
  }

  /// Rows of an aggregate stand for several people: what goes in must have been filtered already.
  private func requireFiltered(
    _ bound: BoundJob, _ policy: ConsentPolicy, _ clause: ConsentClause
  ) throws(LakeError) {
    for table in bound.reads {
      let isRaw =
        table == policy.subjects || policy.coverage(of: table) != nil
        || contracts[table].map { $0.isUnfiltered(by: policy.name) } ?? false
      guard isRaw else { continue }
      throw LakeError(
        .consentViolation,
        "\(bound.job.label) aggregates \(table), whose rows were not filtered by '\(policy.name)'",
        at: bound.job.text.place(at: clause.range.lowerBound),
        hint: "Aggregate a trusted table that declares CONSENT \(policy.name) BY ….")
    }
  }

  /// ON VIOLATION REMOVE: rows of people who did not agree are taken out where they are read, so
  /// that nothing that is computed of them comes into the table.
  private func removingWithheld(_ bound: BoundJob) throws -> Plan {
    guard let register else { return bound.plan }
    var plan = bound.plan
    for rule in bound.consents where rule.removes {
      guard let policy = definitions.policy(named: rule.policy) else { continue }
      plan = try plan.mapScans { scan in
        guard let table = scan.table.name,
          let (column, keyIndex) = policy.subjectColumn(of: table)
        else { return scan }
        var filtered = scan
        filtered.table.source = try ConsentFilteredSource(
          scan.table, column: column, keyIndex: keyIndex, register: try register(policy),
          counter: withheld)
        return filtered
      }
    }
    return plan
  }

  // MARK: - Constraints

  private func bindConstraints(_ bound: inout BoundJob) throws {
    for constraint in bound.job.constraints {
      let label = constraint.label
      switch constraint.rule {
      case .primaryKey(let columns), .unique(let columns):
        var isPrimary = false
        if case .primaryKey = constraint.rule { isPrimary = true }
        let places = try columns.map { try place(of: $0, bound) }
        for (column, place) in zip(columns, places)
        where bound.schema.fields[place].type.isNested {
          throw LakeError(
            .invalidInput,
            "\(label): '\(column.text)' is \(bound.schema.fields[place].type), and "
              + "nested values are no keys",
            at: bound.job.text.place(at: column.range.lowerBound))
        }
        bound.keys.append(
          BoundJob.Key(
            label: label, action: constraint.action, columns: places, isPrimary: isPrimary))
      case .notNull(let columns):
        for column in columns {
          let index = try place(of: column, bound)
          let value = BoundExpression.column(index, bound.schema.fields[index].type)
          bound.conditions.append(
            BoundJob.Condition(
              label: label, action: constraint.action,
              broken: BoundExpression(.isNull(value), .boolean)))
        }
      case .check(let condition):
        let met = try Binder(resolver, source: bound.job.text).bind(
          condition, over: bound.schema, named: bound.job.target.name)
        guard met.type == .boolean else {
          throw LakeError(
            .invalidInput, "\(label) is \(met.type), and should be true or false",
            at: bound.job.text.place(at: condition.range.lowerBound))
        }
        bound.conditions.append(
          BoundJob.Condition(
            label: label, action: constraint.action,
            broken: BoundExpression(.not(met), .boolean)))
      }
    }
  }

  private func place(of column: Identifier, _ bound: BoundJob) throws(LakeError) -> Int {
    if let index = bound.schema.index(of: column.text) { return index }
    throw LakeError(
      .notFound, "'\(column.text)' is no column of \(bound.job.label)",
      at: bound.job.text.place(at: column.range.lowerBound),
      hint: Suggestion.hint(for: column.text, among: bound.schema.fields.map(\.name)))
  }

  private func contract(of bound: BoundJob) -> JobContract {
    var contract = JobContract()
    contract.policies = bound.policies
    for rule in bound.consents where !contract.policies.contains(rule.policy) {
      contract.policies.append(rule.policy)
    }
    contract.consents = bound.consents.map { rule in
      JobContract.Consent(
        policy: rule.policy,
        keys: rule.keys.map { key in
          let policy = definitions.policy(named: rule.policy)
          return JobContract.Key(
            column: key.isVisible ? bound.schema.fields[key.column].name : key.label,
            key: policy?.keyColumns[key.keyIndex] ?? "", isHidden: !key.isVisible)
        },
        time: rule.time.flatMap { $0.isEnforced ? $0.label : nil }, removes: rule.removes)
    }
    for clause in bound.job.consents {
      if case .aggregate = clause.rule { contract.aggregates.append(clause.policy.text) }
    }
    contract.lawfulBases = bound.job.lawfulBases.map {
      JobContract.Basis(basis: $0.basis.text, reason: $0.reason)
    }
    contract.constraints = bound.job.constraints.map {
      JobContract.Constraint(
        text: $0.label, sql: $0.sql, action: $0.action.rawValue.uppercased())
    }
    return contract
  }
}

extension ConsentClause {
  /// An expression that says whose a row is, and which key of which clause it belongs to.
  struct HiddenCandidate {
    var clause: Int
    var key: Int
    var expression: Expression
  }
}

extension [ConsentClause] {
  /// The expressions of all keys, clause by clause.
  fileprivate func flatMap(
    _ candidates: (ConsentClause) -> [Expression]
  ) -> [ConsentClause.HiddenCandidate] {
    enumerated().flatMap { number, clause in
      candidates(clause).enumerated().map {
        ConsentClause.HiddenCandidate(clause: number, key: $0.offset, expression: $0.element)
      }
    }
  }
}

extension ConsentClause {
  fileprivate var hiddenCandidates: [Expression] {
    if case .by(let keys, _, _) = rule { keys.map(\.column) } else { [] }
  }
}

extension ConsentPolicy {
  /// The column of a table that names people, and which of the policy's keys it is. Nil where the
  /// policy does not speak of the table.
  func subjectColumn(of table: TableName) -> (column: String, keyIndex: Int)? {
    if table == subjects { return (key, 0) }
    guard let coverage = coverage(of: table), let index = keyIndex(of: coverage.key) else {
      return nil
    }
    return (coverage.column, index)
  }
}

extension DataType {
  /// How a column of this type holds a time: numbers count what the policy's own numbers do.
  fileprivate func timeUnit(like unit: GrantUnit) -> GrantUnit {
    switch self {
    case .date, .timestamp, .localTimestamp: .moment
    default: unit == .moment ? .milliseconds : unit
    }
  }
}

extension TableConstraint {
  var action: ViolationAction {
    switch onViolation {
    case nil, .fail: .fail
    case .reject: .reject
    case .warn: .warn
    }
  }

  /// Columns that cannot be null where the constraint holds.
  fileprivate var requiredColumns: [String] {
    switch rule {
    case .primaryKey(let columns), .notNull(let columns): columns.map(\.text)
    case .unique, .check: []
    }
  }
}
