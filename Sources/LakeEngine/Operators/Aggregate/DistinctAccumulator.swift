import LakeCore

/// An aggregate of different values: pairs of group and arguments, each once, which are given to
/// the aggregate proper at the end, in the order of their first appearance.
final class DistinctAccumulator: Accumulator {
  private let inner: any Accumulator
  private let kernels: Kernels
  private let table: GroupTable
  /// The pairs: groups, then arguments.
  private var owners: RawArray<UInt32>
  private var pieces: [[ColumnVector]]

  init(_ call: AggregateCall, _ kernels: Kernels) throws {
    inner = try call.makePlainAccumulator(kernels)
    self.kernels = kernels
    table = try GroupTable([.word] + call.arguments.map { KeyForm($0.type) }, kernels)
    owners = RawArray(tracker: kernels.tracker)
    pieces = call.arguments.map { _ in [] }
  }

  func reserve(groups: Int) throws { try inner.reserve(groups: groups) }

  func add(_ groups: UnsafePointer<UInt32>, count: Int, _ arguments: [ColumnVector]) throws {
    let ids = try Buffer(byteCount: count * 8, tracker: kernels.tracker)
    for row in 0..<count { ids.pointer(as: Int64.self)[row] = Int64(groups[row]) }
    let owner = ColumnVector(
      type: .bigint, flat: FlatColumn(count: count, validity: nil, values: .fixed(ids)))
    let keys = try KeyBatch(
      [owner] + arguments, count: count, .grouping, mask: .max, kernels)
    let pairs = try RawArray<UInt32>(count: count, tracker: kernels.tracker)
    var fresh = RawArray<UInt32>(tracker: kernels.tracker)
    try table.add(keys, into: pairs.pointer, fresh: &fresh)
    if fresh.count == 0 { return }
    for index in 0..<fresh.count { try owners.append(groups[Int(fresh.pointer[index])]) }
    for (index, argument) in arguments.enumerated() {
      let picked = try kernels.gather(argument, rows: fresh.pointer, count: fresh.count)
      pieces[index].append(try kernels.compacted(picked))
    }
  }

  func merge(_ other: any Accumulator, _ groups: UnsafePointer<UInt32>, count: Int) throws {
    guard let other = other as? DistinctAccumulator, other.owners.count > 0 else { return }
    let rows = other.owners.count
    let mapped = try RawArray<UInt32>(count: rows, tracker: kernels.tracker)
    for row in 0..<rows { mapped.pointer[row] = groups[Int(other.owners.pointer[row])] }
    try add(mapped.pointer, count: rows, try other.arguments())
  }

  func finish(groups: Int) throws -> ColumnVector {
    if owners.count > 0 {
      try inner.add(owners.pointer, count: owners.count, try arguments())
    }
    return try inner.finish(groups: groups)
  }

  private func arguments() throws -> [ColumnVector] {
    try pieces.map { try kernels.concatenate($0) }
  }
}
