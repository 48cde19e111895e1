import LakeCore
import LakeEngine
import LakeSQL

/// What INSERT, UPDATE and DELETE ask for, as queries over the table whose rows take the place of
/// its own.
struct Assignments {
  let table: SQLSession.Table
  let text: SourceText

  private static let mark = "$matches"

  /// The rows of a query in the columns of the table; those that are not named are null.
  func fitted(_ plan: Plan, to insert: Insert) throws(LakeError) -> Plan {
    let fields = plan.schema.fields
    var places = table.schema.fields.indices.map { Optional($0) }
    if !insert.columns.isEmpty {
      places = table.schema.fields.map { _ in nil }
      for (number, column) in insert.columns.enumerated() {
        let index = try place(of: column)
        guard places[index] == nil else {
          throw error("INSERT names the column '\(column.text)' twice", column.origin)
        }
        places[index] = number
      }
    }
    let width = insert.columns.isEmpty ? table.schema.count : insert.columns.count
    guard fields.count == width else {
      throw error(
        "INSERT is for \(width) columns, and the query gives \(fields.count)", insert.query.origin)
    }
    var outputs: [OutputColumn] = []
    for (index, field) in table.schema.fields.enumerated() {
      guard let source = places[index] else {
        outputs.append(OutputColumn(field.name, .literal(.null, field.type)))
        continue
      }
      let column = BoundExpression.column(source, fields[source].type)
      outputs.append(
        OutputColumn(field.name, try assigned(column, to: field, insert.query.origin)))
    }
    return .project(plan, outputs)
  }

  /// The columns, then the values that are assigned, then whether the row is changed.
  func query(of update: Update) throws(LakeError) -> Query {
    let marks = name([Assignments.mark])
    var items = table.schema.fields.map { item(name([alias(update.alias), $0.name])) }
    for (number, assignment) in update.assignments.enumerated() {
      // Only rows that are changed are computed.
      let value = Expression(
        .choose(
          CaseExpression(
            nil, branches: [.init(when: marks, then: assignment.value)], otherwise: nil)),
        origin: assignment.origin)
      items.append(item(value, as: "$value\(number)"))
    }
    items.append(item(marks))
    var inner = SelectBody([SelectItem(.star(Star()))])
    inner.items.append(item(isTrue(update.filter), as: Assignments.mark))
    inner.from = [source(update.table, update.alias)]
    var body = SelectBody(items)
    body.from = [
      TableReference(
        .subquery(Query(.select(inner)), isLateral: false),
        alias: TableAlias(Identifier(alias(update.alias))), origin: update.table.origin)
    ]
    return Query(.select(body), origin: update.table.origin)
  }

  /// The changed rows of what `query(of:)` gives, and whether each was changed.
  func changed(_ plan: Plan, _ update: Update) throws(LakeError) -> Plan {
    let fields = plan.schema.fields
    let count = table.schema.count
    let mark = BoundExpression.column(fields.count - 1, .boolean)
    var outputs = table.schema.fields.enumerated().map { index, field in
      OutputColumn(field.name, .column(index, field.type))
    }
    var seen: Set<Int> = []
    for (number, assignment) in update.assignments.enumerated() {
      let column = assignment.column.parts[assignment.column.parts.count - 1]
      let index = try place(of: column)
      guard seen.insert(index).inserted else {
        throw error("UPDATE sets the column '\(column.text)' twice", column.origin)
      }
      let field = table.schema.fields[index]
      let value = BoundExpression.column(count + number, fields[count + number].type)
      outputs[index].expression = BoundExpression(
        .choose(
          [
            .init(condition: mark, result: try assigned(value, to: field, assignment.origin))
          ], otherwise: .column(index, field.type)), field.type)
    }
    return .project(plan, outputs + [OutputColumn(Assignments.mark, mark)])
  }

  /// The rows that stay.
  func query(of delete: Delete) -> Query {
    var body = SelectBody([SelectItem(.star(Star()))])
    body.from = [source(delete.table, delete.alias)]
    body.filter = Expression(.not(isTrue(delete.filter)))
    return Query(.select(body), origin: delete.table.origin)
  }

  /// A value for a column: coerced, or cast where the two are numbers or the value is text. What
  /// does not fit fails in its row.
  private func assigned(
    _ value: BoundExpression, to field: Field, _ origin: Origin
  ) throws(LakeError) -> BoundExpression {
    if value.type == field.type { return value }
    let fits =
      TypeCoercion.canCoerce(value.type, to: field.type)
      || value.type.isNumber && field.type.isNumber
      || value.type == .varchar && !field.type.isNested
    guard fits else {
      throw error(
        "the column '\(field.name)' is \(field.type), and the value is \(value.type)", origin,
        hint: "Write CAST(… AS \(field.type)).")
    }
    return BoundExpression(
      .cast(value, .strict), field.type, place: text.place(at: origin.range.lowerBound))
  }

  static func cast(_ plan: Plan, to schema: Schema) -> Plan {
    let fields = plan.schema.fields
    return .project(
      plan,
      zip(fields, schema.fields).enumerated().map { index, pair in
        let column = BoundExpression.column(index, pair.0.type)
        return OutputColumn(
          pair.1.name,
          pair.0.type == pair.1.type
            ? column : BoundExpression(.cast(column, .strict), pair.1.type))
      })
  }
}

// MARK: - Parts of the tree

extension Assignments {
  private func alias(_ alias: Identifier?) -> String { alias?.text ?? table.name }

  private func name(_ parts: [String]) -> Expression {
    Expression(.name(QualifiedName(parts.map { Identifier($0, isQuoted: true) })))
  }

  private func item(_ expression: Expression, as alias: String? = nil) -> SelectItem {
    SelectItem(.expression(expression, alias: alias.map { Identifier($0, isQuoted: true) }))
  }

  private func source(_ name: QualifiedName, _ alias: Identifier?) -> TableReference {
    TableReference(
      .table(name, version: nil), alias: alias.map { TableAlias($0) }, origin: name.origin)
  }

  /// Whether a condition is true: never null. Without one, all rows are meant.
  private func isTrue(_ filter: Expression?) -> Expression {
    guard let filter else { return Expression(.literal(.boolean(true))) }
    return Expression(.isTruth(filter, true, isNegated: false), origin: filter.origin)
  }

  private func place(of column: Identifier) throws(LakeError) -> Int {
    if let index = table.schema.index(of: column.text) { return index }
    let names = table.schema.fields.map(\.name)
    throw LakeError(
      .notFound, "\(table.name) has no column '\(column.text)'",
      at: text.place(at: column.range.lowerBound),
      hint: Suggestion.hint(for: column.text, among: names))
  }

  private func error(_ message: String, _ origin: Origin, hint: String? = nil) -> LakeError {
    LakeError(.invalidInput, message, at: text.place(at: origin.range.lowerBound), hint: hint)
  }
}
