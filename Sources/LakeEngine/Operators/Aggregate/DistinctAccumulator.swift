import LakeCore

/// An aggregate of different values: pairs of group and arguments, each once, which are given to
/// the aggregate proper at the end, in the order of their first appearance.
final class DistinctAccumulator: Accumulator {
  private let inner: any Accumulator
  private let kernels: Kernels
  private let table: GroupTable
  private var pairs: OwnedRows

  init(_ call: AggregateCall, _ kernels: Kernels) throws {
    inner = try call.makePlainAccumulator(kernels)
    self.kernels = kernels
    let types = call.arguments.map(\.type)
    table = try GroupTable([.word] + types.map { KeyForm($0) }, kernels)
    pairs = OwnedRows(types: types, kernels)
  }

  func reserve(groups: Int) throws { try inner.reserve(groups: groups) }

  func add(_ groups: UnsafePointer<UInt32>, count: Int, _ arguments: [ColumnVector]) throws {
    let keys = try KeyBatch(
      [try kernels.owners(groups, count: count)] + arguments, count: count, .grouping,
      mask: .max, kernels)
    let found = try RawArray<UInt32>(count: count, tracker: kernels.tracker)
    var fresh = RawArray<UInt32>(tracker: kernels.tracker)
    try table.add(keys, into: found.pointer, fresh: &fresh)
    try pairs.append(groups, rows: fresh.pointer, count: fresh.count, arguments)
  }

  var keptBytes: Int { 2 * pairs.heldBytes }
  var stateWidth: Int { pairs.width }

  func state(groups: Int) throws -> [ColumnVector] { try pairs.lists(groups: groups) }

  func merge(state: [ColumnVector], _ groups: UnsafePointer<UInt32>, count: Int) throws {
    let rows = try ListedRows(state, groups, count: count, kernels)
    try add(rows.owners.pointer, count: rows.count, rows.columns)
  }

  func merge(_ other: any Accumulator, _ groups: UnsafePointer<UInt32>, count: Int) throws {
    guard let other = other as? DistinctAccumulator, other.pairs.count > 0 else { return }
    let rows = other.pairs.count
    let mapped = try RawArray<UInt32>(count: rows, tracker: kernels.tracker)
    let owners = other.pairs.owners.pointer
    for row in 0..<rows { mapped.pointer[row] = groups[Int(owners[row])] }
    try add(mapped.pointer, count: rows, try other.pairs.columns())
  }

  func finish(groups: Int) throws -> ColumnVector {
    if pairs.count > 0 {
      try inner.add(pairs.owners.pointer, count: pairs.count, try pairs.columns())
    }
    return try inner.finish(groups: groups)
  }
}

extension Kernels {
  /// Numbers of groups as a key column.
  func owners(_ groups: UnsafePointer<UInt32>, count: Int) throws -> ColumnVector {
    try numbers(.bigint, count) { Int64(groups[$0]) }
  }
}
