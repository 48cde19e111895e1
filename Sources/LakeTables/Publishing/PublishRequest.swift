import LakeCore

/// How a publish is to be recorded, and what it looks at once more.
package struct PublishRequest {
  /// For the log, in SQL's words.
  package var operation: String
  package var job: String?
  package var runID: String?
  /// The hash of what the result depends on, so that a later run can tell that nothing changed.
  package var fingerprint: String?
  /// More members for `commitInfo`. Names begin with `lake.`.
  package var details: [JSONValue.Member]
  /// The mark of a job that must happen once.
  package var transaction: TableTransaction?
  /// Looks at the subjects' tables once more, just before the commit: false where they are not
  /// what the checker saw. Needed where the contract is governed.
  package var revalidate: (() throws -> Bool)?

  package init(
    operation: String = "CREATE OR REPLACE TABLE AS SELECT", job: String? = nil,
    runID: String? = nil, fingerprint: String? = nil, details: [JSONValue.Member] = [],
    transaction: TableTransaction? = nil, revalidate: (() throws -> Bool)? = nil
  ) {
    self.operation = operation
    self.job = job
    self.runID = runID
    self.fingerprint = fingerprint
    self.details = details
    self.transaction = transaction
    self.revalidate = revalidate
  }
}

/// How a publish ended. What is no commit left nothing behind: the work is done again from its
/// beginning, never re-linked.
package enum PublishOutcome: Sendable {
  case committed(CommitReport)
  /// Somebody else published this version meanwhile.
  case conflicted(PublishConflict)
  /// The subjects' tables changed since the rows were checked.
  case stale
}

/// Who was faster.
package struct PublishConflict: Sendable {
  package var latestVersion: Int
  /// The first version that stands in the way, and what its commit says of itself.
  package var winner: Int
  package var info: CommitInfo

  /// `version 8 (MERGE by job customer_trusted)`.
  package var description: String {
    var who = [info.operation].compactMap(\.self)
    if let job = info.job {
      who.append("by the job \(job)")
    } else if let engine = info.engineInfo {
      who.append("by \(engine)")
    }
    return "version \(winner)" + (who.isEmpty ? "" : " (\(who.joined(separator: " ")))")
  }
}

/// What a publish did.
package struct CommitReport: Sendable {
  /// The table after the commit.
  package var snapshot: Snapshot
  package var rows: Int
  package var bytes: Int
  package var files: Int
  package var filesRemoved: Int
  /// Rows of the version before; nil where there was none, or it did not say.
  package var rowsBefore: Int?
  /// Old data files that were removed.
  package var expiredFiles: Int
  package var proof: CheckProof?
  /// What went wrong behind the commit. The commit stands; the next command that opens the table
  /// tries again.
  package var warnings: [LakeError]

  package var version: Int { snapshot.version }
}
