import LakeEngine

/// People who withdrew from a policy or joined it since the last run, and whose rows a run has not
/// removed or added yet.
package struct PendingConsent: Sendable {
  package let policy: String
  package let withdrew: Int
  package let joined: Int

  /// What the policies of a workspace have pending.
  package static func find(
    _ session: WorkspaceSession, _ definitions: WorkspaceDefinitions
  ) throws -> [PendingConsent] {
    if definitions.policies.isEmpty { return [] }
    let resolver = RunState(session, definitions).resolver
    let registry = try ConsentRegistry(session, definitions, resolver: resolver)
    let enforcement = ConsentEnforcement(session: session, registry: registry)
    return try definitions.policies.compactMap { policy in
      try enforcement.pending(policy).map {
        PendingConsent(policy: policy.name, withdrew: $0.withdrew, joined: $0.joined)
      }
    }
  }
}
