import LakeCore
import LakeSQL

/// The rows of INSERT in the columns of the table: by place, or by the names that the statement
/// gives. Columns that are not named are null.
package struct InsertQuery {
  private let insert: Insert
  private let target: ChangeTarget

  private static let source = "$source"

  package init(_ insert: Insert, into table: ChangedTable) {
    self.insert = insert
    target = ChangeTarget(table)
  }

  /// The query, where `schema` is that of the statement's own.
  package func rows(of schema: Schema) throws(LakeError) -> Query {
    let places = try self.places(of: schema)
    let names = schema.fields.indices.map { "$\($0)" }
    var items: [SelectItem] = []
    for (index, field) in target.fields.enumerated() {
      guard let number = places.firstIndex(of: index) else {
        items.append(Expression.null(field.type).named(field.name))
        continue
      }
      let value = try target.fitted(
        .column([InsertQuery.source, names[number]]), schema.fields[number].type, to: field,
        insert.query.origin)
      items.append(value.named(field.name))
    }
    let alias = TableAlias(
      Identifier(InsertQuery.source, isQuoted: true),
      columns: names.map { Identifier($0, isQuoted: true) })
    let rows = TableReference(
      .subquery(insert.query, isLateral: false), alias: alias, origin: insert.query.origin)
    return .select(items, from: [rows], origin: insert.query.origin)
  }

  /// For each column of the query, the column of the table that it becomes.
  private func places(of schema: Schema) throws(LakeError) -> [Int] {
    let places = try target.places(of: insert.columns)
    guard schema.count == places.count else {
      throw target.error(
        "INSERT is for \(places.count) columns, and the query gives \(schema.count)",
        insert.query.origin)
    }
    return places
  }
}
