import LakeCore

/// What became of one job.
package struct JobReport: Sendable {
  package enum State: String, Sendable {
    /// Its table was published.
    case published
    case upToDate = "up to date"
    case failed
    /// A job that it depends on failed.
    case skipped
  }

  package var table: TableName
  package var file: String
  package var state: State
  /// Why it ran, or did not.
  package var reason: String
  package var seconds = 0.0
  package var rowsRead = 0
  package var rowsWritten = 0
  package var rowsRejected = 0
  package var rowsWithheld = 0
  /// Rows of the version before.
  package var rowsBefore: Int?
  package var bytes = 0
  package var version: Int?
  package var fingerprint: String?
  /// The tables that were read.
  package var reads: [TableName] = []
  package var warnings: [String] = []
  package var error: LakeError?

  package init(table: TableName, file: String, state: State, reason: String) {
    self.table = table
    self.file = file
    self.state = state
    self.reason = reason
  }
}

/// What became of a run.
package struct RunReport: Sendable {
  package var id = 0
  package var pipeline: String
  package var jobs: [JobReport] = []
  /// What withdrawals took out of tables before the first job.
  package var withdrawals: [WithdrawalReport] = []
  package var consents: [ConsentReport] = []
  package var warnings: [String] = []
  package var seconds = 0.0

  package init(pipeline: String) {
    self.pipeline = pipeline
  }

  /// The first error, in the order of the jobs.
  package var error: LakeError? { jobs.lazy.compactMap(\.error).first }
}

/// The state of one policy in a run.
package struct ConsentReport: Sendable {
  package var policy: String
  package var epoch: String
  package var subjects: Int
  package var granted: Int
  /// Since the last run; nil where there was none.
  package var withdrew: Int?
  package var joined: Int?
  /// What the records say, for all answers that came up.
  package var answers: [(answer: GrantAnswer, count: Int)]
  package var notes: [String]
}

/// Rows that a withdrawal took out of one table.
package struct WithdrawalReport: Sendable {
  package var table: TableName
  package var policy: String
  package var rowsRemoved: Int
  package var version: Int
  /// Whether the table was emptied, since it does not say whose its rows are.
  package var isEmptied: Bool
}

/// Told what a run is doing, on the thread that runs it.
package protocol RunObserver: AnyObject {
  func runDidBegin(_ pipeline: Pipeline)
  func jobDidBegin(_ job: JobDefinition)
  func jobDidEnd(_ report: JobReport)
}
