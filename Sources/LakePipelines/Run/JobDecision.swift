import LakeCore
import LakeTables

/// Whether a job has to be executed, and why.
struct JobDecision {
  let isUpToDate: Bool
  let reason: String
  /// Nil where the result depends on more than can be told.
  let fingerprint: JobFingerprint?
  /// The table as it is; nil where there is none.
  let latest: Snapshot?

  init(
    _ bound: BoundJob, policies: [ConsentPolicy], registry: ConsentRegistry?,
    definitions: WorkspaceDefinitions, in session: WorkspaceSession, isForced: Bool
  ) throws {
    latest = try session.snapshot(of: bound.job.target)
    fingerprint =
      bound.isDeterministic && bound.plan.filesRead.isEmpty
      ? try JobFingerprint(
        bound, policies: policies, registry: registry, definitions: definitions, in: session)
      : nil
    let isSame = fingerprint != nil && latest?.commitInfo.fingerprint == fingerprint?.hash
    isUpToDate = isSame && !isForced
    reason = JobDecision.reason(latest, fingerprint, isSame: isSame, isForced: isForced)
  }

  private static func reason(
    _ latest: Snapshot?, _ fingerprint: JobFingerprint?, isSame: Bool, isForced: Bool
  ) -> String {
    guard let latest else { return "the table is new" }
    guard let fingerprint else { return "its result depends on the moment" }
    if isSame { return isForced ? "forced" : "nothing changed" }
    guard let before = JobFingerprint(latest.commitInfo) else {
      if latest.commitInfo.operation == ConsentEnforcement.operation {
        return "people withdrew their consent"
      }
      return "version \(latest.version) was not made by this job"
    }
    let changes = fingerprint.changes(since: before)
    let shown = changes.prefix(3).joined(separator: ", ")
    return changes.isEmpty
      ? "something changed" : shown + (changes.count > 3 ? " and more" : "") + " changed"
  }
}
