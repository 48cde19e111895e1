import LakeCatalog
import LakeCore
import LakePipelines
import LakeTables

/// A workspace at a glance.
package struct WorkspaceStatus: Sendable {
  package struct Table: Sendable {
    package var table: CatalogTable
    /// When it was crawled or published, in microseconds since 1970.
    package var freshness: Int64?
    /// The policies that it is under.
    package var consent: [String]
  }

  package var tables: [Table] = []
  package var pipelines: [String] = []
  package var policies: [String] = []
  package var lastRun: RunRecord?
  /// What to do now, in a sentence.
  package var next = ""
}

extension LakeWorkspace {
  package func status() throws -> WorkspaceStatus {
    let session = try session
    let definitions = try definitions()
    let tables = try tables()
    let runs = try session.catalog.read { (catalog) throws(LakeError) in
      try catalog.runs(limit: 1)
    }
    var status = WorkspaceStatus()
    status.pipelines = try pipelines().folders().map(\.name)
    status.policies = definitions.policies.map(\.name)
    status.lastRun = runs.first
    status.tables = try tables.map { try self.status(of: $0, definitions, session) }
    status.next = next(status)
    return status
  }

  private func status(
    of table: CatalogTable, _ definitions: WorkspaceDefinitions, _ session: WorkspaceSession
  ) throws -> WorkspaceStatus.Table {
    guard table.kind == .managed else {
      let policies = definitions.policies.filter { policy in
        policy.subjects == table.name || policy.covers.contains { $0.table == table.name }
      }
      return WorkspaceStatus.Table(
        table: table, freshness: table.crawledAt.map { Int64($0) },
        consent: policies.map(\.name))
    }
    guard let snapshot = try session.snapshot(of: table.name) else {
      return WorkspaceStatus.Table(table: table, freshness: nil, consent: [])
    }
    var table = table
    table.recordCount = snapshot.rowCount
    table.byteCount = snapshot.byteCount
    table.currentVersion = snapshot.version
    let policies = try snapshot.contract.map { try JobContract($0).policies } ?? []
    let (freshness, overflow) = Int64(snapshot.timestamp).multipliedReportingOverflow(by: 1000)
    return WorkspaceStatus.Table(
      table: table, freshness: overflow ? nil : freshness, consent: policies)
  }

  private func next(_ status: WorkspaceStatus) -> String {
    if status.tables.isEmpty {
      return status.pipelines.isEmpty
        ? "put files into lake/landing/<table>/, then lake crawl"
        : "lake run \(status.pipelines[0])"
    }
    if let run = status.lastRun, run.state == .failed {
      return "lake runs \(run.id) says why the last run failed"
    }
    if status.lastRun == nil, let first = status.pipelines.first { return "lake run \(first)" }
    if status.pipelines.isEmpty {
      return "lake query \"SELECT * FROM \(status.tables[0].table.name) LIMIT 10\""
    }
    return "lake plan \(status.pipelines[0]) says whether anything is to be made"
  }
}
