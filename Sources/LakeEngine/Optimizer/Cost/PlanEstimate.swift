import LakeCore

/// Guesses of how many rows plans give, to choose between plans of the same rows.
///
/// Nothing is known of a table but its number of rows, so a column is taken to have as many
/// different values as its table has rows, and an equation of two columns to be one of a key with
/// those who refer to it: the smaller table's rows are the values that there are. Conditions keep
/// fixed shares. A guess that is wrong costs time and never an answer.
enum PlanEstimate {
  /// Where a source does not know.
  private static let unknownRows = 100_000.0
  private static let elementsOfList = 5.0
  /// Of a recursive query.
  private static let rowsOfRound = 1_000.0

  static func rows(of plan: Plan) -> Double {
    switch plan {
    case .scan(let scan):
      let all = scan.table.source.rowCountEstimate.map(Double.init) ?? unknownRows
      return max(1, all * (scan.predicate.map(share) ?? 1))
    case .values(_, let rows): return Double(rows.count)
    case .filter(let input, let condition): return max(1, rows(of: input) * share(of: condition))
    case .project(let input, _), .sort(let input, _): return rows(of: input)
    case .window(let window): return rows(of: window.input)
    case .top(let input, _, let count, _): return min(rows(of: input), Double(count))
    case .limit(let input, let count, _):
      return min(rows(of: input), count.map(Double.init) ?? .infinity)
    case .unionAll(let inputs): return inputs.reduce(0) { $0 + rows(of: $1) }
    case .shared(let shared): return rows(of: shared.plan)
    case .unnest(let unnest): return rows(of: unnest.input) * elementsOfList
    case .recursive(let recursive):
      return rows(of: recursive.anchor) + rows(of: recursive.step)
    case .working: return rowsOfRound
    case .distinct(let input):
      return groups(input, input.schema.fields.enumerated().map { .column($0, $1.type) })
    case .aggregate(let aggregate):
      if aggregate.keys.isEmpty { return 1 }
      return groups(aggregate.input, aggregate.keys.map(\.expression))
    case .join(let join): return rows(of: join)
    }
  }

  private static func rows(of join: JoinPlan) -> Double {
    let (left, right) = (rows(of: join.left), rows(of: join.right))
    var values = 1.0
    for key in join.keys {
      values *= min(domain(of: key.left, in: join.left), domain(of: key.right, in: join.right))
    }
    // Keys together have no more values than the smaller side had rows before it was filtered.
    let bound = min(tableRows(join.left), tableRows(join.right))
    let pairs = left * right / max(1, min(values, bound)) * (join.residual.map(share) ?? 1)
    switch join.kind {
    case .inner: return max(1, pairs)
    case .left: return max(left, pairs)
    case .semi: return max(1, min(left, pairs))
    case .anti, .nullAwareAnti: return max(left * 0.1, left - min(left, pairs))
    }
  }

  private static func groups(_ input: Plan, _ keys: [BoundExpression]) -> Double {
    var product = 1.0
    for key in keys { product *= domain(of: key, in: input) }
    return max(1, min(rows(of: input), product))
  }

  /// About how many different values an expression can have, in rows of its table that are there
  /// or were filtered away.
  static func domain(of expression: BoundExpression, in plan: Plan) -> Double {
    if expression.type == .boolean { return 2 }
    if case .cast(let inner, _) = expression.node { return domain(of: inner, in: plan) }
    guard let index = expression.columnIndex else { return tableRows(plan) }
    switch plan {
    case .filter(let input, _), .sort(let input, _), .top(let input, _, _, _),
      .limit(let input, _, _), .distinct(let input):
      return domain(of: expression, in: input)
    case .project(let input, let outputs): return domain(of: outputs[index].expression, in: input)
    case .shared(let shared): return domain(of: expression, in: shared.plan)
    case .window(let window) where index < window.input.columnCount:
      return domain(of: expression, in: window.input)
    case .aggregate(let aggregate) where index < aggregate.keys.count:
      return domain(of: aggregate.keys[index].expression, in: aggregate.input)
    case .join(let join):
      let count = join.left.columnCount
      if index < count { return domain(of: expression, in: join.left) }
      return domain(of: expression.shifted(by: -count), in: join.right)
    default: return tableRows(plan)
    }
  }

  /// The rows of the tables that a plan reads, before any condition.
  static func tableRows(_ plan: Plan) -> Double {
    switch plan {
    case .scan(var scan):
      scan.predicate = nil
      return rows(of: .scan(scan))
    case .filter(let input, _), .project(let input, _), .sort(let input, _):
      return tableRows(input)
    case .window(let window): return tableRows(window.input)
    case .shared(let shared): return tableRows(shared.plan)
    case .join(let join): return max(tableRows(join.left), tableRows(join.right))
    case .values, .top, .limit, .unionAll, .distinct, .aggregate, .unnest, .recursive, .working:
      return rows(of: plan)
    }
  }

  /// The share of rows that a condition keeps.
  static func share(of condition: BoundExpression) -> Double {
    switch condition.node {
    case .and(let all): return all.reduce(1) { $0 * share(of: $1) }
    case .or(let all): return 1 - all.reduce(1) { $0 * (1 - share(of: $1)) }
    case .not(let inner): return max(0.05, 1 - share(of: inner))
    case .isNull: return 0.05
    case .isIn(_, let members): return min(0.5, Double(members.count) * equalShare)
    case .compare(let how, let a, let b):
      switch how {
      case .equal, .notDistinct:
        return a.columns.isEmpty || b.columns.isEmpty ? equalShare : 0.1
      case .notEqual, .distinct: return 0.9
      default: return 0.3
      }
    case .call(let function, _) where function.name.lowercased().contains("like"): return 0.1
    case .literal(.bool(let value)): return value ? 1 : 0
    default: return 0.3
    }
  }

  private static let equalShare = 0.05
}
