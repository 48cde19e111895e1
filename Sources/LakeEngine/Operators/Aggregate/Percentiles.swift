import LakeCore

/// approx_percentile, percentile_cont and median: of the values of a group in order.
///
/// All of them are exact. What is kept of a group are its values, so memory grows with the rows.
enum Percentiles {
  /// The value below which a share of the values lies: the one at that place, whatever its type.
  static func discrete(
    _ rows: CollectedRows, _ type: DataType, _ kernels: Kernels
  ) throws -> ColumnVector {
    let values = rows.columns[0]
    let order = try ElementOrder(values, kernels)
    let shares = try Shares(rows.columns[1], kernels)
    var picked: [[UInt32]] = []
    for group in rows.groups {
      let sorted = order.sorted(group.map { Int($0) }).filter { !order.isNull($0) }
      guard let first = group.first, !sorted.isEmpty else {
        picked.append([])
        continue
      }
      picked.append(
        try shares.of(Int(first)).map { share in
          let place = (share * Double(sorted.count)).rounded(.up) - 1
          let index = min(max(0, Int(place)), sorted.count - 1)
          return UInt32(truncatingIfNeeded: sorted[index])
        })
    }
    if case .array = type {
      return try CollectedResults.lists(picked, type, kernels) { try kernels.gather(values, $0) }
    }
    let missing = try ColumnVector.nulls(type: values.type, count: 1)
    let all = try kernels.concatenate([missing, values])
    return try kernels.gather(all, picked.map { $0.first.map { $0 + 1 } ?? 0 })
  }

  /// Between two values, in a straight line from one to the other. Without a share, the middle.
  static func continuous(
    _ rows: CollectedRows, _ type: DataType, _ kernels: Kernels
  ) throws -> ColumnVector {
    let values = try Input<Double>(rows.columns[0], kernels)
    let shares = rows.columns.count > 1 ? try Shares(rows.columns[1], kernels) : nil
    let order = try ElementOrder(rows.columns[0], kernels)
    var results: [Double?] = []
    for group in rows.groups {
      let sorted = order.sorted(group.map { Int($0) }).filter { !order.isNull($0) }
      guard let first = group.first, !sorted.isEmpty else {
        results.append(nil)
        continue
      }
      let share = try shares?.of(Int(first)).first ?? 0.5
      let place = share * Double(sorted.count - 1)
      let low = min(Int(place), sorted.count - 1)
      let high = min(low + 1, sorted.count - 1)
      let (a, b) = (values[sorted[low]], values[sorted[high]])
      results.append(a + (b - a) * (place - Double(low)))
    }
    return try kernels.doubles(results.count) { results[$0] }
  }

  /// Shares from 0 to 1 by row, one or a list of them.
  private struct Shares {
    private let single: Input<Double>?
    private let lists: ListInput?
    private let members: Input<Double>?

    init(_ vector: ColumnVector, _ kernels: Kernels) throws {
      if case .array = vector.type {
        let lists = try ListInput(vector, kernels)
        (single, self.lists) = (nil, lists)
        members = try Input(lists.child, kernels)
      } else {
        (single, lists, members) = (try Input(vector, kernels), nil, nil)
      }
    }

    func of(_ row: Int) throws -> [Double] {
      let shares =
        single.map { [$0.isNull(row) ? .nan : $0[row]] }
        ?? lists?.range(row).map { index in
          members.map { $0.isNull(index) ? .nan : $0[index] } ?? .nan
        }
        ?? []
      for share in shares where !(share >= 0 && share <= 1) {
        throw LakeError(.invalidInput, "a percentile is a number from 0 to 1, not \(share)")
      }
      return shares
    }
  }
}
