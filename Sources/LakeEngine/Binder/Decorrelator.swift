import LakeCore

/// Makes a plan that speaks of the query around one that stands by itself.
///
/// The *domain* has a row for each row outside: its number, and the columns that the plan speaks
/// of. The plan is rewritten so that it gives, for every row of the domain, that row and what the
/// plan would give for it. Parts that speak of nothing outside are joined with the domain as they
/// are; all others are rewritten node by node.
final class Decorrelator {
  private let domain: Plan
  private let places: [OuterReference: Int]
  private let width: Int
  private let memo = SharedMemo()

  /// The first column of the domain is the number of the row.
  init(domain: Plan, places: [OuterReference: Int]) {
    self.domain = domain
    self.places = places
    width = domain.columnCount
  }

  /// The columns of the domain, then those of the plan.
  func rewritten(_ plan: Plan) throws -> Plan {
    guard plan.isDependent else { return .join(JoinPlan(.inner, domain, plan, keys: [])) }
    switch plan {
    case .filter(let input, let condition):
      return .filter(try rewritten(input), placed(condition))
    case .project(let input, let outputs):
      return .project(
        try rewritten(input),
        domainColumns + outputs.map { OutputColumn($0.name, placed($0.expression)) })
    case .sort(let input, let keys): return .sort(try rewritten(input), keys.map(placed))
    case .distinct(let input): return .distinct(try rewritten(input))
    case .limit(let input, let count, let offset):
      return try limited(input, [], count: count, offset: offset)
    case .top(let input, let keys, let count, let offset):
      return try limited(input, keys, count: count, offset: offset)
    case .unionAll(let inputs): return .unionAll(try inputs.map(rewritten))
    case .values(let schema, let rows): return values(schema, rows)
    case .join(let join): return try rewritten(join)
    case .aggregate(let aggregate): return try rewritten(aggregate)
    case .window(let window): return try rewritten(window)
    case .unnest(var unnest):
      unnest.input = try rewritten(unnest.input)
      unnest.lists = unnest.lists.map(placed)
      return .unnest(unnest)
    case .shared(let shared):
      return .shared(try memo.rewritten(shared) { try rewritten($0) })
    case .scan, .recursive, .working:
      throw LakeError(.unsupported, "a recursive query cannot speak of the query around it")
    }
  }

  private var domainColumns: [OutputColumn] { OutputColumn.identity(domain.schema) }
  private var number: BoundExpression { .column(0, .bigint) }

  /// An expression of the plan over the rows that it has now.
  private func placed(_ expression: BoundExpression) -> BoundExpression {
    placed(expression) { $0 + self.width }
  }

  private func placed(
    _ expression: BoundExpression, _ move: (Int) -> Int
  ) -> BoundExpression {
    expression.mapColumns { index, column in
      let place = OuterReference(index).flatMap { places[$0] } ?? move(index)
      return BoundExpression(.column(place), column.type, place: column.place)
    }
  }

  private func placed(_ key: SortKey) -> SortKey { key.map(placed) }

  /// The first rows of every row of the domain, by their numbers.
  private func limited(
    _ input: Plan, _ keys: [SortKey], count: Int?, offset: Int
  ) throws -> Plan {
    let rows = try rewritten(input)
    let order = keys.map(placed)
    let numbered = Plan.window(
      WindowPlan(
        input: rows, partition: [number], order: order, functions: [("number", .rowNumber)]))
    let place = BoundExpression.column(rows.columnCount, .bigint)
    var conditions: [BoundExpression] = []
    func compare(_ how: Comparison, _ limit: Int) {
      let limit = BoundExpression.literal(.int(Int64(limit)), .bigint)
      conditions.append(BoundExpression(.compare(how, place, limit), .boolean))
    }
    if offset > 0 { compare(.greater, offset) }
    if let count {
      let (end, overflow) = count.addingReportingOverflow(offset)
      if !overflow { compare(.lessOrEqual, end) }
    }
    // Rows that are cut are also sorted, each row of the domain for itself.
    let cut = numbered.filtered(by: conditions)
    return .project(order.isEmpty ? cut : .sort(cut, order), OutputColumn.identity(rows.schema))
  }

  private func values(_ schema: Schema, _ rows: [[BoundExpression]]) -> Plan {
    .unionAll(
      rows.map { row in
        .project(
          domain,
          domainColumns + zip(schema.fields, row).map { OutputColumn($0.name, placed($1)) })
      })
  }

  private func rewritten(_ aggregate: AggregatePlan) throws -> Plan {
    let groups = AggregatePlan(
      input: try rewritten(aggregate.input),
      keys: domainColumns
        + aggregate.keys.map { OutputColumn($0.name, placed($0.expression)) },
      aggregates: aggregate.aggregates.map { ($0.name, $0.call.map(placed)) })
    guard aggregate.keys.isEmpty else { return .aggregate(groups) }
    // Without keys there is a row even of nothing.
    let all = Plan.join(
      JoinPlan(.left, domain, .aggregate(groups), keys: [(left: number, right: number)]))
    let results = aggregate.aggregates.enumerated().map { index, output in
      let column = BoundExpression.column(2 * width + index, output.call.type)
      let ofNothing = output.call.function.valueOfNoRows
      return OutputColumn(
        output.name,
        ofNothing.isNull
          ? column
          : BoundExpression(.coalesce([column, .literal(ofNothing, column.type)]), column.type))
    }
    return .project(all, domainColumns + results)
  }

  private func rewritten(_ window: WindowPlan) throws -> Plan {
    .window(
      WindowPlan(
        input: try rewritten(window.input), partition: [number] + window.partition.map(placed),
        order: window.order.map(placed),
        functions: window.functions.map { ($0.name, $0.function.map(placed)) }))
  }
}

// MARK: - Joins

extension Decorrelator {
  private func rewritten(_ join: JoinPlan) throws -> Plan {
    var join = join
    if join.kind == .nullAwareAnti { join = withUnknownInResidual(join) }
    if join.right.isDependent { return try rewrittenBothSides(join) }
    let leftCount = join.left.columnCount
    var result = JoinPlan(
      join.kind, try rewritten(join.left), join.right, keys: [],
      residual: join.residual.map(placed))
    for key in join.keys {
      guard !key.right.hasOuterReference else {
        let equal = BoundExpression(
          .compare(.equal, key.left, key.right.shiftedInside(by: leftCount)), .boolean)
        let all = (result.residual?.conjuncts ?? []) + [placed(equal)]
        result.residual = BoundExpression.all(of: all)
        continue
      }
      result.keys.append((left: placed(key.left), right: key.right))
    }
    return .join(result)
  }

  /// Both sides have the domain's columns, and rows of one number belong together.
  private func rewrittenBothSides(_ join: JoinPlan) throws -> Plan {
    let (leftCount, width) = (join.left.columnCount, self.width)
    var result = JoinPlan(
      join.kind, try rewritten(join.left), try rewritten(join.right),
      keys: [(left: number, right: number)])
    for key in join.keys { result.keys.append((left: placed(key.left), right: placed(key.right))) }
    result.residual = join.residual.map { residual in
      placed(residual) { $0 < leftCount ? $0 + width : $0 + 2 * width }
    }
    let rows = Plan.join(result)
    guard join.kind.hasRightColumns else { return rows }
    let end = width + leftCount
    let columns = OutputColumn.identity(rows.schema)
    return .project(rows, Array(columns[..<end]) + Array(columns[(end + width)...]))
  }

  /// NOT IN as an anti join that also drops what may be equal.
  private func withUnknownInResidual(_ join: JoinPlan) -> JoinPlan {
    let leftCount = join.left.columnCount
    let conditions = join.keys.map { key -> BoundExpression in
      let right = key.right.shiftedInside(by: leftCount)
      let equal = BoundExpression(.compare(.equal, key.left, right), .boolean)
      let unknown = [key.left, right].map { BoundExpression(.isNull($0), .boolean) }
      return BoundExpression(.or([equal] + unknown), .boolean)
    }
    return JoinPlan(
      .anti, join.left, join.right, keys: [],
      residual: BoundExpression.all(of: conditions + (join.residual?.conjuncts ?? [])))
  }
}

extension BoundExpression {
  /// As `shifted`, but columns of the queries around stay what they are.
  func shiftedInside(by distance: Int) -> BoundExpression {
    mapColumns { index, column in
      let place = index < 0 ? index : index + distance
      return BoundExpression(.column(place), column.type, place: column.place)
    }
  }
}

extension AggregateCall.Function {
  /// What an aggregate of no rows is.
  var valueOfNoRows: Value {
    switch self {
    case .count, .countIf, .approximateDistinct: .int(0)
    default: .null
    }
  }
}
