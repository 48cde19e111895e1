import LakeCore
import LakeSQL

/// The rows of INSERT in the columns of the table: by place, by the names that the statement gives,
/// or by those that the query has. Columns that are not named are null; those of PARTITION have the
/// value that stands there, or come behind the others.
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
    let places = try insert.isByName ? placesByName(schema) : placesInOrder(schema)
    let constants = try constants()
    let names = schema.fields.indices.map { "$\($0)" }
    var items: [SelectItem] = []
    for (index, field) in target.fields.enumerated() {
      let value: Expression
      if let number = places.firstIndex(of: index) {
        value = try target.fitted(
          .column([InsertQuery.source, names[number]]), schema.fields[number].type, to: field,
          insert.query.origin)
      } else {
        value = constants[index] ?? .null(field.type)
      }
      items.append(value.named(field.name))
    }
    let alias = TableAlias(
      Identifier(InsertQuery.source, isQuoted: true),
      columns: names.map { Identifier($0, isQuoted: true) })
    let rows = TableReference(
      .subquery(insert.query, isLateral: false), alias: alias, origin: insert.query.origin)
    return .select(items, from: [rows], origin: insert.query.origin)
  }

  // MARK: - Which column is which

  /// For each column of the query, the column of the table that it becomes.
  private func placesInOrder(_ schema: Schema) throws(LakeError) -> [Int] {
    var partition: [Int] = []
    for field in insert.partition { partition.append(try target.place(of: field.column)) }
    var places = try target.places(of: insert.columns)
    if insert.columns.isEmpty { places.removeAll { partition.contains($0) } }
    for (place, field) in zip(partition, insert.partition) where field.value == nil {
      places.append(place)
    }
    guard schema.count == places.count else {
      throw target.error(
        "INSERT is for \(places.count) columns, and the query gives \(schema.count)",
        insert.query.origin)
    }
    return places
  }

  private func placesByName(_ schema: Schema) throws(LakeError) -> [Int] {
    var places: [Int] = []
    for field in schema.fields {
      guard let index = target.table.schema.index(of: field.name) else {
        throw target.error(
          "\(target.table.label) has no column '\(field.name)', which the query gives",
          insert.query.origin,
          hint: Suggestion.hint(for: field.name, among: target.fields.map(\.name)))
      }
      guard !places.contains(index) else {
        throw target.error("the query gives the column '\(field.name)' twice", insert.query.origin)
      }
      places.append(index)
    }
    return places
  }

  /// The values of PARTITION, by the place of their column.
  private func constants() throws(LakeError) -> [Int: Expression] {
    var values: [Int: Expression] = [:]
    for field in insert.partition {
      let index = try target.place(of: field.column)
      guard values[index] == nil else {
        throw target.error(
          "PARTITION names the column '\(field.column.text)' twice", field.column.origin)
      }
      values[index] = field.value.map { value in
        let type = TypeName(target.fields[index].type)
        return Expression(.cast(value, type, isTry: false), origin: value.origin)
      }
    }
    return values
  }
}
