import LakeCore
import LakeSQL

/// DELETE as queries: which files have rows that go, and which rows stay.
package struct DeleteQueries {
  private let target: ChangeTarget
  private let filter: Expression?

  package init(_ delete: Delete, from table: ChangedTable) {
    target = ChangeTarget(table, alias: delete.alias)
    filter = delete.filter
  }

  /// `$path` and `$changed`: the files of the table with rows that go, and how many.
  package var touched: Query { target.touched(where: filter) }

  /// The rows that stay of those of another table, which has rows of this one.
  package func remaining(of rows: QualifiedName) -> Query {
    .select(
      target.fields.map { target.column($0.name).named($0.name) }, from: [target.reference(rows)],
      where: (filter ?? .yes).isNotTrue, origin: target.table.name.origin)
  }
}

extension ChangeTarget {
  /// The files with rows for which a condition is true, and how many.
  func touched(where filter: Expression?) -> Query {
    let path = column("$path")
    return .select(
      [path.named("$path"), Expression.countOfRows.named("$changed")], from: [reference()],
      where: filter?.isTrue, groupBy: [path], origin: table.name.origin)
  }
}
