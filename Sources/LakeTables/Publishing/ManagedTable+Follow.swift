import LakeCore

extension ManagedTable {
  package func requirePublishable() throws(LakeError) { try published.requireReplaceable() }

  /// Shows the version to those who read directories, and removes what nobody reads any more.
  package func follow(_ commit: ProposedCommit, _ report: inout CommitReport) {
    let change = commit.change
    let snapshot = commit.snapshot
    func note(_ body: () throws(LakeError) -> Void) {
      do throws(LakeError) { try body() } catch { report.warnings.append(error) }
    }
    note { () throws(LakeError) in
      if snapshot.uncheckedSince == nil {
        try published.follow(snapshot, from: change.base, adding: commit.addedFiles)
      }
    }
    note { () throws(LakeError) in
      report.expiredFiles = try removeExpiredFiles(after: snapshot)
    }
    change.folder.remove()
    note { () throws(LakeError) in try tidy(snapshot) }
    note { () throws(LakeError) in try Checkpointer(self).writeIfDue(snapshot) }
  }
}
