import LakeCatalog
import LakeCore
import LakeTables

/// Everything that the rows of a job depend on: the statement, the inputs, the policies and their
/// epochs, and the version of this program. If it is that of the table's latest version, executing
/// the job again would give the same rows.
struct JobFingerprint: Equatable {
  /// What depends, and a hash of its state.
  private(set) var parts: [(name: String, hash: String)] = []

  init(
    _ bound: BoundJob, policies: [ConsentPolicy], registry: ConsentRegistry?,
    definitions: WorkspaceDefinitions, in session: WorkspaceSession
  ) throws {
    add("this version of lake", session.engineVersion)
    add("its statement", bound.job.printed)
    for view in definitions.views(of: bound.job.query) {
      add("the view \(view.name)", view.sql)
    }
    for table in bound.reads.sorted() {
      add(table.description, try JobFingerprint.identity(of: table, in: session))
    }
    for policy in policies.sorted(by: { $0.name < $1.name }) {
      add("the policy \(policy.name)", policy.hash)
      add("who agreed to \(policy.name)", try registry?.epoch(of: policy) ?? "")
    }
  }

  /// As a commit keeps it (`details`); nil where the commit keeps none.
  init?(_ info: CommitInfo) {
    guard let members = info[JobFingerprint.key]?.members else { return nil }
    parts = members.compactMap { member in member.value.text.map { (member.name, $0) } }
  }

  private static let key = "lake.inputs"

  var hash: String {
    TextHash.hex(parts.map { "\($0.name)\u{0}\($0.hash)" }.joined(separator: "\u{0}"))
  }

  /// For the commit, so that a later run can say what has changed.
  var details: JSONValue.Member {
    JSONValue.Member(
      JobFingerprint.key, .object(parts.map { JSONValue.Member($0.name, .string($0.hash)) }))
  }

  /// What is not as it was: names of parts that differ, are new, or are gone.
  func changes(since old: JobFingerprint) -> [String] {
    let before = Dictionary(old.parts, uniquingKeysWith: { first, _ in first })
    let now = Dictionary(parts, uniquingKeysWith: { first, _ in first })
    return parts.map(\.name).filter { before[$0] != now[$0] }
      + old.parts.map(\.name).filter { now[$0] == nil }
  }

  static func == (a: JobFingerprint, b: JobFingerprint) -> Bool { a.hash == b.hash }

  private mutating func add(_ name: String, _ state: String) {
    parts.append((name, TextHash.hex(state)))
  }

  /// What tells one state of a table from another.
  private static func identity(
    of table: TableName, in session: WorkspaceSession
  ) throws(LakeError) -> String {
    if let snapshot = try session.loggedSnapshot(of: table) {
      return "\(snapshot.metadata.id) \(snapshot.version)"
    }
    if table.zone != .landing { return "none" }
    return try session.catalog.read { catalog throws(LakeError) in
      guard let known = try catalog.table(named: table) else { return "none" }
      var lines = ["\(known.format?.rawValue ?? "") \(known.reading)"]
      lines += known.columns.map { "\($0.name) \($0.type)" }
      for file in try catalog.files(of: table).sorted(by: { $0.path < $1.path }) {
        lines.append("\(file.path) \(file.identity)")
      }
      return lines.joined(separator: "\n")
    }
  }
}
