import LakeCore
import LakeSQL

/// What was found out about the nodes of a syntax tree, by their numbers: for those who print the
/// statement in another dialect.
package struct Bindings: Sendable {
  package struct Entry: Sendable {
    package var type: DataType
    /// The full name of the table or column that a name stands for.
    package var name: [String]?
  }

  private var entries: [NodeID: Entry] = [:]

  package init() {}

  package subscript(id: NodeID) -> Entry? { entries[id] }

  mutating func record(_ id: NodeID, _ type: DataType, name: [String]? = nil) {
    guard id.number >= 0 else { return }
    entries[id] = Entry(type: type, name: name ?? entries[id]?.name)
  }
}
