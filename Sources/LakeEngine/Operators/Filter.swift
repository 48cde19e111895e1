import LakeCore

/// Keeps the rows for which a condition is true.
struct FilterMaker: StageMaker {
  let condition: BoundExpression
  let context: ExecutionContext

  func makeStage() throws -> any Stage {
    FilterStage(
      Evaluator(condition, context: context.evaluation),
      BatchGatherer(context.evaluation.kernels))
  }
}

private final class FilterStage: Stage {
  private let evaluator: Evaluator
  private let gatherer: BatchGatherer

  init(_ evaluator: Evaluator, _ gatherer: BatchGatherer) {
    self.evaluator = evaluator
    self.gatherer = gatherer
  }

  func process(_ batch: Batch, emit: (Batch) throws -> Void) throws {
    try gatherer.add(try evaluator.filter(batch), emit: emit)
  }

  func finish(emit: (Batch) throws -> Void) throws { try gatherer.flush(emit: emit) }
  func reset() { gatherer.reset() }
}

/// Makes batches of a good size out of small ones, so that what follows does not pay for a dispatch
/// a few rows. It holds rows back only until the morsel ends.
final class BatchGatherer {
  /// Batches of fewer rows are held back.
  private static let smallRows = Batch.rowTarget / 4

  private let kernels: Kernels
  private var held: [Batch] = []
  private var heldRows = 0

  init(_ kernels: Kernels) {
    self.kernels = kernels
  }

  func add(_ batch: Batch, emit: (Batch) throws -> Void) throws {
    let count = batch.selectedCount
    if count == 0 { return }
    // No way around those that wait: the order is kept.
    if count >= BatchGatherer.smallRows, held.isEmpty { return try emit(batch) }
    held.append(try batch.compacted(kernels))
    heldRows += count
    if heldRows >= Batch.rowTarget { try flush(emit: emit) }
  }

  func flush(emit: (Batch) throws -> Void) throws {
    if held.isEmpty { return }
    let batches = held
    let rows = heldRows
    reset()
    try emit(try Batch.joined(batches, rowCount: rows, kernels))
  }

  func reset() {
    held = []
    heldRows = 0
  }
}

extension Batch {
  /// Batches without selections, one after the other, as one. There is at least one.
  static func joined(
    _ batches: [Batch], rowCount: Int, _ kernels: Kernels
  ) throws(LakeError) -> Batch {
    guard let first = batches.first else { return Batch(columns: [], rowCount: 0) }
    if batches.count == 1 { return first }
    var columns: [ColumnVector] = []
    for index in first.columns.indices {
      columns.append(try kernels.concatenate(batches.map { $0.columns[index] }))
    }
    return Batch(columns: columns, rowCount: rowCount)
  }
}
