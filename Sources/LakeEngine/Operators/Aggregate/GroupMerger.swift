import LakeCore

/// Puts the groups of the morsels together, in their order.
///
/// Few groups are merged as they come, by the calling thread. Where there are many, that thread
/// would do over again what all others do; then the groups of morsels are collected, and from time
/// to time dealt out by bits of their hashes to parts, each of which one task merges. A part sees
/// its groups in the order of the morsels, so sums of doubles are the same as before.
struct GroupMerger {
  private let context: ExecutionContext
  private let groupsOfOnePart: Int
  private var merged: Grouping?
  private var parts: [GroupPart] = []
  private var pending: [Grouping] = []
  private var pendingGroups = 0
  /// Groups of about 128 bytes each, so that a part gets some thousands. Where memory is limited,
  /// fewer wait than would be best.
  private let pendingMax: Int
  /// For each morsel's groups, which part of those began with it: its number plus one.
  private var origins: [Buffer] = []
  private var originCounts: [Int] = []

  /// Above the bits that choose a slot, below those that a slot keeps.
  private static let partBits = 6
  private static let partShift: UInt64 = 26

  init(_ context: ExecutionContext, groupsOfOnePart: Int) {
    self.context = context
    self.groupsOfOnePart = groupsOfOnePart
    pendingMax = min(1 << 18, context.budget.portion(1 << 10))
  }

  var isEmpty: Bool { merged == nil && parts.isEmpty }

  mutating func add(_ groups: Grouping, like shape: GroupingShape) throws {
    if !parts.isEmpty {
      collect(groups)
      if pendingGroups >= pendingMax { try flush() }
      return
    }
    guard let first = merged else {
      merged = groups
      return
    }
    guard first.count + groups.count > groupsOfOnePart, first.hasKeys else {
      return try first.merge(groups)
    }
    merged = nil
    parts = try (0..<1 << GroupMerger.partBits).map { _ in GroupPart(try Grouping(shape)) }
    collect(first)
    collect(groups)
  }

  /// Gives all groups away: those of the parts, then those of the morsels that were not merged yet.
  mutating func removeAll() -> [Grouping] {
    let all = (merged.map { [$0] } ?? []) + parts.map(\.grouping) + pending
    merged = nil
    (parts, pending, pendingGroups) = ([], [], 0)
    (origins, originCounts) = ([], [])
    return all
  }

  private mutating func collect(_ groups: Grouping) {
    pending.append(groups)
    pendingGroups += groups.count
  }

  /// Deals out the groups that were collected, and lets each part merge its own.
  private mutating func flush() throws {
    let (pending, parts, tracker) = (pending, parts, context.tracker)
    let dealt = SlotList<DealtGroups>(count: pending.count)
    try context.pool.forEach(count: pending.count, cancellation: context.cancellation) { _, index in
      dealt.set(
        index,
        try DealtGroups(
          pending[index], bits: GroupMerger.partBits, shift: GroupMerger.partShift, tracker))
    }
    let all = dealt.values
    try context.pool.forEach(count: parts.count, cancellation: context.cancellation) { _, part in
      try parts[part].merge(all, part)
    }
    origins += all.map(\.origins)
    originCounts += all.map(\.groups.count)
    self.pending = []
    pendingGroups = 0
  }

  /// The keys and aggregates of all groups, in the order of first appearance; nil for none.
  mutating func finish() throws -> RowsInMemory? {
    if let merged {
      return merged.count == 0
        ? nil : RowsInMemory(columns: try merged.finish(), rowCount: merged.count)
    }
    if parts.isEmpty { return nil }
    try flush()
    let (parts, kernels) = (parts.filter { $0.grouping.count > 0 }, context.evaluation.kernels)
    let finished = SlotList<[ColumnVector]>(count: parts.count)
    try context.pool.forEach(count: parts.count, cancellation: context.cancellation) { _, part in
      finished.set(part, try parts[part].grouping.finish())
    }
    let columns = finished.values
    guard let width = columns.first?.count else { return nil }
    let whole = SlotList<ColumnVector>(count: width)
    try context.pool.forEach(count: width, cancellation: context.cancellation) { _, column in
      whole.set(column, try kernels.concatenate(columns.map { $0[column] }))
    }
    let count = parts.reduce(0) { $0 + $1.grouping.count }
    return RowsInMemory(
      columns: whole.values, rowCount: count, order: try order(count: count))
  }

  /// Where the groups lie, one part behind the other, in the order of their first appearance: the
  /// groups of one part began in that order.
  private func order(count: Int) throws -> Selection {
    let rows = try Buffer(byteCount: count * 4, tracker: context.tracker)
    let out = rows.pointer(as: UInt32.self)
    var next: [Int] = [0]
    for part in parts { next.append(next[next.count - 1] + part.grouping.count) }
    var filled = 0
    next.withUnsafeMutableBufferPointer { next in
      for (buffer, groups) in zip(origins, originCounts) {
        let origin = buffer.pointer(as: UInt8.self)
        for group in 0..<groups where origin[group] != 0 {
          let part = Int(origin[group]) &- 1
          out[filled] = UInt32(truncatingIfNeeded: next[part])
          next[part] &+= 1
          filled &+= 1
        }
      }
    }
    return Selection(rows: rows, count: filled)
  }
}

/// The groups with the same bits in their hashes.
// @unchecked Sendable: one task at a time uses it.
private final class GroupPart: @unchecked Sendable {
  let grouping: Grouping

  init(_ grouping: Grouping) {
    self.grouping = grouping
  }

  /// About so many groups are merged at once: enough that what a merge costs by itself does not
  /// count, few enough to stay in the cache.
  private static let portion = 4096

  func merge(_ dealt: [DealtGroups], _ part: Int) throws {
    let mark = UInt8(truncatingIfNeeded: part + 1)
    var slices: [GroupSlice] = []
    var (first, count) = (0, 0)
    for (index, groups) in dealt.enumerated() {
      slices.append(groups.slice(part))
      count += groups.starts[part + 1] - groups.starts[part]
      if count < GroupPart.portion, index + 1 < dealt.count { continue }
      let origins = dealt[first...index].map { $0.origins.pointer(as: UInt8.self) }
      try grouping.merge(slices) { origins[$0][$1] = mark }
      slices.removeAll(keepingCapacity: true)
      (first, count) = (index + 1, 0)
    }
  }
}

/// The groups of a morsel, by the part that they belong to, ascending in each.
// @unchecked Sendable: parts write to different places of `origins`, and read the rest.
private struct DealtGroups: @unchecked Sendable {
  let groups: Grouping
  let keys: [ColumnVector]
  let states: [[ColumnVector]]
  let order: Buffer
  let starts: [Int]
  let origins: Buffer

  init(_ groups: Grouping, bits: Int, shift: UInt64, _ tracker: MemoryTracker?) throws {
    self.groups = groups
    keys = try groups.keys()
    states = try groups.states()
    let count = groups.count
    origins = try Buffer(byteCount: count, tracker: tracker)
    origins.base.initializeMemory(as: UInt8.self, repeating: 0, count: count)
    order = try Buffer(byteCount: count * 4, tracker: tracker)
    let out = order.pointer(as: UInt32.self)
    let mask = UInt64((1 << bits) - 1)
    guard let hashes = groups.hashes else {
      throw LakeError(.internal, "groups without keys are dealt out")
    }
    var counts = Array(repeating: 0, count: 1 << bits)
    var filled = counts
    var starts = [0]
    counts.withUnsafeMutableBufferPointer { counts in
      for group in 0..<count { counts[Int(hashes[group] &>> shift & mask)] &+= 1 }
    }
    for part in counts.indices {
      filled[part] = starts[part]
      starts.append(starts[part] + counts[part])
    }
    filled.withUnsafeMutableBufferPointer { filled in
      for group in 0..<count {
        let part = Int(hashes[group] &>> shift & mask)
        out[filled[part]] = UInt32(truncatingIfNeeded: group)
        filled[part] &+= 1
      }
    }
    self.starts = starts
  }

  /// The groups of one part.
  func slice(_ part: Int) -> GroupSlice {
    GroupSlice(
      groups: groups, keys: keys, states: states,
      rows: UnsafePointer(order.pointer(as: UInt32.self)) + starts[part],
      count: starts[part + 1] - starts[part])
  }
}
