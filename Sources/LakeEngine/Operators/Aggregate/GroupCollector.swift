import LakeCore

/// Takes the groups of the morsels in their order: in memory as long as there is room, then on
/// disk.
struct GroupCollector {
  /// The groups of one morsel, as a worker leaves them.
  enum Part: Sendable {
    case kept(Grouping)
    /// On disk, perhaps in several pieces.
    case dealt([[[SpillBlock]]], rowCount: Int)
  }

  private let context: ExecutionContext
  private let shape: GroupingShape
  private let spilled: SpilledGroups
  private var merger: GroupMerger
  private var dealt: [DealtMorsel] = []
  private var rowCount = 0
  /// What was in use before the first group.
  private let usedBefore: Int

  init(
    _ shape: GroupingShape, _ spilled: SpilledGroups, _ context: ExecutionContext,
    groupsOfOnePart: Int
  ) {
    self.context = context
    self.shape = shape
    self.spilled = spilled
    merger = GroupMerger(context, groupsOfOnePart: groupsOfOnePart)
    usedBefore = context.tracker.usedBytes
  }

  mutating func add(_ part: Part) throws {
    switch part {
    case .dealt(let pieces, let count):
      if !merger.isEmpty { try spill() }
      dealt += pieces.map { DealtMorsel(base: rowCount, parts: $0) }
      rowCount += count
    case .kept(let groups):
      groups.base = rowCount
      rowCount += groups.rowCount
      if spilled.isActive {
        // Read before it was clear that memory is tight.
        if !merger.isEmpty { try spill() }
        return dealt.append(DealtMorsel(base: 0, parts: try spilled.deal(groups)))
      }
      try merger.add(groups, like: shape)
      let budget = context.budget
      let held = context.tracker.usedBytes - usedBefore
      if shape.keys.isEmpty || !budget.isTight || !budget.isWorthwhile(held) { return }
      try spill()
    }
  }

  /// Puts all groups on disk that are in memory.
  private mutating func spill() throws {
    spilled.activate()
    let groups = merger.removeAll()
    let (spilled, count) = (spilled, groups.count)
    let parts = SlotList<[[SpillBlock]]>(count: count)
    try context.pool.forEach(count: count, cancellation: context.cancellation) { _, index in
      parts.set(index, try spilled.deal(groups[index]))
    }
    dealt += parts.values.map { DealtMorsel(base: 0, parts: $0) }
  }

  /// The groups in the order of first appearance.
  mutating func source() throws -> any MorselSource {
    if spilled.isActive {
      if !merger.isEmpty { try spill() }
      return try spilled.source(dealt)
    }
    // Without keys there is a row even of nothing.
    if merger.isEmpty, shape.keys.isEmpty {
      try merger.add(try Grouping(shape), like: shape)
    }
    guard let rows = try merger.finish() else { return KeptBatches().makeSource() }
    return RowSource(rows, context.evaluation.kernels)
  }
}
