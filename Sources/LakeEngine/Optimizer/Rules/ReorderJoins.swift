import LakeCore

/// Inner joins are made in the order that should cost least, the smaller side of each as the table.
///
/// The order of rows follows the order of joins, so this is done only where nobody sees it: below
/// groups, DISTINCT and sorts, and on the side of a semi-join that is only looked up. (Among rows
/// that a sort calls equal, and among groups, the order is then another one than without the rule;
/// it is still one that follows from the data.) Where joins as written would make all pairs of
/// rows, they are reordered in any case. Small joins stay as they are written.
package struct ReorderJoins: PlanRule {
  package let name = "reorder-joins"
  /// What costs less than that, in rows, is left alone.
  package var costMin: Double

  package init(costMin: Double = 50_000) {
    self.costMin = costMin
  }

  package func rewrite(_ plan: Plan) throws -> Plan {
    rewrite(plan, orderMatters: true, SharedMemo())
  }

  private func rewrite(_ plan: Plan, orderMatters: Bool, _ memo: SharedMemo) -> Plan {
    switch plan {
    case .join(let join):
      if let region = JoinRegion(plan) {
        return reordered(plan, region, orderMatters: orderMatters, memo)
      }
      var result = join
      result.left = rewrite(join.left, orderMatters: orderMatters, memo)
      let looksUp = !join.kind.hasRightColumns
      result.right = rewrite(join.right, orderMatters: orderMatters && !looksUp, memo)
      return .join(result)
    case .aggregate(let aggregate):
      let matters = aggregate.aggregates.contains { $0.call.dependsOnOrder }
      return plan.mapInputs { rewrite($0, orderMatters: matters, memo) }
    case .sort, .top, .distinct:
      return plan.mapInputs { rewrite($0, orderMatters: false, memo) }
    case .filter, .project, .unionAll, .unnest:
      return plan.mapInputs { rewrite($0, orderMatters: orderMatters, memo) }
    case .limit, .window, .recursive:
      return plan.mapInputs { rewrite($0, orderMatters: true, memo) }
    case .shared(let shared):
      return .shared(memo.rewritten(shared) { rewrite($0, orderMatters: true, memo) })
    case .scan, .values, .working: return plan
    }
  }

  private func reordered(
    _ plan: Plan, _ region: JoinRegion, orderMatters: Bool, _ memo: SharedMemo
  ) -> Plan {
    let order = JoinOrder(region)
    let written = order.cost(of: region.written).choice
    let best = order.best()
    let isWorth =
      written.cost >= costMin
      && best.cost < written.cost * (orderMatters ? 0.1 : 0.9)
      && (!orderMatters || region.hasCrossJoin)
    var builder = JoinTreeBuilder(region)
    builder.relations = region.relations.map {
      rewrite($0.plan, orderMatters: orderMatters && !isWorth, memo)
    }
    return builder.plan(isWorth ? best.tree : written.tree, like: plan)
  }
}

/// Makes joins of a tree of relations, each condition at the first join that has its columns.
private struct JoinTreeBuilder {
  private let region: JoinRegion
  var relations: [Plan] = []
  private var isUsed: [Bool]

  init(_ region: JoinRegion) {
    self.region = region
    isUsed = region.conditions.map { _ in false }
  }

  /// A plan, the relations in it, and which column of the region each of its columns is.
  private struct Part {
    var plan: Plan
    var relations: UInt64
    var columns: [Int]
    /// The places of the region's columns in this plan.
    var places: [Int: Int] {
      Dictionary(uniqueKeysWithValues: columns.enumerated().map { ($1, $0) })
    }
  }

  /// With the columns of another plan of the same region.
  mutating func plan(_ tree: JoinOrder.Tree, like old: Plan) -> Plan {
    let part = make(tree)
    if part.columns == Array(0..<part.columns.count) { return part.plan }
    let places = part.places
    let outputs = old.schema.fields.enumerated().map { index, field in
      OutputColumn(field.name, .column(places[index] ?? 0, field.type))
    }
    return .project(part.plan, outputs)
  }

  private mutating func make(_ tree: JoinOrder.Tree) -> Part {
    switch tree {
    case .relation(let index):
      let columns = region.relations[index].columns
      let bit = UInt64(1) << UInt64(index)
      let own = take { $0 & ~bit == 0 }.map { $0.shifted(by: -columns.lowerBound) }
      return Part(
        plan: relations[index].filtered(by: own), relations: bit, columns: Array(columns))
    case .join(let left, let right):
      let (a, b) = (make(left), make(right))
      let both = a.relations | b.relations
      return joined(a, b, take { $0 & ~both == 0 })
    }
  }

  private mutating func take(_ fits: (UInt64) -> Bool) -> [BoundExpression] {
    var taken: [BoundExpression] = []
    for (index, condition) in region.conditions.enumerated()
    where !isUsed[index] && fits(condition.relations) {
      isUsed[index] = true
      taken.append(condition.expression)
    }
    return taken
  }

  private func joined(_ a: Part, _ b: Part, _ conditions: [BoundExpression]) -> Part {
    let (placesA, placesB) = (a.places, b.places)
    var join = JoinPlan(.inner, a.plan, b.plan, keys: [])
    var residual: [BoundExpression] = []
    for condition in conditions {
      if case .compare(.equal, let x, let y) = condition.node {
        if let left = x.over(placesA), let right = y.over(placesB) {
          join.keys.append((left, right))
          continue
        }
        if let left = y.over(placesA), let right = x.over(placesB) {
          join.keys.append((left, right))
          continue
        }
      }
      let shift = a.columns.count
      let places = placesA.merging(placesB.mapValues { $0 + shift }) { first, _ in first }
      if let local = condition.over(places) { residual.append(local) }
    }
    join.residual = BoundExpression.all(of: residual)
    return Part(
      plan: .join(join), relations: a.relations | b.relations, columns: a.columns + b.columns)
  }
}

extension BoundExpression {
  /// Over columns at other places; nil where one has none.
  fileprivate func over(_ places: [Int: Int]) -> BoundExpression? {
    guard columns.allSatisfy({ places[$0] != nil }) else { return nil }
    return mapColumns { index, column in
      BoundExpression(.column(places[index] ?? 0), column.type, place: column.place)
    }
  }
}

extension AggregateCall {
  /// Whether the result may be another one for the same rows in another order.
  fileprivate var dependsOnOrder: Bool {
    switch function {
    case .count, .countIf, .minimum, .maximum, .everyTrue, .anyTrue, .approximateDistinct,
      .bitwiseAnd, .bitwiseOr, .bitwiseXor, .checksum, .percentile, .median, .regressionCount:
      false
    case .sum, .average: type == .double || type == .real
    // What keeps values in order, takes the first one, or adds doubles.
    default: true
    }
  }
}
