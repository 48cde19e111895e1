import LakeCore

/// Ends a morsel after so many rows: more of them can never be needed.
struct LimitMaker: StageMaker {
  let count: Int

  func makeStage() -> any Stage { LimitStage(count) }
}

private final class LimitStage: Stage {
  private let count: Int
  private var seen = 0

  init(_ count: Int) {
    self.count = count
  }

  func process(_ batch: Batch, emit: (Batch) throws -> Void) throws {
    if seen >= count { throw MorselIsEnough() }
    seen += batch.selectedCount
    try emit(batch)
    if seen >= count { throw MorselIsEnough() }
  }

  func finish(emit: (Batch) throws -> Void) { seen = 0 }
  func reset() { seen = 0 }
}

/// The rows from `offset` on, at most `count`, of batches that come in order.
struct RowWindow {
  private var toPass: Int
  private var toTake: Int

  init(offset: Int, count: Int?) {
    toPass = offset
    toTake = count ?? .max
  }

  var isFull: Bool { toTake == 0 }

  /// What of a batch without a selection is in the window.
  mutating func take(_ batch: Batch, _ kernels: Kernels) throws -> Batch? {
    let passed = min(toPass, batch.rowCount)
    toPass -= passed
    let taken = min(toTake, batch.rowCount - passed)
    if taken == 0 { return nil }
    toTake -= taken
    return try batch.rows(passed, passed + taken, kernels)
  }
}
