import LakeCore
import LakeEngine

/// People who withdrew from a policy or joined it since the last run, and whose rows a run has not
/// removed or added yet.
package struct PendingConsent: Sendable {
  package let policy: String
  package let withdrew: Int
  package let joined: Int

  /// What the policies have pending whose subjects stand in some tables.
  package static func find(
    _ session: WorkspaceSession, _ definitions: WorkspaceDefinitions, subjectsIn tables: [TableName]
  ) throws -> [PendingConsent] {
    let policies = definitions.policies.filter { tables.contains($0.subjects) }
    if policies.isEmpty { return [] }
    let resolver = RunState(session, definitions).resolver
    let registry = try ConsentRegistry(session, definitions, resolver: resolver)
    let enforcement = ConsentEnforcement(session: session, registry: registry)
    return try policies.compactMap { policy in
      try enforcement.pending(policy).map {
        PendingConsent(policy: policy.name, withdrew: $0.withdrew, joined: $0.joined)
      }
    }
  }
}
