import LakeCore

/// Inner joins that stand directly below each other: relations, and what must hold between them.
/// In which order they are joined is free as far as the rows go.
///
/// Columns are numbered through all relations in the order in which they stand in the plan, as the
/// join at the top has them.
struct JoinRegion {
  struct Relation {
    var plan: Plan
    var columns: Range<Int>
  }

  struct Condition {
    var expression: BoundExpression
    /// The relations that it looks at, as bits.
    var relations: UInt64
  }

  private(set) var relations: [Relation] = []
  /// The joins as they are written.
  private(set) var written = JoinOrder.Tree.relation(0)
  private(set) var conditions: [Condition] = []
  /// Whether some join has no key: all pairs of rows are made.
  private(set) var hasCrossJoin = false
  /// Columns that are equal in all rows, with the number of values that they can have.
  private(set) var classes = ColumnClasses()

  /// Relations are kept as bits of a word.
  static let relationsMax = 40

  /// Nil where the plan is no join that can be taken apart.
  init?(_ plan: Plan) {
    guard case .join(let join) = plan, JoinRegion.isFree(join) else { return nil }
    var pending: [BoundExpression] = []
    written = collect(plan, start: 0, &pending)
    guard relations.count <= JoinRegion.relationsMax else { return nil }
    conditions = pending.map { Condition(expression: $0, relations: relations(of: $0)) }
    guard conditions.allSatisfy({ $0.relations != 0 }) else { return nil }
    for condition in conditions {
      guard let (a, b) = condition.expression.equatedColumns else { continue }
      classes.unite(a, domain(ofColumn: a), b, domain(ofColumn: b))
    }
  }

  /// Whether nothing goes wrong if rows meet the conditions in another order.
  private static func isFree(_ join: JoinPlan) -> Bool {
    join.kind == .inner && join.cannotFail
  }

  private mutating func collect(
    _ plan: Plan, start: Int, _ pending: inout [BoundExpression]
  ) -> JoinOrder.Tree {
    guard case .join(let join) = plan, JoinRegion.isFree(join) else {
      relations.append(Relation(plan: plan, columns: start..<start + plan.columnCount))
      return .relation(relations.count - 1)
    }
    let middle = start + join.left.columnCount
    let left = collect(join.left, start: start, &pending)
    let right = collect(join.right, start: middle, &pending)
    for key in join.keys {
      pending.append(
        BoundExpression(
          .compare(.equal, key.left.shifted(by: start), key.right.shifted(by: middle)), .boolean,
          place: key.left.place))
    }
    pending += (join.residual?.conjuncts ?? []).map { $0.shifted(by: start) }
    hasCrossJoin = hasCrossJoin || join.keys.isEmpty
    return .join(left, right)
  }

  private func relations(of expression: BoundExpression) -> UInt64 {
    var bits: UInt64 = 0
    for column in expression.columns { bits |= 1 << UInt64(relation(ofColumn: column)) }
    return bits
  }

  func relation(ofColumn column: Int) -> Int {
    relations.firstIndex { $0.columns.contains(column) } ?? 0
  }

  private func domain(ofColumn column: Int) -> Double {
    let relation = relations[relation(ofColumn: column)]
    let field = relation.plan.schema.fields[column - relation.columns.lowerBound]
    return PlanEstimate.domain(
      of: .column(column - relation.columns.lowerBound, field.type), in: relation.plan)
  }
}

extension BoundExpression {
  /// The two columns that it says are equal.
  fileprivate var equatedColumns: (Int, Int)? {
    guard case .compare(.equal, let a, let b) = node, let a = a.columnIndex, let b = b.columnIndex
    else { return nil }
    return (a, b)
  }
}

/// Columns that equations make one.
struct ColumnClasses {
  private var parent: [Int: Int] = [:]
  private var domains: [Int: Double] = [:]

  mutating func unite(_ a: Int, _ domainA: Double, _ b: Int, _ domainB: Double) {
    let (first, second) = (representative(a), representative(b))
    let known = min(domains[first] ?? domainA, domains[second] ?? domainB)
    domains[first] = min(known, min(domainA, domainB))
    if first != second { parent[second] = first }
  }

  func representative(_ column: Int) -> Int {
    var column = column
    while let next = parent[column] { column = next }
    return column
  }

  /// How many values the columns of a class can have.
  func domain(_ column: Int) -> Double? { domains[representative(column)] }
}
