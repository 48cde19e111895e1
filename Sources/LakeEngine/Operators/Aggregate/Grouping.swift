import LakeCore

/// The groups of some rows, and their aggregates so far: of one morsel, or of all up to one.
// @unchecked Sendable: used by one thread at a time; handed from the worker that filled it to the
// thread that merges.
final class Grouping: @unchecked Sendable {
  private let kernels: Kernels
  private let hashMask: UInt64
  /// Nil without keys: then there is one group.
  private let table: GroupTable?
  private let keyTypes: [DataType]
  /// The keys of the groups in the order of their numbers, as they came; empty for types whose
  /// keys the table has as they are.
  private var keyPieces: [[ColumnVector]]
  private let accumulators: [any Accumulator]
  /// What the numbers of its rows are counted from: the rows of all morsels before.
  var base = 0
  /// About how many bytes of memory the groups take.
  var heldBytes: Int { count * bytesOfGroup + accumulators.reduce(0) { $0 + $1.keptBytes } }
  private let bytesOfGroup: Int
  /// The rows that were added.
  private(set) var rowCount = 0
  /// The number of each group's first row, counted from `base`.
  private var firsts: RawArray<Int64>
  private var dictionaryGroups: DictionaryGroups

  /// Without keys there is one group, and no parts of it.
  var hasKeys: Bool { table != nil }

  /// Whether aggregates keep what they read of states.
  var keepsStates: Bool { accumulators.contains { !$0.mergesParts } }

  /// The hash of each group's key, where there are keys.
  var hashes: UnsafePointer<UInt64>? {
    table.map { UnsafePointer($0.groupHashes.pointer(as: UInt64.self)) }
  }

  init(_ shape: GroupingShape) throws {
    kernels = shape.kernels
    hashMask = shape.hashMask
    table =
      shape.keys.isEmpty
      ? nil : try GroupTable(shape.keys.map { KeyForm($0.type) }, shape.kernels)
    keyTypes = shape.keys.map(\.type)
    keyPieces = shape.keys.map { _ in [] }
    firsts = RawArray(tracker: shape.kernels.tracker)
    dictionaryGroups = DictionaryGroups(shape.kernels.tracker)
    accumulators = try shape.calls.map { try $0.makeAccumulator(shape.kernels) }
    bytesOfGroup = accumulators.reduce(64 + 48 * shape.keys.count) { $0 + 12 * $1.stateWidth }
    if table == nil { for accumulator in accumulators { try accumulator.reserve(groups: 1) } }
  }

  var count: Int { table?.count ?? 1 }

  /// Adds rows. `arguments` are those of each aggregate, `selections` the rows that it counts.
  func add(
    _ keys: [ColumnVector], _ arguments: [[ColumnVector]], _ selections: [Selection?],
    rowCount: Int
  ) throws {
    let seen = self.rowCount
    let groups = try number(keys, rowCount: rowCount) { seen &+ $0 }.groups
    self.rowCount += rowCount
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
    let (firsts, shift) = (other.firsts.pointer, other.base - base)
    let groups = try number(try other.keys(), other.table?.groupHashes, rowCount: count) {
      shift &+ Int(firsts[$0])
    }.groups
    for (mine, theirs) in zip(accumulators, other.accumulators) {
      try mine.merge(theirs, groups.pointer, count: count)
    }
  }

  /// What has to be known of the aggregates that cannot be merged in parts as they lie; nothing is
  /// added afterwards.
  func states() throws -> [[ColumnVector]] {
    try accumulators.map { $0.mergesParts ? [] : try $0.state(groups: count) }
  }

  /// Adds some groups of others, each of which saw rows that are later than those of the one
  /// before. Calls `began` with those of them that are new here. Several may read one other at a
  /// time.
  func merge(
    _ slices: [GroupSlice], began: (_ slice: Int, _ group: Int) -> Void
  ) throws {
    let keys = try keyTypes.indices.map { key in
      try kernels.gather(
        slices.map { PickedRows($0.keys[key], rows: $0.rows, count: $0.count) })
    }
    let (hashes, numbers) = try picked(slices)
    let number = numbers.pointer
    let (groups, fresh) = try self.number(keys, hashes, rowCount: numbers.count) {
      Int(number[$0])
    }
    var place = 0
    var (start, end) = (0, 0)
    for (index, slice) in slices.enumerated() {
      (start, end) = (end, end + slice.count)
      while place < fresh.count, Int(fresh.pointer[place]) < end {
        began(index, Int(slice.rows[Int(fresh.pointer[place]) - start]))
        place += 1
      }
      try merge(slice, groups.pointer + start)
    }
  }

  /// Group `i` of the slice is group `groups[i]` here.
  private func merge(_ slice: GroupSlice, _ groups: UnsafePointer<UInt32>) throws {
    for (index, mine) in accumulators.enumerated() {
      if mine.mergesParts {
        let theirs = slice.groups.accumulators[index]
        try mine.merge(theirs, rows: slice.rows, groups, count: slice.count)
      } else {
        let state = try slice.states[index].map {
          try kernels.gather($0, rows: slice.rows, count: slice.count)
        }
        try mine.merge(state: state, groups, count: slice.count)
      }
    }
  }

  /// The hashes of slices, one behind the other, and the numbers of the groups' first rows.
  private func picked(_ slices: [GroupSlice]) throws -> (Buffer, RawArray<Int64>) {
    let count = slices.reduce(0) { $0 + $1.count }
    let hashes = try Buffer(byteCount: count * 8, tracker: kernels.tracker)
    let numbers = try RawArray<Int64>(count: count, tracker: kernels.tracker)
    var (hash, number) = (hashes.pointer(as: UInt64.self), numbers.pointer)
    for slice in slices {
      let other = slice.groups
      guard let known = other.hashes else { continue }
      let (firsts, shift) = (other.firsts.pointer, Int64(other.base - base))
      for index in 0..<slice.count {
        let group = Int(slice.rows[index])
        hash[index] = known[group]
        number[index] = firsts[group] &+ shift
      }
      (hash, number) = (hash + slice.count, number + slice.count)
    }
    return (hashes, numbers)
  }

  /// The keys, then the aggregates.
  func finish() throws -> [ColumnVector] {
    try keys() + accumulators.map { try $0.finish(groups: count) }
  }

  /// Keys, states and the numbers of the first rows, counted from `base`: what
  /// `merge(written:start:)` understands. Nothing is added afterwards.
  func written() throws -> Batch {
    var columns = try keys()
    for accumulator in accumulators { columns += try accumulator.state(groups: count) }
    return Batch(columns: columns + [try numbers()], rowCount: count)
  }

  /// Adds groups that were written, whose numbers are counted from `start`, and whose rows come
  /// after all that are here.
  func merge(written batch: Batch, start: Int) throws {
    guard let last = batch.columns.last else { return }
    let firsts = try Input<Int64>(last, kernels)
    let shift = start - base
    let groups = try number(
      Array(batch.columns.prefix(keyPieces.count)), rowCount: batch.rowCount
    ) { shift &+ Int(firsts[$0]) }.groups
    var rest = batch.columns.dropFirst(keyPieces.count)
    for accumulator in accumulators {
      let state = Array(rest.prefix(accumulator.stateWidth))
      rest = rest.dropFirst(state.count)
      try accumulator.merge(state: state, groups.pointer, count: batch.rowCount)
    }
  }

  /// Keys, aggregates and the numbers of the first rows, in the order of these.
  func finishInOrder() throws -> Batch {
    let columns = try finish() + [try numbers()]
    let numbers = UnsafePointer(firsts.pointer)
    let isInOrder = (1..<max(1, count)).allSatisfy { numbers[$0 - 1] < numbers[$0] }
    if isInOrder { return Batch(columns: columns, rowCount: count) }
    let rows = try RawArray<UInt32>(count: count, tracker: kernels.tracker)
    for row in 0..<count { rows.pointer[row] = UInt32(truncatingIfNeeded: row) }
    var order = UnsafeMutableBufferPointer(start: rows.pointer, count: count)
    order.sort { numbers[Int($0)] < numbers[Int($1)] }
    let sorted = try columns.map { try kernels.gather($0, rows: rows.pointer, count: count) }
    return Batch(columns: sorted, rowCount: count)
  }

  private func numbers() throws -> ColumnVector {
    let (numbers, base) = (firsts.pointer, Int64(base))
    return try kernels.numbers(.bigint, count) { numbers[$0] &+ base }
  }

  func keys() throws -> [ColumnVector] {
    try keyTypes.enumerated().map { index, type in
      if let table, KeyForm.isValue(type) { return try table.keys(index, type) }
      return try kernels.concatenate(keyPieces[index])
    }
  }

  /// The group of every row, and the rows that began one; there is room for all groups afterwards.
  /// `first` is the number that a row has where groups are put in order; `hashes` are those of the
  /// keys, if they are known.
  private func number(
    _ keys: [ColumnVector], _ hashes: Buffer? = nil, rowCount: Int, first: (_ row: Int) -> Int
  ) throws -> (groups: RawArray<UInt32>, fresh: RawArray<UInt32>) {
    var groups = try RawArray<UInt32>(count: 0, tracker: kernels.tracker)
    var fresh = RawArray<UInt32>(tracker: kernels.tracker)
    guard let table else {
      try groups.growZeroed(to: rowCount)
      return (groups, fresh)
    }
    try groups.reserve(rowCount)
    groups.count = rowCount
    if try !numberByDictionary(keys, groups.pointer, &fresh) {
      let batch =
        if let hashes {
          try KeyBatch(keys, hashes: hashes, count: rowCount, .grouping, kernels)
        } else {
          try KeyBatch(keys, count: rowCount, .grouping, mask: hashMask, kernels)
        }
      try table.add(batch, into: groups.pointer, fresh: &fresh)
    }
    if fresh.count > 0 {
      try firsts.reserve(table.count)
      let (began, numbers) = (fresh.pointer, firsts.pointer + firsts.count)
      for index in 0..<fresh.count { numbers[index] = Int64(first(Int(began[index]))) }
      firsts.count += fresh.count
      for (index, key) in keys.enumerated() where !KeyForm.isValue(keyTypes[index]) {
        let picked =
          fresh.count == rowCount
          ? key : try kernels.gather(key, rows: fresh.pointer, count: fresh.count)
        keyPieces[index].append(try kernels.compacted(picked))
      }
      for accumulator in accumulators { try accumulator.reserve(groups: table.count) }
    }
    return (groups, fresh)
  }

  /// Numbers rows whose key is one dictionary column. False where that is not so, or not worth
  /// while.
  private func numberByDictionary(
    _ keys: [ColumnVector], _ groups: UnsafeMutablePointer<UInt32>,
    _ fresh: inout RawArray<UInt32>
  ) throws -> Bool {
    guard let table, keys.count == 1, case .dictionary(let column) = keys[0].form,
      let rows = try dictionaryGroups.look(up: column, into: groups)
    else { return false }
    if rows.count == 0 { return true }
    let missing = try kernels.gather(keys[0], rows: rows.pointer, count: rows.count)
    let batch = try KeyBatch(
      [missing], count: rows.count, .grouping, mask: hashMask, kernels)
    let found = try RawArray<UInt32>(count: rows.count, tracker: kernels.tracker)
    try table.add(batch, into: found.pointer, fresh: &fresh)
    dictionaryGroups.note(found.pointer, of: rows, in: column)
    for place in 0..<rows.count { groups[Int(rows.pointer[place])] = found.pointer[place] }
    for place in 0..<fresh.count {
      fresh.pointer[place] = rows.pointer[Int(fresh.pointer[place])]
    }
    return true
  }
}

/// Some groups of a grouping: those whose numbers are `rows`. Whoever makes it holds the numbers.
struct GroupSlice {
  let groups: Grouping
  /// The keys and states of all groups.
  let keys: [ColumnVector]
  let states: [[ColumnVector]]
  let rows: UnsafePointer<UInt32>
  let count: Int
}

/// What all groupings of one aggregate share.
struct GroupingShape: Sendable {
  let keys: [BoundExpression]
  let calls: [AggregateCall]
  let kernels: Kernels
  let hashMask: UInt64
}
