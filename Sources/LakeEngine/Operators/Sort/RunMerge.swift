import LakeCore

/// Merges sorted runs while it is read.
///
/// `next` finds out which row comes from which run, with one block of each in memory; that is the
/// part that one thread must do. Threads then gather the columns. A row of a lower run comes before
/// an equal one of a higher run.
// @unchecked Sendable: `next` is called by one thread at a time.
final class RunMerge: MorselSource, @unchecked Sendable {
  private let cursors: RunCursors
  private let context: ExecutionContext
  private let columnCount: Int?
  private let morselRows: Int
  private var toPass: Int
  private var toTake: Int

  /// The rows from `offset` on, `count` of them; so many of their columns, or all.
  init(
    _ runs: [SpilledRows], _ format: RunFormat, _ context: ExecutionContext,
    emitting columnCount: Int?, offset: Int, count: Int?
  ) throws {
    self.context = context
    self.columnCount = columnCount
    toPass = offset
    toTake = count ?? .max
    let bytes = runs.reduce(0) { $0 + $1.blocks.reduce(0) { $0 + $1.byteCount } }
    let rows = runs.reduce(0) { $0 + $1.rowCount }
    morselRows = 2 * SortRuns.blockRows(bytes: bytes, rows: rows)
    cursors = try RunCursors(runs, format)
  }

  func next() throws -> (any Morsel)? {
    while toPass > 0 {
      guard let passed = try take(min(toPass, morselRows)) else { return nil }
      toPass -= passed.count
    }
    guard toTake > 0, let taken = try take(min(toTake, morselRows)) else { return nil }
    toTake -= taken.count
    return taken
  }

  /// The next rows, at most so many.
  private func take(_ limit: Int) throws -> MergedRows? {
    let numbers = try Buffer(byteCount: limit * 4, tracker: context.tracker)
    let out = numbers.pointer(as: UInt32.self)
    var pieces: [MergedRows.Piece] = []
    // The piece of each run that gets its next row; -1: none yet.
    var open = Array(repeating: -1, count: cursors.count)
    var count = 0
    while count < limit, let run = cursors.first {
      if open[run] < 0 {
        open[run] = pieces.count
        pieces.append(MergedRows.Piece(batch: cursors.batch(of: run), start: cursors.row(of: run)))
      }
      out[count] = UInt32(truncatingIfNeeded: open[run])
      pieces[open[run]].count &+= 1
      count &+= 1
      if try cursors.advance() { open[run] = -1 }
    }
    if count == 0 { return nil }
    return MergedRows(
      pieces: pieces, sources: numbers, count: count, columnCount: columnCount,
      kernels: context.evaluation.kernels)
  }
}

/// Rows of several batches, from each some that follow each other, and which comes from where.
private struct MergedRows: Morsel {
  struct Piece {
    let batch: Batch
    let start: Int
    var count = 0
  }

  let pieces: [Piece]
  /// For each row, in order, the piece whose next row it is.
  let sources: Buffer
  let count: Int
  /// So many of the columns are wanted; nil: all.
  let columnCount: Int?
  let kernels: Kernels

  func read(emit: (Batch) throws -> Void) throws {
    let rows = try rowNumbers()
    var parts: [Batch] = []
    for piece in pieces {
      let wanted = piece.batch.columns.prefix(columnCount ?? .max)
      let batch = Batch(columns: Array(wanted), rowCount: piece.batch.rowCount)
      parts.append(try batch.rows(piece.start, piece.start + piece.count, kernels))
    }
    let columns = try parts[0].columns.indices.map { index in
      try kernels.concatenate(parts.map { $0.columns[index] })
    }
    for start in stride(from: 0, to: count, by: 2 * Batch.rowTarget) {
      let taken = min(2 * Batch.rowTarget, count - start)
      let numbers = UnsafePointer(rows.pointer(as: UInt32.self) + start)
      let gathered = try columns.map { try kernels.gather($0, rows: numbers, count: taken) }
      try emit(Batch(columns: gathered, rowCount: taken))
    }
  }

  /// Where each row is among the rows of all pieces, one piece behind the other.
  private func rowNumbers() throws(LakeError) -> Buffer {
    let rows = try Buffer(byteCount: count * 4, tracker: kernels.tracker)
    let (out, source) = (rows.pointer(as: UInt32.self), sources.pointer(as: UInt32.self))
    var next: [UInt32] = []
    var end = 0
    for piece in pieces {
      next.append(UInt32(truncatingIfNeeded: end))
      end += piece.count
    }
    for index in 0..<count {
      let piece = Int(source[index])
      out[index] = next[piece]
      next[piece] &+= 1
    }
    return rows
  }
}
