import LakeCore
import Synchronization

/// Sorted runs of a sort whose rows memory has no room for.
///
/// A run is made by the thread that holds its rows. What is equal keeps its order because runs are
/// numbered in the order of the rows they were made of, and a merge takes the lowest run first.
final class SortRuns: Sendable {
  let format: RunFormat
  private let context: ExecutionContext
  private let counters: NodeCounters?
  private let file = Mutex<SpillFile?>(nil)

  /// About the bytes of a block. A merge holds one of each run.
  private static let blockBytes = 128 << 10
  /// What is sorted needs several times its own memory: the rows, again as one, and their numbers.
  private static let runPart = 8
  /// Runs that are merged at once where spilling is forced, so that tests have many merges.
  private static let forcedFanIn = 4

  init(_ format: RunFormat, _ context: ExecutionContext, counters: NodeCounters?) {
    self.format = format
    self.context = context
    self.counters = counters
  }

  /// Whether the thread that runs the query must make a run of what it holds.
  func mustSpill(_ rows: SortInput) -> Bool {
    let budget = context.budget
    if budget.isAtLeast(rows.heldBytes, part: SortRuns.runPart) { return true }
    return budget.isTight && budget.isWorthwhile(rows.heldBytes)
  }

  /// Whether a thread of the pool must make a run of what it holds of its morsel.
  func mustSpillMorsel(_ rows: SortInput) -> Bool {
    let (budget, threads) = (context.budget, context.pool.threadCount)
    return budget.isTight && budget.isAtLeast(rows.heldBytes, part: 16 * threads)
      || budget.isAtLeast(rows.heldBytes, part: SortRuns.runPart * threads)
  }

  /// Sorts rows and puts them on disk.
  func run(_ rows: SortInput, inParallel: Bool) throws -> SpilledRows {
    let all = try rows.joined(
      format.keys, columnCount: format.columnCount, inParallel: inParallel, context)
    let order = try RowSorter(SortColumns(all.orders, format.keys), context)
      .sorted(rowCount: all.batch.rowCount, inParallel: inParallel)
    let batch = format.batch(all)
    var run = SpilledRows(try openFile())
    let step = SortRuns.blockRows(bytes: rows.heldBytes, rows: rows.rowCount)
    let count = (batch.rowCount + step - 1) / step
    let blocks = SlotList<SpillBlock>(count: count)
    let (file, kernels) = (run.file, context.evaluation.kernels)
    try context.forEach(count: count, inParallel: inParallel) { index in
      let start = index * step
      let rows = UnsafePointer(order.pointer + start)
      let taken = min(step, batch.rowCount - start)
      let columns = try batch.columns.map { try kernels.gather($0, rows: rows, count: taken) }
      blocks.set(index, try file.append(Batch(columns: columns, rowCount: taken)))
    }
    for block in blocks.values { run.append(block) }
    return run
  }

  /// The rows of all runs in order, from `offset` on, `count` of them, and so many of their columns
  /// or all. So many runs that a block of each would not fit are first merged to fewer.
  func merged(
    _ runs: [SpilledRows], emitting columnCount: Int?, offset: Int = 0, count: Int? = nil
  ) throws -> any MorselSource {
    var runs = runs
    let fanIn = fanIn
    while runs.count > fanIn {
      var fewer: [SpilledRows] = []
      for start in stride(from: 0, to: runs.count, by: fanIn) {
        fewer.append(try mergedRun(Array(runs[start..<min(start + fanIn, runs.count)])))
      }
      runs = fewer
    }
    return try RunMerge(
      runs, format, context, emitting: columnCount, offset: offset, count: count)
  }

  private var fanIn: Int {
    if context.budget.isForced { return SortRuns.forcedFanIn }
    return max(SortRuns.forcedFanIn, context.budget.portion(8) / SortRuns.blockBytes)
  }

  /// Some runs as one, in a file of its own: theirs goes away with the last of them.
  private func mergedRun(_ runs: [SpilledRows]) throws -> SpilledRows {
    if runs.count == 1 { return runs[0] }
    let file = try SpillFile(context, counters: counters)
    var result = SpilledRows(file)
    let merge = try RunMerge(runs, format, context, emitting: nil, offset: 0, count: nil)
    try Pipeline(merge).run(
      context, transform: { try file.append($0) }, consume: { result.append($0) })
    return result
  }

  private func openFile() throws -> SpillFile {
    try file.withLock { file in
      if let file { return file }
      let made = try SpillFile(context, counters: counters)
      file = made
      return made
    }
  }

  /// Rows of a block of about the right size.
  static func blockRows(bytes: Int, rows: Int) -> Int {
    min(max(blockBytes / max(bytes / max(rows, 1), 1), 16), 4 * Batch.rowTarget)
  }
}

/// What a morsel leaves of a sort: runs that had to be made of its first rows, and the rest.
struct SortedMorsel: Sendable {
  private(set) var runs: [SpilledRows] = []
  private(set) var rest = SortInput()

  mutating func append(_ part: SortInput.Part, _ spilling: SortRuns) throws {
    rest.append(part)
    if rest.rowCount > 0, spilling.mustSpillMorsel(rest) { try spill(spilling, inParallel: false) }
  }

  /// Keeps rows in memory until somebody calls `spill`.
  mutating func append(_ part: SortInput.Part) { rest.append(part) }

  /// Takes what another morsel left, whose rows come behind.
  mutating func append(_ morsel: SortedMorsel, _ spilling: SortRuns) throws {
    if !morsel.runs.isEmpty {
      try spill(spilling, inParallel: true)
      runs += morsel.runs
    }
    for part in morsel.rest.parts { rest.append(part) }
  }

  mutating func spill(_ spilling: SortRuns, inParallel: Bool) throws {
    if rest.rowCount == 0 { return }
    runs.append(try spilling.run(rest, inParallel: inParallel))
    rest = SortInput()
  }

  /// Puts fewer rows in place of the rest: the first of them, sorted.
  mutating func replaceRest(by part: SortInput.Part) {
    rest = SortInput()
    rest.append(part)
  }
}
