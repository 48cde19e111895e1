import LakeCore

extension ConsentPolicy {
  /// The columns of a table that the policy speaks of, as far as it names them; nil where it does
  /// not speak of the table.
  package func columns(of table: TableName) -> [String]? {
    if let coverage = covers.first(where: { $0.table == table }) { return [coverage.column] }
    guard subjects == table else { return nil }
    var columns = keyColumns
    if case .latest(let order) = records { columns.append(order) }
    if case .since(let column, _) = grant { columns.append(column) }
    return columns
  }
}
