import LakeCore
import Synchronization

/// Groups that memory has no room for.
///
/// From the moment at which memory is tight, the groups of each morsel are dealt out to parts by
/// their hashes and go to disk as keys, states and the numbers of their first rows. When all have
/// been seen, each part is read back and put together by one thread, in the order of the morsels,
/// so that every state comes about by the same steps as in memory. A part that is still too large
/// is dealt out again. What becomes of a part goes to disk in the order of first appearance, and
/// the parts are merged when they are read.
final class SpilledGroups: Sendable {
  private let context: ExecutionContext
  private let shape: GroupingShape
  private let counters: NodeCounters?
  private let file = Mutex<SpillFile?>(nil)
  private let active = Atomic<Bool>(false)

  init(_ shape: GroupingShape, _ context: ExecutionContext, counters: NodeCounters?) {
    self.shape = shape
    self.context = context
    self.counters = counters
  }

  /// Whether groups go to disk. Once they do, all do.
  var isActive: Bool { active.load(ordering: .acquiring) }

  func activate() { active.store(true, ordering: .releasing) }

  private func openedFile() throws(LakeError) -> SpillFile {
    try file.withLock { file throws(LakeError) in
      if let file { return file }
      let made = try SpillFile(context, counters: counters)
      file = made
      return made
    }
  }

  /// Puts groups on disk, part by part; called by any thread.
  func deal(_ groups: Grouping) throws -> [[SpillBlock]] {
    var dealer = SpillDealer(try openedFile(), level: 0, context)
    try groups.deal(to: &dealer)
    return try dealer.finish()
  }

  /// Whether the groups of one morsel alone are too many.
  func mustDeal(_ groups: Grouping) -> Bool {
    let (budget, threads) = (context.budget, context.pool.threadCount)
    if shape.keys.isEmpty || budget.isForced { return false }
    return budget.isTight && budget.isAtLeast(groups.heldBytes, part: 16 * threads)
      || budget.isAtLeast(groups.heldBytes, part: 6 * threads)
  }

  /// All groups that were dealt out, in the order of first appearance.
  func source(_ morsels: [DealtMorsel]) throws -> any MorselSource {
    let file = try openedFile()
    let runs = SlotList<NumberedRun>(count: HashPart.count)
    let work = GroupPartWork(file: file, shape: shape, context: context)
    try context.pool.forEach(
      count: HashPart.count, cancellation: context.cancellation
    ) { _, part in
      let pieces = morsels.map { GroupPartWork.Piece(base: $0.base, blocks: $0.parts[part]) }
      runs.set(part, try work.run(pieces, level: 0))
    }
    return NumberedRunSource(runs.values, file, cut: .every(BatchSource.morselRows), context)
  }
}

/// Puts the groups of one part together. For one thread.
private struct GroupPartWork: Sendable {
  /// Groups of one morsel.
  struct Piece {
    let base: Int
    let blocks: [SpillBlock]
  }

  let file: SpillFile
  let shape: GroupingShape
  let context: ExecutionContext

  func run(_ pieces: [Piece], level: Int) throws -> NumberedRun {
    if pieces.allSatisfy(\.blocks.isEmpty) { return NumberedRun() }
    let tracker = MemoryTracker(name: "groups", parent: context.tracker)
    let own = GroupingShape(
      keys: shape.keys, calls: shape.calls, kernels: Kernels(tracker: tracker),
      hashMask: shape.hashMask)
    let groups = try Grouping(own)
    // Values that are kept stay in the memory that they were read to.
    var valueBytes = 0
    for (index, piece) in pieces.enumerated() {
      for (number, block) in piece.blocks.enumerated() {
        try context.cancellation.check()
        try groups.merge(written: try file.read(block), start: piece.base)
        valueBytes += groups.keepsStates ? block.byteCount : 0
        guard isTooLarge(groups, tracker.usedBytes + valueBytes, level: level) else { continue }
        var rest = [Piece(base: piece.base, blocks: Array(piece.blocks[(number + 1)...]))]
        rest += pieces[(index + 1)...]
        return try runDealtAgain(groups, rest, level: level + 1)
      }
    }
    var writer = NumberedRunWriter(file, context)
    try writer.add(try groups.finishInOrder())
    return NumberedRun(pieces: try writer.finish())
  }

  /// Whether the part is to be dealt out again: its share is half of what operators may use.
  private func isTooLarge(_ groups: Grouping, _ bytes: Int, level: Int) -> Bool {
    guard level + 1 < HashPart.levels, groups.count > 1 else { return false }
    if context.budget.isForced { return level == 0 }
    return bytes > context.budget.portion(4 * context.pool.threadCount)
  }

  private func runDealtAgain(
    _ groups: Grouping, _ rest: [Piece], level: Int
  ) throws -> NumberedRun {
    var dealt = [DealtMorsel(base: 0, parts: try dealtOut(level) { try groups.deal(to: &$0) })]
    for piece in rest where !piece.blocks.isEmpty {
      let parts = try dealtOut(level) { dealer in
        for block in piece.blocks {
          let batch = try file.read(block)
          let keys = try KeyBatch(
            Array(batch.columns.prefix(shape.keys.count)), count: batch.rowCount, .grouping,
            mask: shape.hashMask, shape.kernels)
          try dealer.add(batch, hashes: keys.hashPointer)
        }
      }
      dealt.append(DealtMorsel(base: piece.base, parts: parts))
    }
    var runs: [NumberedRun] = []
    for part in 0..<HashPart.count {
      runs.append(
        try run(dealt.map { Piece(base: $0.base, blocks: $0.parts[part]) }, level: level))
    }
    return try merged(runs)
  }

  private func dealtOut(
    _ level: Int, _ body: (inout SpillDealer) throws -> Void
  ) throws -> [[SpillBlock]] {
    var dealer = SpillDealer(file, level: level, context)
    try body(&dealer)
    return try dealer.finish()
  }

  /// Runs as one, so that there are never more of them than there are parts.
  private func merged(_ runs: [NumberedRun]) throws -> NumberedRun {
    let source = NumberedRunSource(
      runs, file, cut: .every(BatchSource.morselRows), context, keepsNumbers: true)
    var writer = NumberedRunWriter(file, context)
    while let morsel = try source.next() {
      try morsel.read { try writer.add($0) }
    }
    return NumberedRun(pieces: try writer.finish())
  }
}

extension Grouping {
  /// Deals all groups out by their hashes.
  fileprivate func deal(to dealer: inout SpillDealer) throws {
    if count == 0 { return }
    guard let hashes else { throw LakeError(.internal, "groups without keys are dealt out") }
    try dealer.add(try written(), hashes: hashes)
  }
}
