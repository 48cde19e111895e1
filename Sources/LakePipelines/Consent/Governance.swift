import LakeCore
import LakeSQL

/// Which policies govern a table that is made of others, and whether it says what it must.
struct Governance {
  let definitions: WorkspaceDefinitions
  /// Contracts of the managed tables that are read.
  let contracts: [TableName: JobContract]

  /// The policies that the tables which a job reads are under. An error where a landing table is
  /// under none and nothing says that it may be read.
  func policies(of job: JobDefinition, reading tables: [TableName]) throws(LakeError) -> [String] {
    var names: [String] = []
    for table in tables {
      for name in try policies(of: table, readBy: job) where !names.contains(name) {
        names.append(name)
      }
    }
    return names
  }

  /// Refuses a job that reads tables under policies without saying how its own rows relate to
  /// people.
  func requireClauses(of job: JobDefinition, under policies: [String]) throws(LakeError) {
    let declared = Set(job.consents.map { $0.policy.text.lowercased() })
    for clause in job.consents where definitions.policy(named: clause.policy.text) == nil {
      throw LakeError(
        .notFound, "there is no consent policy '\(clause.policy.text)'",
        at: job.text.place(at: clause.range.lowerBound),
        hint: Suggestion.hint(
          for: clause.policy.text, among: definitions.policies.map(\.name))
          ?? "Policies are defined in catalog/*.sql.")
    }
    if !job.lawfulBases.isEmpty { return }
    guard let missing = policies.first(where: { !declared.contains($0.lowercased()) }) else {
      return
    }
    guard let policy = definitions.policy(named: missing) else {
      throw LakeError(
        .consentViolation,
        "\(job.label) reads a table under the consent policy '\(missing)', which is gone",
        at: .file(job.file),
        hint: "Put the policy's file back into catalog/, or make that table anew first.")
    }
    if job.foreignLabel != nil {
      throw LakeError(
        .consentViolation,
        "the rows are of people under the policy '\(missing)', and \(job.label) is a table of "
          + "others, which can declare none",
        at: job.text.place(at: job.query.range.lowerBound),
        hint: "Keep them in a managed table, which takes those out again who withdraw.")
    }
    throw LakeError(
      .consentViolation,
      "\(job.label) is made of data of people (policy '\(missing)') and does not say how its rows "
        + "relate to them",
      at: job.text.place(at: job.query.range.lowerBound),
      hint: "Add to its definition: CONSENT \(missing) BY (\(policy.key)), where the column holds "
        + "the \(policy.key) of the person, or (column = \(policy.key)) under another name.")
  }

  private func policies(
    of table: TableName, readBy job: JobDefinition
  ) throws(LakeError) -> [String] {
    if table.zone != .landing { return contracts[table]?.policies ?? [] }
    if definitions.policies.isEmpty { return [] }
    let names = definitions.policies.filter {
      $0.subjects == table || $0.coverage(of: table) != nil
    }.map(\.name)
    if !names.isEmpty || definitions.isPersonal[table] == false { return names }
    throw LakeError(
      .consentViolation,
      "\(job.label) reads \(table), and no consent policy says whose data that is",
      at: .file(job.file),
      hint:
        "Add to catalog/*.sql that it holds no data of people: ALTER TABLE \(table) SET PERSONAL "
        + "= false; or add it to the COVERS of a policy.")
  }
}
