import LakeCore

/// An aggregate whose rows are added in an order of their own: they are kept, and given to the
/// aggregate proper at the end.
final class OrderedAccumulator: Accumulator {
  private let inner: any Accumulator
  private let call: AggregateCall
  private let kernels: Kernels
  /// Arguments and sort keys.
  private var kept: OwnedRows

  init(_ call: AggregateCall, _ kernels: Kernels) throws {
    var plain = call
    plain.order = []
    inner = try plain.makeAccumulator(kernels)
    self.call = call
    self.kernels = kernels
    kept = OwnedRows(types: call.inputs.map(\.type), kernels)
  }

  func reserve(groups: Int) throws { try inner.reserve(groups: groups) }

  func add(_ groups: UnsafePointer<UInt32>, count: Int, _ arguments: [ColumnVector]) throws {
    try kept.append(groups, count: count, arguments)
  }

  func merge(_ other: any Accumulator, _ groups: UnsafePointer<UInt32>, count: Int) throws {
    guard let other = other as? OrderedAccumulator else { return }
    try kept.append(other.kept, groups)
  }

  var keptBytes: Int { kept.heldBytes }
  var stateWidth: Int { kept.width }

  func state(groups: Int) throws -> [ColumnVector] { try kept.lists(groups: groups) }

  func merge(state: [ColumnVector], _ groups: UnsafePointer<UInt32>, count: Int) throws {
    let rows = try ListedRows(state, groups, count: count, kernels)
    try kept.append(rows.owners.pointer, count: rows.count, rows.columns)
  }

  func finish(groups: Int) throws -> ColumnVector {
    let count = kept.count
    if count == 0 { return try inner.finish(groups: groups) }
    guard count < Int(UInt32.max) else {
      throw LakeError(.limitExceeded, "\(count) rows cannot be sorted in memory")
    }
    let columns = try kept.columns()
    let orders = try columns.suffix(call.order.count).map { try OrderVector($0, kernels) }
    let sorting = SortColumns(orders, call.order)
    let rows = try RawArray<UInt32>(count: count, tracker: kernels.tracker)
    for row in 0..<count { rows.pointer[row] = UInt32(truncatingIfNeeded: row) }
    var all = UnsafeMutableBufferPointer(start: rows.pointer, count: count)
    let owner = kept.owners.pointer
    all.sort { a, b in
      if owner[Int(a)] != owner[Int(b)] { return owner[Int(a)] < owner[Int(b)] }
      let sign = sorting.compare(Int(a), Int(b))
      return sign == 0 ? a < b : sign < 0
    }
    let sorted = try RawArray<UInt32>(count: count, tracker: kernels.tracker)
    for row in 0..<count { sorted.pointer[row] = owner[Int(rows.pointer[row])] }
    let values = try columns.prefix(call.arguments.count).map {
      try kernels.gather($0, rows: rows.pointer, count: count)
    }
    try inner.add(sorted.pointer, count: count, values)
    return try inner.finish(groups: groups)
  }
}

extension AggregateCall {
  /// What is computed of each row: the arguments, and what they are ordered by.
  var inputs: [BoundExpression] { arguments + order.map(\.expression) }
}
