import LakeCore

/// A place in each of some sorted runs, and which of them has the row that comes first.
///
/// That is kept in a tree of losers: a leaf for each run, in each inner node the run that lost
/// there, so that a step compares once on each level. Of runs with equal rows the lowest wins.
final class RunCursors {
  /// What is compared first: numbers of the first sort key.
  private struct Head {
    var prefix: UInt64 = 0
    /// That of null, or of a value; `atEnd` behind the last row.
    var rank: UInt32 = Head.atEnd

    static let atEnd = UInt32.max
  }

  let count: Int
  private let format: RunFormat
  private let runs: [SpilledRows]
  private var nextBlocks: [Int]
  private var batches: [Batch] = []
  private var columns: [SortColumns] = []
  private let rows: UnsafeMutablePointer<Int>
  private let heads: UnsafeMutablePointer<Head>
  /// The run that lost at each inner node; the first is the one that has won.
  private let tree: UnsafeMutablePointer<Int>
  /// Whether rows with equal heads are equal.
  private let isExact: Bool

  init(_ runs: [SpilledRows], _ format: RunFormat) throws {
    self.format = format
    self.runs = runs
    count = runs.count
    nextBlocks = runs.map { _ in 0 }
    rows = .allocate(capacity: max(count, 1))
    heads = .allocate(capacity: max(count, 1))
    tree = .allocate(capacity: max(count, 1))
    rows.initialize(repeating: 0, count: max(count, 1))
    heads.initialize(repeating: Head(), count: max(count, 1))
    tree.initialize(repeating: 0, count: max(count, 1))
    let empty = Batch(columns: [], rowCount: 0)
    for run in runs {
      batches.append(try run.blocks.first.map { try run.file.read($0) } ?? empty)
      columns.append(
        run.blocks.isEmpty
          ? SortColumns([], []) : try format.columns(of: batches[batches.count - 1]))
    }
    isExact = format.keys.count <= 1 && columns.allSatisfy { $0.columns.first?.isExact ?? true }
    for run in 0..<count where !runs[run].blocks.isEmpty {
      nextBlocks[run] = 1
      readHead(run)
    }
    build()
  }

  deinit {
    rows.deallocate()
    heads.deallocate()
    tree.deallocate()
  }

  /// The run whose row comes first; nil behind the last row of all.
  var first: Int? {
    count == 0 || heads[tree[0]].rank == Head.atEnd ? nil : tree[0]
  }

  func batch(of run: Int) -> Batch { batches[run] }
  func row(of run: Int) -> Int { rows[run] }

  /// Goes on to the next row of the run that came first. Says whether that is one of another batch.
  func advance() throws -> Bool {
    let run = tree[0]
    rows[run] += 1
    var isOther = false
    if rows[run] == batches[run].rowCount {
      isOther = true
      try readBlock(run)
    } else {
      readHead(run)
    }
    replay(run)
    return isOther
  }

  private func readBlock(_ run: Int) throws {
    guard nextBlocks[run] < runs[run].blocks.count else {
      heads[run] = Head()
      // The memory of a run that has ended is given back.
      batches[run] = Batch(columns: [], rowCount: 0)
      columns[run] = SortColumns([], [])
      return
    }
    batches[run] = try runs[run].file.read(runs[run].blocks[nextBlocks[run]])
    columns[run] = try format.columns(of: batches[run])
    nextBlocks[run] += 1
    rows[run] = 0
    readHead(run)
  }

  private func readHead(_ run: Int) {
    guard let first = columns[run].columns.first else {
      heads[run] = Head(prefix: 0, rank: 0)
      return
    }
    let (rank, prefix) = first.prefix(rows[run])
    heads[run] = Head(prefix: prefix, rank: rank)
  }

  private func build() {
    if count < 2 { return }
    // Nodes from 1 on, the leaves behind them.
    var winners = Array(repeating: 0, count: 2 * count)
    for run in 0..<count { winners[count + run] = run }
    for node in stride(from: count - 1, through: 1, by: -1) {
      let (a, b) = (winners[2 * node], winners[2 * node + 1])
      let aWins = isBefore(a, b)
      winners[node] = aWins ? a : b
      tree[node] = aWins ? b : a
    }
    tree[0] = winners[1]
  }

  private func replay(_ run: Int) {
    var winner = run
    var node = (run + count) / 2
    while node >= 1 {
      if isBefore(tree[node], winner) { swap(&tree[node], &winner) }
      node /= 2
    }
    tree[0] = winner
  }

  @inline(__always)
  private func isBefore(_ a: Int, _ b: Int) -> Bool {
    let (x, y) = (heads[a], heads[b])
    if x.rank != y.rank { return x.rank < y.rank }
    if x.prefix != y.prefix { return x.prefix < y.prefix }
    if isExact || x.rank == Head.atEnd { return a < b }
    let sign = SortColumns.compare(columns[a], rows[a], columns[b], rows[b])
    return sign == 0 ? a < b : sign < 0
  }
}
