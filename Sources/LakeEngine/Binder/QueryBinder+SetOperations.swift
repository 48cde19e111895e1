import LakeCore
import LakeSQL

extension QueryBinder {
  /// UNION is all rows without copies. INTERSECT and EXCEPT group the rows of all sides, each with
  /// a mark of its side, and keep the groups that have the right marks: null equals null that way,
  /// and rows come in the order of the first side. With ALL, equal rows of a side are numbered
  /// first, and the number is a column more.
  func bind(_ operation: SetOperation) throws -> Result {
    let sides = try operation.operands.map { try bind(Query($0, origin: $0.origin)) }
    let names = sides[0].names
    let plans = try unified(sides, operation)
    switch operation.operator {
    case .union:
      let all = Plan.unionAll(plans)
      return Result(plan: operation.isAll ? all : .distinct(all), names: names)
    case .intersect, .except:
      let plan = plans.dropFirst().reduce(plans[0]) { left, right in
        guard operation.isAll else { return marked(left, right, operation.operator) }
        let rows = marked(numbered(left), numbered(right), operation.operator)
        return .project(rows, Array(OutputColumn.identity(rows.schema).dropLast()))
      }
      return Result(plan: plan, names: names)
    }
  }

  /// The sides with the same types, under the names of the first.
  private func unified(_ sides: [Result], _ operation: SetOperation) throws -> [Plan] {
    let schemas = sides.map(\.plan.schema)
    var types = schemas[0].fields.map(\.type)
    for (side, schema) in schemas.enumerated().dropFirst() {
      let origin = operation.operands[side].origin
      guard schema.count == types.count else {
        throw binder.error(
          "the sides of \(operation.operator.rawValue) have \(types.count) and \(schema.count)"
            + " columns", origin)
      }
      for (index, field) in schema.fields.enumerated() {
        guard let common = TypeCoercion.common(types[index], field.type) else {
          throw binder.error(
            "column \(index + 1) of \(operation.operator.rawValue) is \(types[index]) on one side"
              + " and \(field.type) on the other", origin,
            hint: "Write CAST(… AS \(types[index])) around one of them.")
        }
        types[index] = common
      }
    }
    return sides.map { cast($0.plan, to: types, named: sides[0].names) }
  }

  private func cast(_ plan: Plan, to types: [DataType], named names: [String]) -> Plan {
    let fields = plan.schema.fields
    if fields.map(\.type) == types { return plan.renamed(names) }
    return .project(
      plan,
      fields.indices.map { index in
        let column = BoundExpression.column(index, fields[index].type)
        let isSame = fields[index].type == types[index]
        return OutputColumn(
          names[index], isSame ? column : BoundExpression(.cast(column, .strict), types[index]))
      })
  }

  /// The first of equal rows has the number 1, the second 2.
  private func numbered(_ plan: Plan) -> Plan {
    let columns = plan.schema.fields.enumerated().map { BoundExpression.column($0, $1.type) }
    return .window(
      WindowPlan(
        input: plan, partition: columns, order: [], functions: [("number", .rowNumber)]))
  }

  private func marked(_ left: Plan, _ right: Plan, _ how: SetOperation.Operator) -> Plan {
    let fields = left.schema.fields
    let all = Plan.unionAll([mark(left, false), mark(right, true)])
    let mark = BoundExpression.column(fields.count, .boolean)
    let unmarked = BoundExpression(.not(mark), .boolean)
    let groups = AggregatePlan(
      input: all, keys: OutputColumn.identity(Schema(fields)),
      aggregates: [
        ("in_left", AggregateCall(.anyTrue, [unmarked], type: .boolean)),
        ("in_right", AggregateCall(.anyTrue, [mark], type: .boolean)),
      ])
    let inLeft = BoundExpression.column(fields.count, .boolean)
    let inRight = BoundExpression.column(fields.count + 1, .boolean)
    let condition = BoundExpression(
      .and([inLeft, how == .intersect ? inRight : BoundExpression(.not(inRight), .boolean)]),
      .boolean)
    return .project(.filter(.aggregate(groups), condition), OutputColumn.identity(Schema(fields)))
  }

  private func mark(_ plan: Plan, _ isRight: Bool) -> Plan {
    .project(
      plan,
      OutputColumn.identity(plan.schema) + [
        OutputColumn("is_right", .literal(.bool(isRight), .boolean))
      ])
  }
}
