import LakeCore

/// Runs of numbered rows as one source, in the order of the numbers; rows of one number come in the
/// order of the runs.
///
/// Only numbers are read in `next`, which finds out from which run each row of a morsel comes; the
/// rows are read and put in order by the thread that reads the morsel.
// @unchecked Sendable: `next` is called by one thread at a time.
final class NumberedRunSource: MorselSource, @unchecked Sendable {
  /// Where morsels end, so that they are those of the same rows in memory.
  enum Cut: Sendable {
    /// After so many rows.
    case every(Int)
    /// Before the first row with a number that is not below these, which ascend.
    case before([Int])
  }

  private let file: SpillFile
  private let kernels: Kernels
  private let cut: Cut
  private let keepsNumbers: Bool
  /// The most rows of a morsel, that several of them may be in memory.
  private let rowsMax: Int
  private let runs: [NumberedRun]
  private var cursors: [Cursor] = []
  private var heads: RunHeap
  private var isBegun = false
  private var cutIndex = 0

  init(
    _ runs: [NumberedRun], _ file: SpillFile, cut: Cut, _ context: ExecutionContext,
    keepsNumbers: Bool = false
  ) {
    let pieces = runs.flatMap(\.pieces)
    let bytes = pieces.reduce(0) { $0 + $1.rows.byteCount }
    let rowBytes = bytes / max(1, pieces.reduce(0) { $0 + $1.rows.rowCount })
    rowsMax = max(Batch.rowTarget, context.budget.portion(8) / max(1, rowBytes))
    self.runs = runs
    self.file = file
    self.cut = cut
    kernels = context.evaluation.kernels
    self.keepsNumbers = keepsNumbers
    heads = RunHeap(capacity: runs.count)
  }

  func next() throws -> (any Morsel)? {
    if !isBegun { try begin() }
    while let least = heads.first?.number {
      let (rows, end) = bounds(after: least)
      let starts = cursors.map(\.place)
      var order = RawArray<UInt32>(tracker: kernels.tracker)
      var numbers = RawArray<Int64>(tracker: kernels.tracker)
      while let head = heads.first, order.count < rows, head.number < end {
        try order.append(UInt32(truncatingIfNeeded: head.run))
        if keepsNumbers { try numbers.append(Int64(head.number)) }
        try advance(head.run)
      }
      return NumberedMorsel(
        runs: runs, starts: starts, order: order, numbers: keepsNumbers ? numbers : nil,
        file: file, kernels: kernels)
    }
    return nil
  }

  private func begin() throws {
    isBegun = true
    for (index, run) in runs.enumerated() {
      var cursor = Cursor(run)
      if let number = try cursor.begin(file) {
        heads.push(RunHeap.Head(number: number, run: index))
      }
      cursors.append(cursor)
    }
  }

  /// The most rows of the next morsel, and the number that ends it.
  private func bounds(after least: Int) -> (rows: Int, end: Int) {
    switch cut {
    case .every(let count): return (min(count, rowsMax), .max)
    case .before(let ends):
      while cutIndex < ends.count, ends[cutIndex] <= least { cutIndex += 1 }
      return (rowsMax, cutIndex < ends.count ? ends[cutIndex] : .max)
    }
  }

  private func advance(_ run: Int) throws {
    if let number = try cursors[run].advance(file) {
      heads.replaceFirst(RunHeap.Head(number: number, run: run))
    } else {
      heads.removeFirst()
    }
  }

  /// Goes through the numbers of a run.
  private struct Cursor {
    private let run: NumberedRun
    private(set) var place = NumberedPlace(piece: 0, row: 0)
    private var numbers: FlatColumn?

    init(_ run: NumberedRun) {
      self.run = run
    }

    mutating func begin(_ file: SpillFile) throws -> Int? {
      try load(file)
      return number
    }

    mutating func advance(_ file: SpillFile) throws -> Int? {
      place.row += 1
      if place.row == numbers?.count ?? 0 {
        place = NumberedPlace(piece: place.piece + 1, row: 0)
        try load(file)
      }
      return number
    }

    private var number: Int? {
      numbers?.fixed.map { Int($0.pointer(as: Int64.self)[place.row]) }
    }

    private mutating func load(_ file: SpillFile) throws {
      numbers = nil
      guard place.piece < run.pieces.count else { return }
      let batch = try file.read(run.pieces[place.piece].numbers)
      numbers = try batch.columns.first?.flattened(Kernels())
    }
  }
}

/// Where a run is to be read from.
struct NumberedPlace: Sendable {
  var piece: Int
  var row: Int
}

/// The runs that have rows, the one with the least number first, of several the first one.
struct RunHeap {
  struct Head {
    var number: Int
    var run: Int

    @inline(__always)
    func isBefore(_ other: Head) -> Bool {
      number != other.number ? number < other.number : run < other.run
    }
  }

  private var heads: [Head] = []

  init(capacity: Int) { heads.reserveCapacity(capacity) }

  var first: Head? { heads.first }

  mutating func push(_ head: Head) {
    heads.append(head)
    var child = heads.count - 1
    while child > 0, heads[child].isBefore(heads[(child - 1) / 2]) {
      heads.swapAt(child, (child - 1) / 2)
      child = (child - 1) / 2
    }
  }

  mutating func replaceFirst(_ head: Head) {
    heads.withUnsafeMutableBufferPointer { heads in
      var hole = 0
      while true {
        var child = 2 &* hole &+ 1
        guard child < heads.count else { break }
        if child &+ 1 < heads.count, heads[child &+ 1].isBefore(heads[child]) { child &+= 1 }
        guard heads[child].isBefore(head) else { break }
        heads[hole] = heads[child]
        hole = child
      }
      heads[hole] = head
    }
  }

  mutating func removeFirst() {
    guard let last = heads.popLast(), !heads.isEmpty else { return }
    replaceFirst(last)
  }
}

/// Rows of several runs, in an order that is known.
private struct NumberedMorsel: Morsel {
  let runs: [NumberedRun]
  let starts: [NumberedPlace]
  /// The run that each row comes from.
  let order: RawArray<UInt32>
  let numbers: RawArray<Int64>?
  let file: SpillFile
  let kernels: Kernels

  /// Rows of one batch.
  private static let portion = 2 * Batch.rowTarget

  func read(emit: (Batch) throws -> Void) throws {
    var readers = zip(runs, starts).map { RunReader($0, from: $1) }
    var start = 0
    while start < order.count {
      let end = min(start + NumberedMorsel.portion, order.count)
      try emit(try portion(start..<end, &readers))
      start = end
    }
  }

  private func portion(_ range: Range<Int>, _ readers: inout [RunReader]) throws -> Batch {
    let run = order.pointer
    var counts = Array(repeating: 0, count: readers.count)
    for index in range { counts[Int(run[index])] += 1 }
    var slices: [Batch] = []
    // Where the next row of each run lies behind all slices before it.
    var next = counts
    var filled = 0
    for (index, count) in counts.enumerated() {
      next[index] = filled
      filled += count
      if count > 0 { slices += try readers[index].take(count, file, kernels) }
    }
    let rows = try RawArray<UInt32>(count: range.count, tracker: kernels.tracker)
    for (place, index) in range.enumerated() {
      rows.pointer[place] = UInt32(truncatingIfNeeded: next[Int(run[index])])
      next[Int(run[index])] += 1
    }
    let all = try Batch.joined(slices, rowCount: range.count, kernels)
    var columns = try all.columns.map {
      try kernels.gather($0, rows: rows.pointer, count: range.count)
    }
    if let numbers {
      let from = numbers.pointer + range.lowerBound
      columns.append(try kernels.numbers(.bigint, range.count) { from[$0] })
    }
    return Batch(columns: columns, rowCount: range.count)
  }

  /// Reads the rows of a run, some at a time.
  private struct RunReader {
    private let run: NumberedRun
    private var place: NumberedPlace
    private var current: Batch?

    init(_ run: NumberedRun, from place: NumberedPlace) {
      self.run = run
      self.place = place
    }

    mutating func take(_ count: Int, _ file: SpillFile, _ kernels: Kernels) throws -> [Batch] {
      var slices: [Batch] = []
      var missing = count
      while missing > 0 {
        let batch = try current ?? file.read(run.pieces[place.piece].rows)
        let taken = min(missing, batch.rowCount - place.row)
        slices.append(try batch.rows(place.row, place.row + taken, kernels))
        missing -= taken
        place.row += taken
        current = batch
        if place.row == batch.rowCount {
          place = NumberedPlace(piece: place.piece + 1, row: 0)
          current = nil
        }
      }
      return slices
    }
  }
}
