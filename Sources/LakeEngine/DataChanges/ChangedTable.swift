import LakeCore
import LakeSQL

/// A table whose rows a statement changes, as the queries that stand for the change see it.
package struct ChangedTable: Sendable {
  /// How messages call it.
  package var label: String
  package var schema: Schema
  /// The last columns of the schema, which the statement adds: null in the rows that are there.
  package private(set) var added: [Field] = []
  /// As the statement names it.
  package var name: QualifiedName
  /// Its full names, which may stand before its columns too.
  package var otherNames: [QualifiedName] = []
  /// The statement.
  package var text: SourceText

  package init(label: String, schema: Schema, name: QualifiedName, text: SourceText) {
    self.label = label
    self.schema = schema
    self.name = name
    self.text = text
  }

  package init(_ table: BoundTable, named name: QualifiedName, text: SourceText) {
    self.init(label: table.label, schema: table.schema, name: name, text: text)
    guard let full = table.name else { return }
    otherNames = [[full.zone.rawValue, full.name], [full.name], [full.suffixed]].map { parts in
      QualifiedName(parts.map { Identifier($0, isQuoted: true) })
    }
  }

  /// Adds columns, which are null in all rows that are there.
  package mutating func add(_ fields: [Field]) {
    added += fields
    schema = Schema(schema.fields + fields)
  }

  /// Binds a query far enough to know the types of its columns.
  package typealias SchemaOf = (Query) throws -> Schema
}

/// A changed table under the name that the statement calls it by.
struct ChangeTarget {
  let table: ChangedTable
  let alias: Identifier?

  init(_ table: ChangedTable, alias: Identifier? = nil) {
    self.table = table
    self.alias = alias
  }

  var fields: [Field] { table.schema.fields }

  /// What stands before its columns in queries that are made.
  private var called: Identifier { alias ?? table.name.parts[table.name.parts.count - 1] }

  /// An alias hides the table's own names, as it does in every FROM.
  private var names: [QualifiedName] {
    if alias != nil { return [] }
    let parts = table.name.parts
    return table.otherNames + parts.indices.map { QualifiedName(Array(parts[$0...])) }
  }

  /// The table in FROM; or another, whose rows stand for its.
  func reference(_ rows: QualifiedName? = nil) -> TableReference {
    reference(.table(rows ?? table.name, version: nil))
  }

  /// A query in FROM whose rows stand for those of the table.
  func reference(_ query: Query) -> TableReference {
    reference(.subquery(query, isLateral: false))
  }

  private func reference(_ kind: TableReference.Kind) -> TableReference {
    var alias = TableAlias(called)
    alias.otherNames = names
    return TableReference(kind, alias: alias, origin: table.name.origin)
  }

  func column(_ name: String) -> Expression { .column([called.text, name]) }

  // MARK: - Columns that are written

  func place(of column: Identifier) throws(LakeError) -> Int {
    if let index = table.schema.index(of: column.text) { return index }
    throw LakeError(
      .notFound, "\(table.label) has no column '\(column.text)'",
      at: table.text.place(at: column.range.lowerBound),
      hint: Suggestion.hint(for: column.text, among: fields.map(\.name)))
  }

  /// The column that an assignment is for: its name, with the table's before it if any is.
  func place(of column: QualifiedName) throws(LakeError) -> Int {
    let (before, name) = (column.parts.dropLast(), column.parts[column.parts.count - 1])
    let isTable =
      before.isEmpty
      || (names + [QualifiedName([called])]).contains { isSame($0.parts, Array(before)) }
    guard isTable else {
      throw error(
        "'\(column.text)' is no column of \(table.label)", column.origin,
        hint: "SET is for whole columns of the table that is changed: write SET \(name.text) = ….")
    }
    return try place(of: name)
  }

  private func isSame(_ a: [Identifier], _ b: [Identifier]) -> Bool {
    a.count == b.count && zip(a, b).allSatisfy { $0.text.lowercased() == $1.text.lowercased() }
  }

  func error(_ message: String, _ origin: Origin, hint: String? = nil) -> LakeError {
    LakeError(.invalidInput, message, at: table.text.place(of: origin), hint: hint)
  }

  /// A value for a column: coerced, or cast where the two are numbers or the value is text. What
  /// does not fit fails in its row.
  func fitted(
    _ value: Expression, _ type: DataType, to field: Field, _ origin: Origin
  ) throws(LakeError) -> Expression {
    if type == field.type { return value }
    let fits =
      TypeCoercion.canCoerce(type, to: field.type) || type.isNumber && field.type.isNumber
      || type == .varchar && !field.type.isNested
    guard fits else {
      throw error(
        "the column '\(field.name)' is \(field.type), and the value is \(type)", origin,
        hint: "Write CAST(… AS \(field.type)).")
    }
    return Expression(.cast(value, TypeName(field.type), isTry: false), origin: origin)
  }
}
