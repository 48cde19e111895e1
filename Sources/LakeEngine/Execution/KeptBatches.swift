import LakeCore
import Synchronization

/// Rows that an operator keeps, in order: what was made by one that must have seen all its input.
/// In memory, and on disk where memory has no room.
// @unchecked Sendable: filled on one thread, and only read afterwards.
final class KeptBatches: @unchecked Sendable {
  private var kept = KeptRows()
  private let spilling: KeptSpilling?

  /// Rows that stay in memory.
  init(_ batches: [Batch] = []) {
    spilling = nil
    for batch in batches { kept.append(batch) }
  }

  init(_ context: ExecutionContext, counters: NodeCounters?) {
    spilling = KeptSpilling(context, counters: counters)
  }

  var rowCount: Int { kept.rowCount }

  func append(_ batch: Batch) throws {
    kept.append(batch)
    if let spilling, spilling.mustSpill(kept) { try kept.spill(spilling) }
  }

  /// Adds all rows of a pipeline.
  func append(_ pipeline: Pipeline, _ context: ExecutionContext) throws {
    let (spilling, kernels) = (self.spilling, context.evaluation.kernels)
    try pipeline.runMorsels(
      context,
      each: { feed in
        var rows = KeptRows()
        try feed { batch in
          rows.append(try batch.kept(kernels))
          if let spilling, spilling.mustSpillMorsel(rows) { try rows.spill(spilling) }
        }
        return rows
      },
      consume: { rows in
        kept.append(rows)
        if let spilling, spilling.mustSpill(kept) { try kept.spill(spilling) }
      })
  }

  /// Calls `body` with one batch after the other.
  func forEach(_ body: (Batch) throws -> Void) throws {
    for piece in kept.pieces { try body(try piece.batch()) }
  }

  /// Reads the rows from the first on; may be called several times.
  func makeSource(morselRows: Int = BatchSource.morselRows) -> BatchSource {
    BatchSource(kept.pieces, morselRows: morselRows)
  }
}

/// Rows that are kept, batch by batch.
struct KeptRows: Sendable {
  enum Piece: Sendable {
    case memory(Batch)
    case disk(SpillBlock, SpillFile)

    var rowCount: Int {
      switch self {
      case .memory(let batch): batch.selectedCount
      case .disk(let block, _): block.rowCount
      }
    }

    func batch() throws(LakeError) -> Batch {
      switch self {
      case .memory(let batch): batch
      case .disk(let block, let file): try file.read(block)
      }
    }
  }

  private(set) var pieces: [Piece] = []
  private(set) var rowCount = 0
  /// Of what is in memory, about.
  private(set) var heldBytes = 0
  /// From this piece on they are in memory.
  private var firstInMemory = 0

  mutating func append(_ batch: Batch) {
    if batch.selectedCount == 0 { return }
    pieces.append(.memory(batch))
    rowCount += batch.selectedCount
    heldBytes += batch.heldBytes
  }

  /// Takes rows that come behind.
  mutating func append(_ other: KeptRows) {
    pieces += other.pieces
    rowCount += other.rowCount
    heldBytes += other.heldBytes
  }

  /// Puts everything on disk that is in memory.
  mutating func spill(_ spilling: KeptSpilling) throws {
    let file = try spilling.file()
    for index in firstInMemory..<pieces.count {
      guard case .memory(let batch) = pieces[index] else { continue }
      pieces[index] = .disk(try file.append(batch), file)
    }
    firstInMemory = pieces.count
    heldBytes = 0
  }
}

/// When kept rows go to disk, and where.
final class KeptSpilling: Sendable {
  private let context: ExecutionContext
  private let counters: NodeCounters?
  private let made = Mutex<SpillFile?>(nil)

  /// A kept part of the limit that is too much for whoever comes next.
  private static let largePart = 4

  init(_ context: ExecutionContext, counters: NodeCounters?) {
    self.context = context
    self.counters = counters
  }

  /// Whether the thread that runs the query must spill.
  func mustSpill(_ rows: KeptRows) -> Bool {
    let budget = context.budget
    return budget.isAtLeast(rows.heldBytes, part: KeptSpilling.largePart)
      || budget.isTight && budget.isWorthwhile(rows.heldBytes)
  }

  /// Whether a thread of the pool must, of what it has of its morsel.
  func mustSpillMorsel(_ rows: KeptRows) -> Bool {
    let budget = context.budget
    return budget.isTight
      && budget.isAtLeast(rows.heldBytes, part: 16 * context.pool.threadCount)
  }

  /// Made when it is first asked for.
  func file() throws -> SpillFile {
    try made.withLock { made in
      if let made { return made }
      let file = try SpillFile(context, counters: counters)
      made = file
      return file
    }
  }
}

/// Kept batches as a source: those on disk are read by the threads that want them.
// @unchecked Sendable: `next` is called by one thread at a time.
package final class BatchSource: MorselSource, @unchecked Sendable {
  /// Rows of one morsel. Larger batches are cut by whoever makes them.
  package static let morselRows = 1 << 16

  private let pieces: [KeptRows.Piece]
  private let morselRows: Int
  private var position = 0
  /// Rows of the morsels that were given out.
  private(set) var rowsGiven = 0

  init(_ pieces: [KeptRows.Piece], morselRows: Int) {
    self.pieces = pieces
    self.morselRows = morselRows
  }

  package func next() -> (any Morsel)? {
    let start = position
    var rows = 0
    while position < pieces.count, rows < morselRows {
      rows += pieces[position].rowCount
      position += 1
    }
    rowsGiven += rows
    return start == position ? nil : BatchMorsel(pieces: pieces[start..<position])
  }

  private struct BatchMorsel: Morsel {
    let pieces: ArraySlice<KeptRows.Piece>

    func read(emit: (Batch) throws -> Void) throws {
      for piece in pieces { try emit(try piece.batch()) }
    }
  }
}

extension Batch {
  /// The rows for someone who keeps them: without a selection, and without the pages of text that
  /// only a few strings of theirs point into.
  func kept(_ kernels: Kernels) throws(LakeError) -> Batch {
    let dense = try compacted(kernels)
    var columns: [ColumnVector] = []
    for column in dense.columns { columns.append(try kernels.compacted(column)) }
    return Batch(columns: columns, rowCount: dense.rowCount)
  }

  /// Rows `start ..< end` of a batch without a selection.
  func rows(_ start: Int, _ end: Int, _ kernels: Kernels) throws(LakeError) -> Batch {
    if start == 0, end == rowCount { return self }
    let numbers = try Buffer(byteCount: (end - start) * 4, tracker: kernels.tracker)
    let out = numbers.pointer(as: UInt32.self)
    for index in 0..<(end - start) { out[index] = UInt32(truncatingIfNeeded: start &+ index) }
    var part: [ColumnVector] = []
    for column in columns {
      part.append(try kernels.gather(column, rows: out, count: end - start))
    }
    return Batch(columns: part, rowCount: end - start)
  }
}
