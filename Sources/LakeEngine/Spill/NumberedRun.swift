import LakeCore

/// Rows on disk in the order of their numbers. Numbers lie by themselves, so that runs can be
/// merged by looking at nothing else.
struct NumberedRun: Sendable {
  struct Piece: Sendable {
    /// One bigint a row.
    let numbers: SpillBlock
    let rows: SpillBlock
  }

  var pieces: [Piece] = []
}

/// Writes rows as they come to blocks of a good size. For one thread.
struct NumberedRunWriter {
  private let file: SpillFile
  private let kernels: Kernels
  private let blockBytes: Int
  private var held: [Batch] = []
  private var heldRows = 0
  private var heldBytes = 0
  private var pieces: [NumberedRun.Piece] = []

  init(_ file: SpillFile, _ context: ExecutionContext) {
    self.file = file
    kernels = context.evaluation.kernels
    blockBytes = context.budget.blockBytes
  }

  /// Adds the rows of a batch without a selection; the last column are their numbers, which are not
  /// below those that came before.
  mutating func add(_ batch: Batch) throws {
    if batch.rowCount == 0 { return }
    let blockRows = max(64, blockBytes / max(1, batch.heldBytes / batch.rowCount))
    var start = 0
    while start < batch.rowCount {
      let end = min(start + blockRows, batch.rowCount)
      let part = try batch.rows(start, end, kernels)
      held.append(part)
      heldRows += part.rowCount
      heldBytes += part.heldBytes
      if heldBytes >= blockBytes { try flush() }
      start = end
    }
  }

  /// What was written.
  mutating func finish() throws -> [NumberedRun.Piece] {
    if heldRows > 0 { try flush() }
    return pieces
  }

  private mutating func flush() throws {
    let all = try Batch.joined(held, rowCount: heldRows, kernels)
    let numbers = Batch(columns: Array(all.columns.suffix(1)), rowCount: heldRows)
    let rows = Batch(columns: Array(all.columns.dropLast()), rowCount: heldRows)
    pieces.append(
      NumberedRun.Piece(numbers: try file.append(numbers), rows: try file.append(rows)))
    (held, heldRows, heldBytes) = ([], 0, 0)
  }
}
