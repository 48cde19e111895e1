import LakeCore

extension Plan {
  /// For each input, the columns that this node reads of it so that the required ones of its own
  /// can be given.
  func requirements(for required: Set<Int>) -> [Set<Int>] {
    switch self {
    case .scan, .values, .working: return []
    case .filter(_, let condition): return [required.union(condition.columns)]
    case .project(_, let outputs):
      return [columns(of: required.compactMap { outputs[$0].expression })]
    case .distinct(let input): return [Set(0..<input.columnCount)]
    case .sort(_, let keys), .top(_, let keys, _, _):
      return [required.union(columns(of: keys.map(\.expression)))]
    case .limit, .shared: return [required]
    case .unionAll(let inputs): return inputs.map { _ in required }
    case .join(let join): return join.requirements(for: required)
    case .aggregate(let aggregate):
      let calls = aggregate.requiredCalls(for: required).map { aggregate.aggregates[$0].call }
      return [columns(of: aggregate.keys.map(\.expression) + calls.flatMap(\.expressions))]
    case .window(let window):
      let count = window.input.columnCount
      let own = required.filter { $0 < count }
      if own.count == required.count { return [own] }
      let calls = required.compactMap { $0 < count ? nil : window.functions[$0 - count].function }
      return [
        own.union(
          columns(
            of: window.partition + window.order.map(\.expression)
              + calls.flatMap(\.expressions)))
      ]
    case .unnest(let unnest):
      let count = unnest.input.columnCount
      return [required.filter { $0 < count }.union(columns(of: unnest.lists))]
    case .recursive(let recursive):
      // A round reads all of the one before.
      let all = Set(0..<recursive.working.schema.count)
      return [all, all]
    }
  }

  private func columns(of expressions: [BoundExpression]) -> Set<Int> {
    var found: Set<Int> = []
    for expression in expressions { expression.insertColumns(into: &found) }
    return found
  }
}

extension JoinPlan {
  fileprivate func requirements(for required: Set<Int>) -> [Set<Int>] {
    let count = left.columnCount
    var both = required
    residual?.insertColumns(into: &both)
    var ofLeft = both.filter { $0 < count }
    var ofRight = Set(both.filter { $0 >= count }.map { $0 - count })
    for key in keys {
      key.left.insertColumns(into: &ofLeft)
      key.right.insertColumns(into: &ofRight)
    }
    return [ofLeft, ofRight]
  }
}

extension AggregatePlan {
  /// The aggregates that have to be computed. One remains where there is no key, since a row
  /// without columns is made of nothing.
  func requiredCalls(for required: Set<Int>) -> [Int] {
    let calls = aggregates.indices.filter { required.contains(keys.count + $0) }
    return calls.isEmpty && keys.isEmpty && !aggregates.isEmpty ? [0] : calls
  }
}
