import LakeCore

extension Plan {
  /// Whether no two rows can have the same values in these columns (nulls being the same).
  func isUnique(on columns: Set<Int>) -> Bool {
    switch self {
    case .scan, .recursive, .working: return false
    case .unnest: return false
    case .values(_, let rows): return rows.count < 2
    case .filter(let input, let condition):
      return input.isUnique(on: columns)
        || keepsFirstOfEachPartition(input, condition, columns)
    case .sort(let input, _): return input.isUnique(on: columns)
    case .top(let input, _, let count, _): return count < 2 || input.isUnique(on: columns)
    case .limit(let input, let count, _):
      return count.map { $0 < 2 } ?? false || input.isUnique(on: columns)
    case .project(let input, let outputs):
      return input.isUnique(on: Set(columns.compactMap { outputs[$0].expression.columnIndex }))
    case .distinct(let input):
      return columns.isSuperset(of: 0..<input.columnCount) || input.isUnique(on: columns)
    case .aggregate(let aggregate): return columns.isSuperset(of: 0..<aggregate.keys.count)
    case .window(let window):
      return window.input.isUnique(on: columns.filter { $0 < window.input.columnCount })
    case .join(let join):
      let count = join.left.columnCount
      guard join.left.isUnique(on: columns.filter { $0 < count }) else { return false }
      return !join.kind.hasRightColumns
        || join.right.isUnique(on: Set(columns.filter { $0 >= count }.map { $0 - count }))
    case .unionAll(let inputs): return inputs.count == 1 && inputs[0].isUnique(on: columns)
    case .shared(let shared): return shared.plan.isUnique(on: columns)
    }
  }

  /// `row_number() OVER (PARTITION BY columns …) = 1`.
  private func keepsFirstOfEachPartition(
    _ input: Plan, _ condition: BoundExpression, _ columns: Set<Int>
  ) -> Bool {
    guard case .window(let window) = input else { return false }
    let partition = window.partition.map(\.columnIndex)
    guard partition.allSatisfy({ $0.map { columns.contains($0) } ?? false }) else { return false }
    let count = window.input.columnCount
    return condition.conjuncts.contains { conjunct in
      guard case .compare(.equal, let a, let b) = conjunct.node else { return false }
      let (column, literal) = a.columnIndex == nil ? (b, a) : (a, b)
      guard let index = column.columnIndex, index >= count,
        window.functions[index - count].function.kind == .rowNumber,
        case .literal(.int) = literal.node
      else { return false }
      return true
    }
  }
}
