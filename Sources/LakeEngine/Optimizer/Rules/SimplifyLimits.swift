import LakeCore

/// Limits move down to where they save work: through projections, into each other, and into a sort,
/// which then keeps only the rows that are asked for.
struct SimplifyLimits: NodeRule {
  let name = "simplify-limits"

  func rewriteNode(_ plan: Plan) throws -> Plan {
    guard case .limit(let input, let count, let offset) = plan else { return plan }
    if count == nil, offset == 0 { return input }
    switch input {
    case .project(let below, let outputs):
      return .project(
        try rewriteNode(.limit(below, count: count, offset: offset)), outputs)
    case .limit(let below, let innerCount, let innerOffset):
      guard let merged = merge(innerCount, innerOffset, count, offset) else { return plan }
      return try rewriteNode(.limit(below, count: merged.count, offset: merged.offset))
    case .sort(let below, let keys):
      guard let count else { return plan }
      return .top(below, keys, count: count, offset: offset)
    case .top(let below, let keys, let innerCount, let innerOffset):
      guard let merged = merge(innerCount, innerOffset, count, offset), let count = merged.count
      else { return plan }
      return .top(below, keys, count: count, offset: merged.offset)
    default: return plan
    }
  }

  /// One limit for two, the first of them the inner one; nil if the offsets together are too great.
  private func merge(
    _ innerCount: Int?, _ innerOffset: Int, _ count: Int?, _ offset: Int
  ) -> (count: Int?, offset: Int)? {
    let (sum, overflow) = innerOffset.addingReportingOverflow(offset)
    if overflow { return nil }
    guard let innerCount else { return (count, sum) }
    let left = max(0, innerCount - offset)
    return (min(left, count ?? left), sum)
  }
}
