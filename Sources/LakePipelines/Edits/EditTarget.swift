import LakeCore
import LakeTables

/// What an edit is done to: a managed table, or one of others, which need have no name.
package enum EditTarget: Sendable {
  case managed(TableName)
  case foreign(ForeignTable)

  /// How messages call it.
  package var label: String {
    switch self {
    case .managed(let name): name.description
    case .foreign(let table): table.label
    }
  }

  package func table(in session: WorkspaceSession) throws(LakeError) -> any LoggedTable {
    switch self {
    case .managed(let name): try session.table(name)
    case .foreign(let table): table
    }
  }
}

extension LoggedTable {
  /// The name under which checks and plans know the table. One that is named by its path goes by
  /// that: no table of ours is called so, since it holds slashes.
  var planName: TableName {
    if let managed = self as? ManagedTable { return managed.name }
    return (self as? ForeignTable)?.name ?? TableName(.trusted, root)
  }
}
