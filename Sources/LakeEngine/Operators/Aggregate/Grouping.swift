import LakeCore

/// The groups of some rows, and their aggregates so far: of one morsel, or of all up to one.
// @unchecked Sendable: used by one thread at a time; handed from the worker that filled it to the
// thread that merges.
final class Grouping: @unchecked Sendable {
  private let kernels: Kernels
  private let hashMask: UInt64
  /// Nil without keys: then there is one group.
  private let table: GroupTable?
  /// The keys of the groups in the order of their numbers, as they came.
  private var keyPieces: [[ColumnVector]]
  private let accumulators: [any Accumulator]

  init(_ shape: GroupingShape) throws {
    kernels = shape.kernels
    hashMask = shape.hashMask
    table =
      shape.keys.isEmpty
      ? nil : try GroupTable(shape.keys.map { KeyForm($0.type) }, shape.kernels)
    keyPieces = shape.keys.map { _ in [] }
    accumulators = try shape.calls.map { try $0.makeAccumulator(shape.kernels) }
    if table == nil { for accumulator in accumulators { try accumulator.reserve(groups: 1) } }
  }

  var count: Int { table?.count ?? 1 }

  /// Adds rows. `arguments` are those of each aggregate, `selections` the rows that it counts.
  func add(
    _ keys: [ColumnVector], _ arguments: [[ColumnVector]], _ selections: [Selection?],
    rowCount: Int
  ) throws {
    let groups = try number(keys, rowCount: rowCount)
    for (index, accumulator) in accumulators.enumerated() {
      guard let rows = selections[index] else {
        try accumulator.add(groups.pointer, count: rowCount, arguments[index])
        continue
      }
      let picked = try RawArray<UInt32>(count: rows.count, tracker: kernels.tracker)
      for place in 0..<rows.count {
        picked.pointer[place] = groups.pointer[Int(rows.pointer[place])]
      }
      let values = try arguments[index].map { try kernels.gather($0, rows) }
      try accumulator.add(picked.pointer, count: rows.count, values)
    }
  }

  /// Adds what another one saw of later rows.
  func merge(_ other: Grouping) throws {
    let count = other.count
    let groups = try number(try other.keys(), rowCount: count)
    for (mine, theirs) in zip(accumulators, other.accumulators) {
      try mine.merge(theirs, groups.pointer, count: count)
    }
  }

  /// The keys, then the aggregates.
  func finish() throws -> [ColumnVector] {
    try keys() + accumulators.map { try $0.finish(groups: count) }
  }

  private func keys() throws -> [ColumnVector] {
    try keyPieces.map { try kernels.concatenate($0) }
  }

  /// The group of every row; there is room for all groups afterwards.
  private func number(_ keys: [ColumnVector], rowCount: Int) throws -> RawArray<UInt32> {
    var groups = try RawArray<UInt32>(count: 0, tracker: kernels.tracker)
    guard let table else {
      try groups.growZeroed(to: rowCount)
      return groups
    }
    try groups.reserve(rowCount)
    let batch = try KeyBatch(keys, count: rowCount, .grouping, mask: hashMask, kernels)
    var fresh = RawArray<UInt32>(tracker: kernels.tracker)
    try table.add(batch, into: groups.pointer, fresh: &fresh)
    groups.count = rowCount
    if fresh.count > 0 {
      for (index, key) in keys.enumerated() {
        let picked =
          fresh.count == rowCount
          ? key : try kernels.gather(key, rows: fresh.pointer, count: fresh.count)
        keyPieces[index].append(try kernels.compacted(picked))
      }
      for accumulator in accumulators { try accumulator.reserve(groups: table.count) }
    }
    return groups
  }
}

/// What all groupings of one aggregate share.
struct GroupingShape: Sendable {
  let keys: [BoundExpression]
  let calls: [AggregateCall]
  let kernels: Kernels
  let hashMask: UInt64
}
