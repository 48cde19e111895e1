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

  /// Whether some groups of it can be merged into another one without the others.
  var mergesParts: Bool { table != nil && accumulators.allSatisfy(\.mergesParts) }

  /// The hash of each group's key, where there are keys.
  var hashes: UnsafePointer<UInt64>? { table?.groupHashes }

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
    let groups = try number(keys, rowCount: rowCount).groups
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
    let groups = try number(try other.keys(), rowCount: count).groups
    for (mine, theirs) in zip(accumulators, other.accumulators) {
      try mine.merge(theirs, groups.pointer, count: count)
    }
  }

  /// Adds some groups of another one that saw later rows, whose keys are `keys`. Calls `began` with
  /// those of them that are new here. Several may read one other at a time.
  func merge(
    _ other: Grouping, keys: [ColumnVector], rows: UnsafePointer<UInt32>, count: Int,
    began: (_ group: Int) -> Void
  ) throws {
    let picked = try keys.map { try kernels.gather($0, rows: rows, count: count) }
    let (groups, fresh) = try number(picked, rowCount: count)
    for index in 0..<fresh.count { began(Int(rows[Int(fresh.pointer[index])])) }
    for (mine, theirs) in zip(accumulators, other.accumulators) {
      try mine.merge(theirs, rows: rows, groups.pointer, count: count)
    }
  }

  /// The keys, then the aggregates.
  func finish() throws -> [ColumnVector] {
    try keys() + accumulators.map { try $0.finish(groups: count) }
  }

  func keys() throws -> [ColumnVector] {
    try keyPieces.map { try kernels.concatenate($0) }
  }

  /// The group of every row, and the rows that began one; there is room for all groups afterwards.
  private func number(
    _ keys: [ColumnVector], rowCount: Int
  ) throws -> (groups: RawArray<UInt32>, fresh: RawArray<UInt32>) {
    var groups = try RawArray<UInt32>(count: 0, tracker: kernels.tracker)
    var fresh = RawArray<UInt32>(tracker: kernels.tracker)
    guard let table else {
      try groups.growZeroed(to: rowCount)
      return (groups, fresh)
    }
    try groups.reserve(rowCount)
    let batch = try KeyBatch(keys, count: rowCount, .grouping, mask: hashMask, kernels)
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
    return (groups, fresh)
  }
}

/// What all groupings of one aggregate share.
struct GroupingShape: Sendable {
  let keys: [BoundExpression]
  let calls: [AggregateCall]
  let kernels: Kernels
  let hashMask: UInt64
}
