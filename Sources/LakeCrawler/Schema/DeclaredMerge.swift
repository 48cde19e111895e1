import LakeCatalog
import LakeCore

/// Decides the columns of a table whose files say themselves what they hold: the columns of all of
/// them, each in the widest of their types. What loses nothing applies by itself; a file that says
/// something else is left out, until the change is accepted or the file is mended.
struct DeclaredMerge {
  private(set) var columns: [CatalogColumn]
  private(set) var changes: [SchemaChange] = []
  private(set) var differences: [String] = []
  private let isDefined: Bool

  init(known: [CatalogColumn]?, definition: TableDefinition?, acceptsChanges: Bool) {
    isDefined = definition?.columns != nil
    columns = definition?.columns ?? (acceptsChanges ? [] : known ?? [])
  }

  /// Takes the columns of one more file; says why the file is none of the table, if it is not.
  mutating func add(_ fields: [Field]) -> String? {
    var updated = columns
    var found: [SchemaChange] = []
    for field in fields {
      let place = updated.firstIndex { $0.name.lowercased() == field.name.lowercased() }
      guard let place else {
        if isDefined {
          note(
            "column \(field.name) \(field.type) is in the files and not declared; it is not read")
        } else {
          updated.append(CatalogColumn(field.name, field.type))
          found.append(SchemaChange(.added, field.name, from: nil, to: field.type))
        }
        continue
      }
      let old = updated[place].type
      if TypeWidening.holds(old, field.type) { continue }
      guard !isDefined, TypeWidening.holds(field.type, old) else {
        return "column \(field.name) is \(field.type), and in the table \(old)"
      }
      updated[place].type = field.type
      found.append(SchemaChange(.widened, field.name, from: old, to: field.type))
    }
    columns = updated
    changes += found
    return nil
  }

  private mutating func note(_ difference: String) {
    if !differences.contains(difference) { differences.append(difference) }
  }
}
