import LakeCore

/// A join whose right side speaks of the rows of the left side: LATERAL, and subqueries that no
/// simpler join can stand for.
///
/// The left side is numbered and kept in memory. Its numbers, with the columns that the right side
/// speaks of, are the domain of a `Decorrelator`, and what that makes is joined by the number.
struct DependentJoin {
  /// Inner or left.
  var kind: JoinPlan.Kind
  var left: Plan
  /// Speaks of the left side as of the query around.
  var right: Plan
  /// Over the columns of both sides.
  var residual: BoundExpression?

  /// The columns of both sides. `settle` says what a column of the query around is in the rows of
  /// the left side.
  func plan(settle: (BoundExpression) throws -> BoundExpression) throws -> Plan {
    let references = right.outerReferences
    let (leftCount, fields) = (left.columnCount, left.schema.fields)
    var base = OutputColumn.identity(left.schema)
    var columns: [BoundExpression] = []
    for (reference, type) in references {
      let seen = BoundExpression(.column(reference.seenOutside), type)
      let settled = reference.depth == 0 ? try settle(seen) : seen
      if settled.columnIndex.map({ $0 >= 0 && $0 < leftCount }) ?? false {
        columns.append(settled)
      } else {
        columns.append(.column(base.count, type))
        base.append(OutputColumn("outer\(base.count)", settled))
      }
    }
    let widened = base.count == leftCount ? left : Plan.project(left, base)
    let number = BoundExpression.column(base.count, .bigint)
    let rows = SharedPlan(
      name: "outer rows",
      plan: .window(
        WindowPlan(
          input: widened, partition: [], order: [], functions: [("number", .rowNumber)])))
    let domain = Plan.project(
      .shared(rows),
      [OutputColumn("number", number)]
        + columns.enumerated().map { OutputColumn("outer\($0)", $1) })
    var places: [OuterReference: Int] = [:]
    for (index, found) in references.enumerated() { places[found.reference] = index + 1 }
    let inner = try Decorrelator(domain: domain, places: places).rewritten(right)
    // Left columns, what was added to them, the number, the domain, right columns.
    let shift = base.count + 1 - leftCount + columns.count + 1
    let joined = Plan.join(
      JoinPlan(
        kind, .shared(rows), inner, keys: [(left: number, right: .column(0, .bigint))],
        residual: residual?.mapColumns { index, column in
          let place = index < leftCount ? index : index + shift
          return BoundExpression(.column(place), column.type, place: column.place)
        }))
    let mine = fields.enumerated().map { OutputColumn($1.name, .column($0, $1.type)) }
    let theirs = right.schema.fields.enumerated().map { index, field in
      OutputColumn(field.name, .column(leftCount + shift + index, field.type))
    }
    return .project(joined, mine + theirs)
  }
}
