import LakeCore
import Synchronization

/// Puts the rows of a window on disk, dealt out by the hash of their partition, so that what
/// belongs together can be worked on by itself.
///
/// Each row takes its number along: the rows of each part are a run sorted by it, and merging the
/// runs gives all rows in the order in which they came.
final class WindowSpill: Sendable {
  /// The bits of the hash that say where a row goes.
  private static let partBits: UInt64 = 6
  static let partCount = 1 << Int(partBits)
  /// Rows of a window need several times their own memory while they are worked on.
  private static let largePart = 8

  let window: WindowPlan
  let evaluation: SortEvaluation
  private let partition: EvaluatorPool
  private let context: ExecutionContext
  private let counters: NodeCounters?
  private let mask: UInt64
  private let made = Mutex<SpillFile?>(nil)
  /// Keys that are others when they are computed again, as `random()` is, cannot be dealt out by.
  private let canSpill: Bool

  init(_ window: WindowPlan, _ context: ExecutionContext, counters: NodeCounters?, mask: UInt64) {
    self.window = window
    self.context = context
    self.counters = counters
    self.mask = mask
    canSpill = window.partition.allSatisfy(\.isDeterministic)
    evaluation = SortEvaluation(window.order, context.evaluation)
    partition = EvaluatorPool(window.partition, context.evaluation)
  }

  /// The columns of the input.
  var columnCount: Int { window.input.schema.count }
  private var kernels: Kernels { context.evaluation.kernels }

  func keys(of batch: Batch) throws -> KeyBatch {
    try KeyBatch(
      try partition.evaluate(batch), count: batch.rowCount, .grouping, mask: mask, kernels)
  }

  /// Whether the thread that runs the query must put down what it holds.
  func mustSpill(_ rows: SortInput) -> Bool {
    if !canSpill { return false }
    let budget = context.budget
    return budget.isAtLeast(rows.heldBytes, part: WindowSpill.largePart)
      || budget.isTight && budget.isWorthwhile(rows.heldBytes)
  }

  /// Whether a thread of the pool must, of what it holds of its morsel.
  func mustSpillMorsel(_ rows: SortInput) -> Bool {
    if !canSpill { return false }
    let (budget, threads) = (context.budget, context.pool.threadCount)
    return budget.isTight && budget.isAtLeast(rows.heldBytes, part: 16 * threads)
      || budget.isAtLeast(rows.heldBytes, part: WindowSpill.largePart * threads)
  }

  /// Writes rows, the first of which has a number, part by part.
  func dealOut(
    _ rows: SortInput, firstRow: Int, inParallel: Bool
  ) throws -> [[NumberedBlock]] {
    let all = try rows.joined([], columnCount: columnCount, inParallel: inParallel, context)
    let (order, starts) = try placed(try keys(of: all.batch))
    let (file, kernels) = (try openFile(), self.kernels)
    let numbered = Batch(
      columns: all.batch.columns + [try numbers(from: firstRow, count: all.batch.rowCount)],
      rowCount: all.batch.rowCount)
    let step = SortRuns.blockRows(bytes: rows.heldBytes, rows: rows.rowCount)
    let parts = SlotList<[NumberedBlock]>(count: WindowSpill.partCount)
    try context.forEach(count: WindowSpill.partCount, inParallel: inParallel) { part in
      var blocks: [NumberedBlock] = []
      for start in stride(from: starts[part], to: starts[part + 1], by: step) {
        let taken = min(step, starts[part + 1] - start)
        let rows = UnsafePointer(order.pointer(as: UInt32.self) + start)
        let columns = try numbered.columns.map {
          try kernels.gather($0, rows: rows, count: taken)
        }
        let block = try file.append(Batch(columns: columns, rowCount: taken))
        blocks.append(NumberedBlock(block: block, added: 0))
      }
      parts.set(part, blocks)
    }
    return parts.values
  }

  /// The rows of a block, their numbers behind their columns.
  func read(_ numbered: NumberedBlock) throws -> Batch {
    let batch = try openFile().read(numbered.block)
    guard numbered.added > 0, let last = batch.columns.last else { return batch }
    let flat = try last.flattened(kernels)
    let numbers = try numbers(from: 0, count: batch.rowCount)
    if let from = flat.fixed?.pointer(as: Int64.self),
      let to = try numbers.flattened(kernels).fixed?.pointer(as: Int64.self)
    {
      for row in 0..<batch.rowCount { to[row] = from[row] + Int64(numbered.added) }
    }
    return Batch(columns: batch.columns.dropLast() + [numbers], rowCount: batch.rowCount)
  }

  /// Writes the result for some rows, in the order of their numbers, which are its last column.
  func run(_ result: Batch, heldBytes: Int) throws -> SpilledRows {
    var run = SpilledRows(try openFile())
    let step = SortRuns.blockRows(bytes: heldBytes, rows: result.rowCount)
    for start in stride(from: 0, to: result.rowCount, by: step) {
      try run.append(try result.rows(start, min(start + step, result.rowCount), kernels))
    }
    return run
  }

  /// How results lie on disk: so many columns, and behind them the numbers that they are sorted by.
  func format(columnCount: Int) -> RunFormat {
    RunFormat([SortKey(.column(columnCount, .bigint))], columnCount: columnCount + 1, kernels)
  }

  /// The rows of all runs in the order of their numbers, without them.
  func merged(_ runs: [SpilledRows], columnCount: Int) throws -> any MorselSource {
    try SortRuns(format(columnCount: columnCount), context, counters: counters)
      .merged(runs, emitting: columnCount)
  }

  /// Whether a part is too large to be worked on in memory.
  func isLarge(_ part: [NumberedBlock]) -> Bool {
    let bytes = part.reduce(0) { $0 + $1.block.byteCount }
    return context.budget.isAtLeast(bytes, part: WindowSpill.largePart)
  }

  /// Reads a part as a pipeline does.
  func source(of part: [NumberedBlock]) -> any MorselSource { NumberedSource(part, self) }

  /// The rows of each part one behind the other, and where each part begins.
  private func placed(_ keys: KeyBatch) throws -> (order: Buffer, starts: [Int]) {
    let order = try Buffer(byteCount: keys.count * 4, tracker: context.tracker)
    let (out, hashes) = (order.pointer(as: UInt32.self), keys.hashPointer)
    let shift = 64 - WindowSpill.partBits
    var starts = Array(repeating: 0, count: WindowSpill.partCount + 1)
    for row in 0..<keys.count { starts[Int(hashes[row] >> shift) + 1] += 1 }
    for part in 0..<WindowSpill.partCount { starts[part + 1] += starts[part] }
    var next = starts
    for row in 0..<keys.count {
      let part = Int(hashes[row] >> shift)
      out[next[part]] = UInt32(truncatingIfNeeded: row)
      next[part] += 1
    }
    return (order, starts)
  }

  private func numbers(from first: Int, count: Int) throws(LakeError) -> ColumnVector {
    let buffer = try Buffer(byteCount: count * 8, tracker: context.tracker)
    let out = buffer.pointer(as: Int64.self)
    for row in 0..<count { out[row] = Int64(first + row) }
    return ColumnVector(
      type: .bigint, flat: FlatColumn(count: count, validity: nil, values: .fixed(buffer)))
  }

  private func openFile() throws -> SpillFile {
    try made.withLock { made in
      if let made { return made }
      let file = try SpillFile(context, counters: counters)
      made = file
      return file
    }
  }
}

/// A block of rows of one part of a window.
struct NumberedBlock: Sendable {
  let block: SpillBlock
  /// What is to be added to the numbers of its rows.
  var added: Int
}

/// Rows of a window as they come: those on disk, part by part, and behind them those in memory.
struct WindowRows: Sendable {
  private(set) var parts: [[NumberedBlock]] = []
  private(set) var rest = SortInput()
  private(set) var rowCount = 0

  var isOnDisk: Bool { !parts.isEmpty }

  mutating func append(_ part: SortInput.Part) {
    rest.append(part)
    rowCount += part.batch.rowCount
  }

  /// Takes the rows of a morsel, which come behind.
  mutating func append(_ morsel: WindowRows, _ spill: WindowSpill) throws {
    if morsel.isOnDisk {
      try dealOut(spill, inParallel: true)
      if parts.isEmpty { parts = Array(repeating: [], count: morsel.parts.count) }
      for (index, blocks) in morsel.parts.enumerated() {
        parts[index] += blocks.map { NumberedBlock(block: $0.block, added: $0.added + rowCount) }
      }
    }
    for part in morsel.rest.parts { rest.append(part) }
    rowCount += morsel.rowCount
  }

  /// Puts everything on disk.
  mutating func dealOut(_ spill: WindowSpill, inParallel: Bool) throws {
    if rest.rowCount == 0 { return }
    let dealt = try spill.dealOut(
      rest, firstRow: rowCount - rest.rowCount, inParallel: inParallel)
    if parts.isEmpty { parts = Array(repeating: [], count: dealt.count) }
    for (index, blocks) in dealt.enumerated() { parts[index] += blocks }
    rest = SortInput()
  }
}

/// The rows of a part, a block a morsel.
// @unchecked Sendable: `next` is called by one thread at a time.
private final class NumberedSource: MorselSource, @unchecked Sendable {
  private var rest: ArraySlice<NumberedBlock>
  private let spill: WindowSpill

  init(_ part: [NumberedBlock], _ spill: WindowSpill) {
    rest = part[...]
    self.spill = spill
  }

  func next() -> (any Morsel)? { rest.popFirst().map { BlockMorsel(block: $0, spill: spill) } }

  private struct BlockMorsel: Morsel {
    let block: NumberedBlock
    let spill: WindowSpill

    func read(emit: (Batch) throws -> Void) throws { try emit(try spill.read(block)) }
  }
}
