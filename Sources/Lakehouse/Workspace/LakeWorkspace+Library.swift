import LakeCore
import LakeEngine
import LakeFormats
import LakePipelines
import LakeSQL

/// The rows that a query gave, as text.
public struct QueryResult: Sendable {
  public struct Column: Sendable, Hashable {
    public var name: String
    public var type: DataType
  }

  public var columns: [Column]
  /// Nil where a value is null. Nested values are JSON, moments `2024-02-29 12:30:00.123` in UTC.
  public var rows: [[String?]]
}

/// What became of one table in a run.
public struct TableRun: Sendable {
  public enum State: Sendable, Hashable {
    case published, upToDate, failed, skipped
  }

  public var table: TableName
  public var state: State
  public var rowCount: Int
  /// Nil where there is none yet.
  public var version: Int?
  /// Why it was made, or was not.
  public var reason: String
  public var error: LakeError?
}

/// What a crawl knows of one table of landing.
public struct LandingTable: Sendable {
  public var name: TableName
  public var columns: [Field]
  public var recordCount: Int
  public var rejectCount: Int
  /// Why nothing was recorded of it.
  public var error: LakeError?
}

extension LakeWorkspace {
  /// Finds what is in landing, and records it in the catalog.
  public func crawlLanding() throws -> [LandingTable] {
    try crawl([.all]).flatMap(\.tables).map { table in
      LandingTable(
        name: table.name, columns: table.columns.map(\.field), recordCount: table.recordCount,
        rejectCount: table.rejectCount, error: table.failure)
    }
  }

  /// Crawls landing and makes the tables of a pipeline, or one of them; without a name, those of
  /// the only pipeline there is. A job that fails is in the answer, and no error.
  public func runPipeline(_ name: String? = nil) throws -> [TableRun] {
    try run(name, RunOptions()).run.jobs.map { job in
      TableRun(
        table: job.table, state: TableRun.State(job.state), rowCount: job.rowsWritten,
        version: job.version, reason: job.reason, error: job.error)
    }
  }

  /// Carries out one statement. All of its rows are kept; a statement without rows gives none.
  public func query(_ sql: String) throws -> QueryResult {
    let statement = try SQLParser.parseStatement(sql)
    switch try StatementRunner(self).run(statement, in: SourceText(sql)) {
    case .done: return QueryResult(columns: [], rows: [])
    case .text(let text, let column):
      return QueryResult(columns: [.init(name: column, type: .varchar)], rows: [[text]])
    case .rows(let rows):
      var result = QueryResult(
        columns: rows.schema.fields.map { .init(name: $0.name, type: $0.type) }, rows: [])
      try rows.runAsText(
        transform: { try RowTexts.texts(of: $0) }, consume: { result.rows += $0 })
      return result
    }
  }
}

extension TableRun.State {
  fileprivate init(_ state: JobReport.State) {
    switch state {
    case .published: self = .published
    case .upToDate: self = .upToDate
    case .failed: self = .failed
    case .skipped: self = .skipped
    }
  }
}
