import LakeCore
import LakeEngine
import LakeTables

/// What a run knows so far: the tables that it has made, and who is granted. Used by one thread.
final class RunState {
  private let session: WorkspaceSession
  private let definitions: WorkspaceDefinitions
  /// Nil where there is no policy.
  var registry: ConsentRegistry?
  var reports: [TableName: JobReport] = [:]
  /// Rows of tables that were made in this run, for those who read them.
  private var made: [TableName: BoundTable] = [:]
  /// Contracts of tables that are planned.
  private var expected: [TableName: JobContract] = [:]

  init(_ session: WorkspaceSession, _ definitions: WorkspaceDefinitions) {
    self.session = session
    self.definitions = definitions
  }

  /// Finds tables as they are now, those that were just made in memory.
  var resolver: any TableResolver {
    WorkspaceResolver(
      workspace: session.workspace, catalog: session.catalog, context: session.execution,
      tableOptions: session.tableOptions, snapshots: session.snapshots, overrides: made)
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
      definitions: definitions, resolver: resolver, contracts: try contracts())
    if let withholding, let registry {
      binder.withheld = withholding
      binder.register = { try registry.register(of: $0) }
    }
    return binder
  }

  /// The policies that a job's rows are under or that it declares.
  func policies(of bound: BoundJob) throws -> [ConsentPolicy] {
    guard let registry else { return [] }
    return try bound.contract.policies.map { try registry.policy(named: $0) }
  }

  private func contracts() throws -> [TableName: JobContract] {
    try session.contracts().merging(expected) { _, planned in planned }
  }
}
