import LakeCore

/// The rows of another source in batches of at most so many rows, two of which are a morsel
/// (`ExecutionOptions.batchRows`).
// @unchecked Sendable: `next` is called by one thread at a time.
final class CutSource: MorselSource, @unchecked Sendable {
  private let pipeline: ChainedSource
  private let batchRows: Int
  private let kernels: Kernels
  /// Batches of the morsel that was read last, the next one at the end.
  private var waiting: [Batch] = []

  init(_ pipeline: Pipeline, batchRows: Int, _ context: ExecutionContext) {
    self.pipeline = ChainedSource([pipeline], cancellation: context.cancellation)
    self.batchRows = max(1, batchRows)
    kernels = context.evaluation.kernels
  }

  func next() throws -> (any Morsel)? {
    while waiting.isEmpty {
      guard let morsel = try pipeline.next() else { return nil }
      var parts: [Batch] = []
      try morsel.read { parts += try cut($0) }
      try morsel.settle()
      waiting = parts.reversed()
    }
    let count = min(2, waiting.count)
    let batches = Array(waiting.suffix(count).reversed())
    waiting.removeLast(count)
    return CutMorsel(batches: batches)
  }

  private struct CutMorsel: Morsel {
    let batches: [Batch]

    func read(emit: (Batch) throws -> Void) throws {
      for batch in batches { try emit(batch) }
    }
  }

  private func cut(_ batch: Batch) throws -> [Batch] {
    let dense = try batch.compacted(kernels)
    return try stride(from: 0, to: dense.rowCount, by: batchRows).map { start in
      try dense.rows(start, min(start + batchRows, dense.rowCount), kernels)
    }
  }
}
