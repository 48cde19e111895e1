import LakeCatalog
import LakeCore
import LakeTables

/// Everything that the rows of a job depend on, as one hash: the statement, the inputs, the policies
/// and their epochs, and the version of this program. If it is that of the table's latest version,
/// executing the job again would give the same rows.
struct JobFingerprint {
  let session: WorkspaceSession

  func hash(
    of bound: BoundJob, policies: [ConsentPolicy], registry: ConsentRegistry?
  ) throws -> String {
    var parts = [session.engineVersion, bound.job.target.description, bound.job.printed]
    for table in bound.reads.sorted() { parts.append(try identity(of: table)) }
    for policy in policies.sorted(by: { $0.name < $1.name }) {
      parts.append("\(policy.name) \(policy.hash) \(try registry?.epoch(of: policy) ?? "")")
    }
    return TextHash.hex(parts.joined(separator: "\u{0}"))
  }

  /// What tells one state of a table from another.
  private func identity(of table: TableName) throws(LakeError) -> String {
    if table.zone != .landing {
      guard let snapshot = try session.snapshot(of: table) else { return "\(table) none" }
      return "\(table) \(snapshot.metadata.id) \(snapshot.version)"
    }
    return try session.catalog.read { catalog throws(LakeError) in
      guard let known = try catalog.table(named: table) else { return "\(table) none" }
      var lines = ["\(table) \(known.format?.rawValue ?? "") \(known.reading)"]
      lines += known.columns.map { "\($0.name) \($0.type)" }
      for file in try catalog.files(of: table).sorted(by: { $0.path < $1.path }) {
        let stamp = file.stamp
        lines.append("\(file.path) \(stamp.size) \(stamp.modified) \(stamp.changed) \(stamp.inode)")
      }
      return lines.joined(separator: "\n")
    }
  }
}
