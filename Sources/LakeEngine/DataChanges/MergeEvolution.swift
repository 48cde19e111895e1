import LakeCore
import LakeSQL

/// `MERGE WITH SCHEMA EVOLUTION`: `SET *` and `INSERT *` take what columns the source has, and the
/// table gets those that it does not have. So it gets those that SET and INSERT name, if they are
/// columns of the source.
extension MergeQueries {
  /// The columns that the table gets.
  package static func addedColumns(
    by merge: Merge, to table: ChangedTable, schemaOf: ChangedTable.SchemaOf
  ) throws -> [Field] {
    guard merge.evolvesSchema else { return [] }
    let source = MergeSource(merge.source)
    let fields = try schemaOf(.select([.star], from: [source.reference])).fields
    let (takesAll, named) = merge.columnsSet
    var added: [Field] = []
    for field in fields where table.schema.index(of: field.name) == nil {
      let name = field.name.lowercased()
      guard takesAll || named.contains(name) else { continue }
      guard !added.contains(where: { $0.name.lowercased() == name }) else { continue }
      added.append(Field(field.name, field.type == .unseen ? .varchar : field.type))
    }
    return added
  }
}

extension Merge {
  /// Whether a clause sets all columns, and the names of those that others set, in lower case.
  fileprivate var columnsSet: (takesAll: Bool, named: Set<String>) {
    var (takesAll, named) = (false, Set<String>())
    for clause in clauses {
      switch clause.action {
      case .delete: break
      case .updateAll, .insertAll: takesAll = true
      case .update(let assignments):
        for assignment in assignments {
          named.insert(assignment.column.parts[assignment.column.parts.count - 1].text.lowercased())
        }
      case .insert(let columns, _): named.formUnion(columns.map { $0.text.lowercased() })
      }
    }
    return (takesAll, named)
  }
}
