import LakeCore

/// histogram, mode and approx_most_frequent: how often each value stands in each group, the values
/// in the order of their first appearance.
final class HistogramAccumulator: Accumulator {
  private let type: DataType
  private let function: AggregateCall.Function
  private let kernels: Kernels
  private let table: GroupTable
  /// Of each pair of group and value: the group, and how often it was seen.
  private var owners: RawArray<UInt32>
  private var counts: RawArray<Int64>
  private var pieces: [ColumnVector] = []

  init(argument: DataType, type: DataType, _ function: AggregateCall.Function, _ kernels: Kernels)
    throws
  {
    self.type = type
    self.function = function
    self.kernels = kernels
    table = try GroupTable([.word, KeyForm(argument)], kernels)
    owners = RawArray(tracker: kernels.tracker)
    counts = RawArray(tracker: kernels.tracker)
  }

  func reserve(groups: Int) throws {}

  func add(_ groups: UnsafePointer<UInt32>, count: Int, _ arguments: [ColumnVector]) throws {
    guard let argument = arguments.last else { return }
    try add(groups, count: count, argument, times: nil)
  }

  private func add(
    _ groups: UnsafePointer<UInt32>, count: Int, _ argument: ColumnVector,
    times: UnsafePointer<Int64>?
  ) throws {
    if count == 0 { return }
    let ids = try Buffer(byteCount: count * 8, tracker: kernels.tracker)
    for row in 0..<count { ids.pointer(as: Int64.self)[row] = Int64(groups[row]) }
    let owner = ColumnVector(
      type: .bigint, flat: FlatColumn(count: count, validity: nil, values: .fixed(ids)))
    let keys = try KeyBatch([owner, argument], count: count, .grouping, mask: .max, kernels)
    let pairs = try RawArray<UInt32>(count: count, tracker: kernels.tracker)
    var fresh = RawArray<UInt32>(tracker: kernels.tracker)
    try table.add(keys, into: pairs.pointer, fresh: &fresh)
    try counts.growZeroed(to: table.count)
    let valid = try argument.rowValidity(kernels)
    for row in 0..<count {
      // Nulls make pairs that are never counted.
      if let valid, !valid[row] { continue }
      counts.pointer[Int(pairs.pointer[row])] &+= times?[row] ?? 1
    }
    if fresh.count == 0 { return }
    for index in 0..<fresh.count { try owners.append(groups[Int(fresh.pointer[index])]) }
    let picked = try kernels.gather(argument, rows: fresh.pointer, count: fresh.count)
    pieces.append(try kernels.compacted(picked))
  }

  func merge(_ other: any Accumulator, _ groups: UnsafePointer<UInt32>, count: Int) throws {
    guard let other = other as? HistogramAccumulator, other.owners.count > 0 else { return }
    let rows = other.owners.count
    let mapped = try RawArray<UInt32>(count: rows, tracker: kernels.tracker)
    for row in 0..<rows { mapped.pointer[row] = groups[Int(other.owners.pointer[row])] }
    try add(
      mapped.pointer, count: rows, try kernels.concatenate(other.pieces),
      times: other.counts.pointer)
  }

  func finish(groups: Int) throws -> ColumnVector {
    var members: [[UInt32]] = Array(repeating: [], count: groups)
    for pair in 0..<owners.count where counts.pointer[pair] > 0 {
      members[Int(owners.pointer[pair])].append(UInt32(truncatingIfNeeded: pair))
    }
    guard !pieces.isEmpty else { return try .nulls(type: type, count: groups) }
    let values = try kernels.concatenate(pieces)
    if function == .mode { return try modes(members, values) }
    let offsets = try Buffer(byteCount: (groups + 1) * 4, tracker: kernels.tracker)
    let valid = try RawArray<UInt8>(count: (groups + 63) / 64 * 64, tracker: kernels.tracker)
    let offset = offsets.pointer(as: UInt32.self)
    offset[0] = 0
    for (group, pairs) in members.enumerated() {
      offset[group + 1] = offset[group] + UInt32(truncatingIfNeeded: pairs.count)
      valid.pointer[group] = pairs.isEmpty ? 0 : 1
    }
    let order = members.flatMap { $0 }
    let totals = try Buffer(byteCount: order.count * 8, tracker: kernels.tracker)
    for (index, pair) in order.enumerated() {
      totals.pointer(as: Int64.self)[index] = counts.pointer[Int(pair)]
    }
    let keys = try kernels.gather(values, order)
    let count = ColumnVector(
      type: .bigint, flat: FlatColumn(count: order.count, validity: nil, values: .fixed(totals)))
    let entries = ColumnVector(
      type: type.listElement,
      flat: FlatColumn(count: order.count, validity: nil, values: .row([keys, count])))
    let validity = try Bitmap.packing(valid.pointer, count: groups, tracker: kernels.tracker)
    return ColumnVector(
      type: type,
      flat: FlatColumn(
        count: groups, validity: validity,
        values: .list(ListValues(offsets: offsets, child: entries))))
  }

  /// The first of the values that are seen most often.
  private func modes(_ members: [[UInt32]], _ values: ColumnVector) throws -> ColumnVector {
    let missing = try ColumnVector.nulls(type: values.type, count: 1)
    let all = try kernels.concatenate([missing, values])
    let rows = members.map { pairs -> UInt32 in
      var best: UInt32?
      for pair in pairs {
        if let known = best, counts.pointer[Int(known)] >= counts.pointer[Int(pair)] { continue }
        best = pair
      }
      return best.map { $0 + 1 } ?? 0
    }
    return try kernels.gather(all, rows)
  }
}
