import Glibc
import LakeCatalog
import LakeCore
import LakeEngine
import LakeSQL
import LakeTables

/// Carries out edits of tables with a log: INSERT, UPDATE, DELETE, MERGE, OPTIMIZE and their kin.
///
/// 1. Consent first, as for a run: whoever withdrew is taken out of all tables.
/// 2. The edit looks at the latest version and says which rows come and which go.
/// 3. The new rows are bound like those of a job, under the clauses that the table's log declares,
///    and stream through the same checks into files. Keys are looked up among the rows that stay.
/// 4. Publish. If somebody else was faster and the change does not hold beside theirs, all of it is
///    done again, a few times; then it is a conflict that names the winner.
/// 5. The catalog follows.
package struct TableEditor {
  let session: WorkspaceSession
  let definitions: WorkspaceDefinitions
  /// Finds what the statement reads; nil for the tables of the workspace.
  let resolver: (any TableResolver)?
  let makeBinder: BinderMaker

  package init(
    _ session: WorkspaceSession, _ definitions: WorkspaceDefinitions,
    resolver: (any TableResolver)? = nil,
    makeBinder: @escaping BinderMaker = { Binder($0, source: $1) }
  ) {
    self.session = session
    self.definitions = definitions
    self.resolver = resolver
    self.makeBinder = makeBinder
  }

  /// How often an edit is worked out again.
  private static let attemptsMax = 12

  /// - Parameter operation: What the log says was done, in SQL's words.
  package func run(
    _ edit: any TableEdit, on target: EditTarget, as operation: String, in text: SourceText
  ) throws -> EditReport {
    let state = RunState(session, definitions)
    let withdrawals = try state.establishConsent().withdrawals
    var report = try attempts(on: target, whenStale: { try state.applyConsentAgain() }) { report in
      try attemptOnce(edit, target, operation, text, state, &report)
    }
    report.withdrawals = withdrawals
    return report
  }

  /// Tries until the change is there, or need not be.
  func attempts(
    on target: EditTarget, whenStale: () throws -> Void = {},
    _ body: (inout EditReport) throws -> PublishOutcome?
  ) throws -> EditReport {
    var winner = ""
    for attempt in 1...TableEditor.attemptsMax {
      var report = EditReport(table: target.label)
      switch try body(&report) {
      case nil: return report
      case .committed(let commit):
        report.add(commit)
        try follow(target)
        return report
      case .stale: try whenStale()
      case .conflicted(let conflict):
        winner = conflict.description
        backOff(attempt)
      }
      try session.cancellation.check()
    }
    throw LakeError(
      .conflict,
      winner.isEmpty
        ? "the table of subjects keeps changing while \(target.label) is changed"
        : "\(target.label) keeps being changed by others, last by \(winner)",
      hint: "Nothing was changed. Run the statement again.")
  }

  /// Changes what the log says of a table, and none of its rows; returns the version, or nil where
  /// it says that already.
  package func describe(
    _ name: TableName, as operation: String, _ body: (inout TableMetadata) throws -> Void
  ) throws -> Int? {
    let table = try session.table(name)
    return try attempts(on: .managed(name)) { report in
      let snapshot = try table.snapshot()
      var metadata = snapshot.metadata
      try body(&metadata)
      if metadata == snapshot.metadata { return nil }
      return try table.change(to: metadata, of: snapshot, PublishRequest(operation: operation))
    }.version
  }

  /// Makes those who wait for the same table come one after the other.
  private func backOff(_ attempt: Int) {
    usleep(UInt32.random(in: 0...min(1000 << UInt32(attempt), 250_000)))
  }

  private func attemptOnce(
    _ edit: any TableEdit, _ target: EditTarget, _ operation: String, _ text: SourceText,
    _ state: RunState, _ report: inout EditReport
  ) throws -> PublishOutcome? {
    let table = try target.table(in: session)
    let snapshot = try edit.beginning(of: table)
    try snapshot.requireChecked(table.planName)
    report.table = table.label
    report.rowsBefore = snapshot.rowCount
    report.bytesBefore = snapshot.byteCount
    let scene = try EditScene(
      table, snapshot, text, session.execution, resolver ?? state.resolver, makeBinder)
    guard let step = try edit.step(in: scene) else {
      report.rowsAfter = snapshot.rowCount
      report.bytesAfter = snapshot.byteCount
      return nil
    }
    report.counts = step.counts
    let publication = EditPublication(
      session: session, state: state, scene: scene, step: step, operation: operation,
      makeBinder: makeBinder)
    return try publication.run(&report)
  }

  /// Keeps the catalog's row of the table in step.
  private func follow(_ target: EditTarget) throws(LakeError) {
    let follower = CatalogFollower(session: session)
    let current =
      switch target {
      case .managed(let name): try follower.entry(of: name)
      case .foreign(let table): try follower.entry(of: table)
      }
    guard var entry = current else { return }
    try session.catalog.write { catalog throws(LakeError) in try catalog.save(&entry) }
  }
}

extension EditReport {
  fileprivate mutating func add(_ commit: CommitReport) {
    version = commit.version
    rowsAfter = commit.snapshot.rowCount
    bytesAfter = commit.snapshot.byteCount
    rowsWritten = commit.rows
    filesAdded = commit.files
    filesRemoved = commit.filesRemoved
    warnings += commit.warnings.map(\.message)
  }
}
