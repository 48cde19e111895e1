import LakeCore
import LakeSQL

/// Binds a name of WITH RECURSIVE whose query reads it: `anchor UNION [ALL] step`, where the sides
/// that read the name are the step.
struct RecursionBinder {
  private let binder: Binder

  init(_ binder: Binder) {
    self.binder = binder
  }

  func bind(_ table: CommonTable) throws -> CommonTablePlan {
    let (anchor, step, isDistinct) = try parts(of: table)
    let queries = QueryBinder(binder, outer: nil)
    let first = try queries.bind(anchor)
    let names = try queries.renamed(first.names, table.columns, table.name)
    let start = first.plan.renamed(names)
    let working = WorkingRows(name: table.name.text, schema: start.schema)
    let key = table.name.text.lowercased()
    let before = binder.commonTables[key]
    binder.commonTables[key] = CommonTablePlan(plan: .working(working), names: names)
    defer { binder.commonTables[key] = before }
    let next = try queries.bind(step)
    let plan = RecursivePlan(
      anchor: start, step: try fitted(next.plan, to: start.schema, table, step),
      working: working, isDistinct: isDistinct)
    return CommonTablePlan(
      plan: .shared(SharedPlan(name: table.name.text, plan: .recursive(plan))), names: names)
  }

  private func parts(
    of table: CommonTable
  ) throws -> (anchor: Query, step: Query, isDistinct: Bool) {
    let query = table.query
    guard case .setOperation(let union) = query.body, union.operator == .union,
      query.orderBy.isEmpty, query.limit == nil, query.offset == nil
    else {
      throw binder.error(
        "'\(table.name.text)' reads itself, and is no UNION of where it begins and how it goes on",
        table.name.origin, hint: "Write … UNION ALL SELECT … FROM \(table.name.text).")
    }
    let operands = union.operands.map { Query($0, origin: $0.origin) }
    let anchors = operands.prefix { !$0.reads(table.name) }
    let steps = operands.dropFirst(anchors.count)
    guard !anchors.isEmpty, steps.allSatisfy({ $0.reads(table.name) }) else {
      throw binder.error(
        "the sides of UNION that do not read '\(table.name.text)' come first", table.name.origin)
    }
    func joined(_ sides: ArraySlice<Query>) -> Query {
      let bodies = sides.map(\.body)
      let origin = sides.first?.origin ?? query.origin
      let body =
        bodies.count == 1
        ? bodies[0]
        : QueryBody.setOperation(
          SetOperation(.union, isAll: union.isAll, bodies, origin: origin))
      var result = Query(body, origin: origin)
      result.commonTables = query.commonTables
      return result
    }
    return (joined(anchors), joined(steps), !union.isAll)
  }

  /// The step with the types of the anchor.
  private func fitted(
    _ plan: Plan, to schema: Schema, _ table: CommonTable, _ step: Query
  ) throws -> Plan {
    let fields = plan.schema.fields
    guard fields.count == schema.count else {
      throw binder.error(
        "'\(table.name.text)' begins with \(schema.count) columns and goes on with"
          + " \(fields.count)", step.origin)
    }
    let outputs = try fields.enumerated().map { index, field in
      let target = schema.fields[index]
      let column = BoundExpression.column(index, field.type)
      if field.type == target.type { return OutputColumn(target.name, column) }
      guard TypeCoercion.canCoerce(field.type, to: target.type) else {
        throw binder.error(
          "column \(index + 1) of '\(table.name.text)' begins as \(target.type) and goes on as"
            + " \(field.type)", step.origin,
          hint: "Write CAST(… AS \(field.type)) where it begins.")
      }
      return OutputColumn(
        target.name, BoundExpression(.cast(column, .strict), target.type))
    }
    return .project(plan, outputs)
  }
}

extension Query {
  /// Whether a name of WITH is read anywhere in it.
  func reads(_ name: Identifier) -> Bool {
    tablesRead.contains {
      $0.parts.count == 1 && $0.text.lowercased() == name.text.lowercased()
    }
  }
}
