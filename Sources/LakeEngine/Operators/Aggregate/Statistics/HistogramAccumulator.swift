import LakeCore

/// histogram, mode and approx_most_frequent: how often each value stands in each group, the values
/// in the order of their first appearance.
final class HistogramAccumulator: Accumulator {
  private let type: DataType
  private let function: AggregateCall.Function
  private let kernels: Kernels
  private let table: GroupTable
  /// Of each pair of group and value: the group, and how often it was seen.
  private var pairs: OwnedRows
  private var counts: RawArray<Int64>

  init(argument: DataType, type: DataType, _ function: AggregateCall.Function, _ kernels: Kernels)
    throws
  {
    self.type = type
    self.function = function
    self.kernels = kernels
    table = try GroupTable([.word, KeyForm(argument)], kernels)
    pairs = OwnedRows(types: [argument], kernels)
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
    let owner = try kernels.owners(groups, count: count)
    let keys = try KeyBatch([owner, argument], count: count, .grouping, mask: .max, kernels)
    let found = try RawArray<UInt32>(count: count, tracker: kernels.tracker)
    var fresh = RawArray<UInt32>(tracker: kernels.tracker)
    try table.add(keys, into: found.pointer, fresh: &fresh)
    try counts.growZeroed(to: table.count)
    let valid = try argument.rowValidity(kernels)
    for row in 0..<count {
      // Nulls make pairs that are never counted.
      if let valid, !valid[row] { continue }
      counts.pointer[Int(found.pointer[row])] &+= times?[row] ?? 1
    }
    try pairs.append(groups, rows: fresh.pointer, count: fresh.count, [argument])
  }

  var keptBytes: Int { 2 * pairs.heldBytes }
  var stateWidth: Int { 2 }

  func state(groups: Int) throws -> [ColumnVector] {
    let grouped = try pairs.grouped(groups: groups)
    let times = ColumnVector(
      type: .bigint,
      flat: FlatColumn(count: pairs.count, validity: nil, values: .fixed(counts.buffer)))
    let ordered = try kernels.gather(times, rows: grouped.rows.pointer, count: pairs.count)
    let lists = ListValues(offsets: grouped.offsets, child: ordered)
    return try pairs.lists(groups: groups) + [
      ColumnVector(
        type: .array(.bigint), flat: FlatColumn(count: groups, validity: nil, values: .list(lists)))
    ]
  }

  func merge(state: [ColumnVector], _ groups: UnsafePointer<UInt32>, count: Int) throws {
    let rows = try ListedRows(state, groups, count: count, kernels)
    let times = try rows.columns[1].flattened(kernels)
    guard let counts = times.fixed?.pointer(as: Int64.self) else { return }
    try withExtendedLifetime(times) {
      try add(rows.owners.pointer, count: rows.count, rows.columns[0], times: counts)
    }
  }

  func finish(groups: Int) throws -> ColumnVector {
    let owners = pairs.owners.pointer
    var members: [[UInt32]] = Array(repeating: [], count: groups)
    for pair in 0..<pairs.count where counts.pointer[pair] > 0 {
      members[Int(owners[pair])].append(UInt32(truncatingIfNeeded: pair))
    }
    guard pairs.count > 0 else { return try .nulls(type: type, count: groups) }
    let values = try pairs.columns()[0]
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
