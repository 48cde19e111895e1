import LakeCore

/// An aggregate whose rows are added in an order of their own: they are kept, and given to the
/// aggregate proper at the end.
final class OrderedAccumulator: Accumulator {
  private let inner: any Accumulator
  private let call: AggregateCall
  private let kernels: Kernels
  private var owners: RawArray<UInt32>
  /// Arguments and sort keys, as they came.
  private var pieces: [[ColumnVector]]

  init(_ call: AggregateCall, _ kernels: Kernels) throws {
    var plain = call
    plain.order = []
    inner = try plain.makeAccumulator(kernels)
    self.call = call
    self.kernels = kernels
    owners = RawArray(tracker: kernels.tracker)
    pieces = call.inputs.map { _ in [] }
  }

  func reserve(groups: Int) throws { try inner.reserve(groups: groups) }

  func add(_ groups: UnsafePointer<UInt32>, count: Int, _ arguments: [ColumnVector]) throws {
    if count == 0 { return }
    for (index, argument) in arguments.enumerated() {
      pieces[index].append(try kernels.compacted(argument))
    }
    for row in 0..<count { try owners.append(groups[row]) }
  }

  func merge(_ other: any Accumulator, _ groups: UnsafePointer<UInt32>, count: Int) throws {
    guard let other = other as? OrderedAccumulator else { return }
    for index in pieces.indices { pieces[index] += other.pieces[index] }
    for row in 0..<other.owners.count {
      try owners.append(groups[Int(other.owners.pointer[row])])
    }
  }

  func finish(groups: Int) throws -> ColumnVector {
    let count = owners.count
    if count == 0 { return try inner.finish(groups: groups) }
    guard count < Int(UInt32.max) else {
      throw LakeError(.limitExceeded, "\(count) rows cannot be sorted in memory")
    }
    let columns = try pieces.map { try kernels.concatenate($0) }
    let orders = try columns.suffix(call.order.count).map { try OrderVector($0, kernels) }
    let sorting = SortColumns(orders, call.order)
    let rows = try RawArray<UInt32>(count: count, tracker: kernels.tracker)
    for row in 0..<count { rows.pointer[row] = UInt32(truncatingIfNeeded: row) }
    var all = UnsafeMutableBufferPointer(start: rows.pointer, count: count)
    let owner = owners.pointer
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
