import LakeCore

/// The invariants of a plan. A plan that breaks one comes of a bug in the binder or in a rule; it
/// is found where it was made, and not in the middle of an execution.
package enum PlanCheck {
  package static func check(_ plan: Plan) throws(LakeError) {
    let widths = plan.inputs.map(\.schema)
    for input in plan.inputs { try check(input) }
    switch plan {
    case .scan(let scan): try check(scan)
    case .values(let schema, let rows): try check(schema, rows)
    case .filter(_, let condition): try check(condition: condition, widths[0])
    case .project(_, let outputs):
      for output in outputs { try check(output.expression, widths[0]) }
    case .join(let join): try check(join, widths[0], widths[1])
    case .aggregate(let aggregate): try check(aggregate, widths[0])
    case .window(let window):
      for expression in window.partition + window.order.map(\.expression)
        + window.functions.flatMap(\.function.expressions)
      {
        try check(expression, widths[0])
      }
    case .unnest(let unnest):
      for list in unnest.lists { try check(list, widths[0]) }
      guard unnest.names.count == unnest.elementTypes.count else {
        throw broken("an unnest gives \(unnest.elementTypes) to \(unnest.names)")
      }
    case .recursive(let recursive):
      try check(union: widths + [recursive.schema])
    case .working: break
    case .sort(_, let keys), .top(_, let keys, _, _):
      for key in keys { try check(key.expression, widths[0]) }
    case .unionAll: try check(union: widths)
    case .distinct, .limit, .shared: break
    }
  }

  private static func check(_ scan: ScanPlan) throws(LakeError) {
    for case .table(let index) in scan.columns
    where !scan.table.schema.fields.indices.contains(index) {
      throw broken("a scan reads column \(index) of \(scan.table.schema.count)")
    }
    if let predicate = scan.predicate { try check(condition: predicate, scan.schema) }
  }

  private static func check(
    _ schema: Schema, _ rows: [[BoundExpression]]
  ) throws(LakeError) {
    for row in rows {
      guard row.map(\.type) == schema.fields.map(\.type) else {
        throw broken("a row of values does not have the types of its columns")
      }
    }
  }

  private static func check(
    _ join: JoinPlan, _ left: Schema, _ right: Schema
  ) throws(LakeError) {
    for key in join.keys {
      try check(key.left, left)
      try check(key.right, right)
      guard key.left.type == key.right.type else {
        throw broken("a join compares \(key.left.type) with \(key.right.type)")
      }
    }
    if let residual = join.residual {
      try check(condition: residual, Schema(left.fields + right.fields))
    }
  }

  private static func check(_ aggregate: AggregatePlan, _ input: Schema) throws(LakeError) {
    for key in aggregate.keys { try check(key.expression, input) }
    for (_, call) in aggregate.aggregates {
      for expression in call.expressions { try check(expression, input) }
    }
  }

  private static func check(union schemas: [Schema]) throws(LakeError) {
    let types = schemas.map { $0.fields.map(\.type) }
    guard Set(types).count == 1 else { throw broken("a union of different types: \(types)") }
  }

  private static func check(condition: BoundExpression, _ input: Schema) throws(LakeError) {
    guard condition.type == .boolean else {
      throw broken("a condition of type \(condition.type)")
    }
    try check(condition, input)
  }

  private static func check(_ expression: BoundExpression, _ input: Schema) throws(LakeError) {
    switch expression.node {
    case .column(let index):
      guard input.fields.indices.contains(index) else {
        throw broken("column \(index) of an input of \(input.count)")
      }
      guard input.fields[index].type == expression.type else {
        throw broken(
          "column \(index) has type \(input.fields[index].type), not \(expression.type)")
      }
    case .compare(_, let a, let b) where a.type != b.type:
      throw broken("a comparison of \(a.type) with \(b.type)")
    case .and(let all), .or(let all):
      guard all.count > 1, all.allSatisfy({ $0.type == .boolean }) else {
        throw broken("a conjunction of \(all.map(\.type))")
      }
    case .isIn(let a, let members):
      guard members.allSatisfy({ $0.type == a.type }) else {
        throw broken("\(a.type) IN \(members.map(\.type))")
      }
    case .coalesce(let all):
      guard all.allSatisfy({ $0.type == expression.type }) else {
        throw broken("COALESCE of \(all.map(\.type)) as \(expression.type)")
      }
    case .choose(let branches, let otherwise):
      let results = branches.map(\.result.type) + (otherwise.map { [$0.type] } ?? [])
      guard results.allSatisfy({ $0 == expression.type }) else {
        throw broken("CASE of \(results) as \(expression.type)")
      }
    default: break
    }
    for child in expression.children { try check(child, input) }
  }

  private static func broken(_ what: String) -> LakeError {
    LakeError(.internal, "a plan is not sound: \(what)")
  }
}
