import LakeCore
import LakeSQL

/// UPDATE as queries: which files have rows that change, and what their rows become.
package struct UpdateQueries {
  private let target: ChangeTarget
  private let changes: RowChanges
  private let filter: Expression?

  private static let mark = "$clause"

  package init(
    _ update: Update, of table: ChangedTable, schemaOf: ChangedTable.SchemaOf
  ) throws {
    target = ChangeTarget(table, alias: update.alias)
    filter = update.filter
    let settings = try target.settings(update.assignments)
    let items = settings.map { SelectItem(.expression($0.value, alias: nil)) }
    let types = try schemaOf(.select(items, from: [target.reference()])).fields.map(\.type)
    let values = try target.fitted(settings, types)
    changes = RowChanges(
      target: target, clauses: [.init(number: 1, condition: filter, values: values)])
  }

  /// `$path` and `$changed`: the files of the table with rows that change, and how many.
  package var touched: Query { target.touched(where: filter) }

  /// All rows of another table, which has rows of this one, as they become. Where it is marked, a
  /// last column `$changed` says which were changed.
  package func rewritten(_ rows: QualifiedName, isMarked: Bool = false) -> Query {
    // The condition is computed once for each row, and the values where it is true.
    let inner = Query.select(
      [.star, changes.mark().named(UpdateQueries.mark)], from: [target.reference(rows)])
    let mark = target.column(UpdateQueries.mark)
    var items = changes.columns(by: mark)
    if isMarked { items.append(mark.isNotNull.named("$changed")) }
    return .select(items, from: [target.reference(inner)], origin: target.table.name.origin)
  }
}
