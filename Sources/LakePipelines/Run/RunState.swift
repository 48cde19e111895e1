import LakeCore
import LakeEngine
import LakeTables

/// What a run knows so far: the tables that it has made, and who is granted. Used by one thread.
final class RunState {
  let session: WorkspaceSession
  let definitions: WorkspaceDefinitions
  /// What the names of a query mean, where that is more than the tables of the workspace.
  private let names: StatementNames?
  /// Nil where there is no policy.
  var registry: ConsentRegistry?
  /// Withdrawals that were applied after the subjects changed during the run.
  var withdrawals: [WithdrawalReport] = []
  var reports: [TableName: JobReport] = [:]
  /// Rows of tables that were made in this run, for those who read them.
  private var made: [TableName: BoundTable] = [:]
  /// Contracts of tables that are planned.
  private var expected: [TableName: JobContract] = [:]

  init(
    _ session: WorkspaceSession, _ definitions: WorkspaceDefinitions, _ names: StatementNames? = nil
  ) {
    self.session = session
    self.definitions = definitions
    self.names = names
  }

  /// Finds tables as they are now, those that were just made in memory.
  var resolver: any TableResolver {
    WorkspaceResolver(
      workspace: session.workspace, catalog: session.catalog, context: session.execution,
      tableOptions: session.tableOptions, overrides: made)
  }

  /// Begins again with the subjects as they are now: tables first, then whoever reads them. Rows
  /// that were handed on are read from the tables again.
  func applyConsentAgain() throws {
    guard let registry else { return }
    forgetRows()
    registry.refresh()
    let enforcement = ConsentEnforcement(session: session, registry: registry)
    for policy in definitions.policies where try registry.hasSubjects(policy) {
      withdrawals += try enforcement.apply(policy).withdrawals
    }
  }

  func hasFailed(_ table: TableName) -> Bool {
    reports[table].map { $0.state == .failed || $0.state == .skipped } ?? false
  }

  func keep(_ table: TableName, _ rows: BoundTable) { made[table] = rows }

  /// Lets jobs be bound that read a table which is not there yet, or not as it will be.
  func expect(_ bound: BoundJob) {
    let name = bound.job.target
    made[name] = BoundTable(
      name: name, label: name.description, schema: bound.schema, source: ExpectedTable(name: name))
    expected[name] = bound.contract
  }

  /// Binds against the tables as they are now.
  func binder(withholding: WithheldCounter? = nil) throws -> JobBinder {
    var binder = JobBinder(
      definitions: definitions, resolver: names?.resolver ?? resolver, contracts: try contracts())
    if let names { binder.makeBinder = names.makeBinder }
    if let withholding, let registry {
      binder.withheld = withholding
      binder.register = { try registry.register(of: $0) }
    }
    return binder
  }

  /// The policies that a job's rows are under or that it declares.
  func policies(of bound: BoundJob) throws -> [ConsentPolicy] {
    guard let registry else {
      guard let name = bound.contract.policies.first else { return [] }
      throw LakeError(
        .consentViolation,
        "\(bound.job.target) is under the consent policy '\(name)', which is gone",
        at: .file(bound.job.file), hint: "Put the policy's file back into catalog/.")
    }
    return try bound.contract.policies.map { try registry.policy(named: $0) }
  }

  /// Forgets the rows that were handed on: they are those of people who were granted before.
  func forgetRows() { made = [:] }

  /// Contracts of all managed tables, as they are now and as they are planned.
  func contracts() throws -> [TableName: JobContract] {
    try session.contracts().merging(expected) { _, planned in planned }
  }
}
