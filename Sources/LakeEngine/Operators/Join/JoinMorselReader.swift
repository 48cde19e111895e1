import LakeCore

/// Takes the rows of one morsel of one side of a join, on the thread that reads it.
final class JoinMorselReader {
  private let side: JoinSide
  private let file: SpillFileOnDemand
  private let context: ExecutionContext
  private var dealer: SpillDealer?
  private var batches: [JoinBuildBatch] = []
  private var heldBytes = 0
  private var rowCount = 0
  private var hasNullKey = false

  init(_ side: JoinSide, _ file: SpillFileOnDemand, _ context: ExecutionContext) throws {
    self.side = side
    self.file = file
    self.context = context
    if side.isSpilled { dealer = SpillDealer(try file.opened(), level: 0, context) }
  }

  func add(_ rows: JoinBuildBatch) throws {
    hasNullKey = hasNullKey || rows.keys.validity != nil
    if dealer == nil {
      batches.append(rows)
      heldBytes += rows.heldBytes
    } else {
      try deal(rows, start: rowCount)
    }
    rowCount += rows.keys.count
    if dealer == nil, isTooMuch { try spill() }
  }

  func finish() throws -> JoinMorsel {
    guard let parts = try dealer?.finish() else { return .kept(batches, rowCount: rowCount) }
    return .dealt(parts, rowCount: rowCount, hasNullKey: hasNullKey)
  }

  /// Whether the rows of this morsel alone are too many. Where all is put on disk for a test, the
  /// thread that runs the query begins with it.
  private var isTooMuch: Bool {
    let (budget, threads) = (context.budget, context.pool.threadCount)
    if budget.isForced { return false }
    return budget.isTight && budget.isAtLeast(heldBytes, part: 16 * threads)
      || budget.isAtLeast(heldBytes, part: 6 * threads)
  }

  private func spill() throws {
    side.spill()
    dealer = SpillDealer(try file.opened(), level: 0, context)
    var start = 0
    for rows in batches {
      try deal(rows, start: start)
      start += rows.keys.count
    }
    batches = []
  }

  private func deal(_ rows: JoinBuildBatch, start: Int) throws {
    guard var taken = dealer else { return }
    // Taken out, so that what it holds is not copied.
    dealer = nil
    defer { dealer = taken }
    try side.deal(rows, start: start, to: &taken)
  }
}
