import LakeCore

extension RunState {
  /// Applies all policies of the workspace, those too whose tables are not touched: whoever
  /// withdrew is taken out first.
  func establishConsent() throws -> (reports: [ConsentReport], withdrawals: [WithdrawalReport]) {
    let contracts = try self.contracts().values.filter(\.isGoverned)
    let directory = session.layout.consentDirectory
    if definitions.policies.isEmpty, contracts.isEmpty,
      try session.fileSystem.status(of: directory, followLinks: true) == nil
    {
      return ([], [])
    }
    let registry = try ConsentRegistry(session, definitions, resolver: resolver)
    try registry.requirePolicies(of: contracts)
    if definitions.policies.isEmpty { return ([], []) }
    self.registry = registry
    return try apply(registry)
  }

  private func apply(
    _ registry: ConsentRegistry
  ) throws -> (reports: [ConsentReport], withdrawals: [WithdrawalReport]) {
    let enforcement = ConsentEnforcement(session: session, registry: registry)
    var reports: [ConsentReport] = []
    var withdrawals: [WithdrawalReport] = []
    // One policy that cannot be applied must not keep the withdrawals from others.
    var failure: (any Error)?
    for policy in definitions.policies {
      do {
        guard try registry.hasSubjects(policy) else { continue }
        let (consent, withdrawn) = try enforcement.apply(policy)
        reports.append(consent)
        withdrawals += withdrawn
      } catch {
        if (error as? LakeError)?.code == .cancelled { throw error }
        failure = failure ?? error
      }
    }
    if let failure { throw failure }
    return (reports, withdrawals)
  }
}
