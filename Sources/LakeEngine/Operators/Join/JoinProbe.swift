import LakeCore

/// What all workers that probe one table share.
struct JoinProbeMaker: StageMaker {
  let kind: JoinPlan.Kind
  let table: JoinTable
  let keys: [BoundExpression]
  let residual: BoundExpression?
  let context: ExecutionContext
  let hashMask: UInt64
  /// Whether text of the right side may come out as a dictionary, which keeps the table's memory
  /// for as long as somebody keeps a row.
  var sharesText = false

  func makeStage() throws -> any Stage {
    let probe = JoinProbe(self)
    switch kind {
    case .inner, .left: return MatchStage(probe, isOuter: kind == .left)
    case .semi: return ExistenceStage(probe, keepsMatches: true)
    case .anti: return ExistenceStage(probe, keepsMatches: false)
    case .nullAwareAnti: return ExistenceStage(probe, keepsMatches: false, isNullAware: true)
    }
  }
}

/// The state of one worker that probes a table.
final class JoinProbe {
  let table: JoinTable
  let kernels: Kernels
  let keyEvaluators: [Evaluator]
  let residual: Evaluator?
  var cursor: JoinCursor
  var pairs: JoinPairs
  private let hashMask: UInt64
  private let sharesText: Bool

  init(_ maker: JoinProbeMaker) {
    table = maker.table
    kernels = maker.context.evaluation.kernels
    let evaluation = maker.context.evaluation
    keyEvaluators = maker.keys.map { Evaluator($0, context: evaluation) }
    residual = maker.residual.map { Evaluator($0, context: evaluation) }
    cursor = JoinCursor(JoinLookup(maker.table), kernels.tracker)
    pairs = JoinPairs(kernels.tracker)
    hashMask = maker.hashMask
    sharesText = maker.sharesText
  }

  /// The keys of a batch's rows; the cursor is set to its beginning.
  func begin(_ batch: Batch) throws -> KeyBatch {
    let keys = try KeyBatch(
      try keyEvaluators.map { try $0.evaluate(batch) }, count: batch.rowCount, .equality,
      mask: hashMask, kernels)
    try cursor.begin(keys, batch.selection)
    return keys
  }

  /// Leaves the pairs that are matches: keys and residual.
  func verify(_ keys: KeyBatch, _ batch: Batch) throws {
    for (probe, build) in zip(keys.columns, table.keys) { pairs.verify(probe, build) }
    guard let residual, pairs.count > 0 else { return }
    let both = try joined(batch)
    let kept = try residual.filter(both)
    if let selection = kept.selection { pairs.keep(selection) }
  }

  /// The columns of both sides for all pairs.
  func joined(_ batch: Batch) throws -> Batch {
    var columns: [ColumnVector] = []
    columns.reserveCapacity(batch.columns.count + table.columns.count)
    for column in batch.columns {
      columns.append(try kernels.gather(column, rows: pairs.left.pointer, count: pairs.count))
    }
    var rows: Buffer?
    for (column, dictionary) in zip(table.columns, table.dictionaries) {
      guard sharesText, let dictionary else {
        columns.append(try kernels.gather(column, rows: pairs.right.pointer, count: pairs.count))
        continue
      }
      let indices = try rows ?? pairs.rightRows(kernels.tracker)
      rows = indices
      columns.append(
        ColumnVector(
          type: column.type,
          dictionary: DictionaryColumn(
            count: pairs.count, validity: nil, indices: indices, dictionary: dictionary)))
    }
    return Batch(columns: columns, rowCount: pairs.count)
  }
}

/// Inner and left outer joins: a row for each match, in the order of the left side and then of the
/// right.
final class MatchStage: Stage {
  private let probe: JoinProbe
  private let isOuter: Bool
  private let gatherer: BatchGatherer
  /// For outer joins: the pairs of a portion, with the rows in between that have no match.
  private var filled: JoinPairs

  init(_ probe: JoinProbe, isOuter: Bool) {
    self.probe = probe
    self.isOuter = isOuter
    gatherer = BatchGatherer(probe.kernels)
    filled = JoinPairs(probe.kernels.tracker)
  }

  func process(_ batch: Batch, emit: (Batch) throws -> Void) throws {
    let keys = try probe.begin(batch)
    // Whether the row that the last portion broke off in had a match in it.
    var isCarried = false
    while !probe.cursor.isAtEnd {
      let range = try probe.cursor.next(into: &probe.pairs)
      try probe.verify(keys, batch)
      if isOuter { isCarried = try fill(range, isCarried) }
      if probe.pairs.count > 0 {
        try gatherer.add(try probe.joined(batch), emit: emit)
      }
    }
  }

  func finish(emit: (Batch) throws -> Void) throws { try gatherer.flush(emit: emit) }
  func reset() { gatherer.reset() }

  /// Puts rows without a match between the pairs: they go with the row of nulls. Returns whether
  /// the last row has a match, where it goes on in the next portion.
  private func fill(
    _ range: (from: Int, to: Int, isSplit: Bool), _ isCarried: Bool
  ) throws -> Bool {
    let pairs = probe.pairs
    try filled.reserve(pairs.count + range.to - range.from)
    let (left, right) = (pairs.left.pointer, pairs.right.pointer)
    let (toLeft, toRight) = (filled.left.pointer, filled.right.pointer)
    let missing = UInt32(truncatingIfNeeded: probe.table.rowCount)
    let (rows, pairCount) = (probe.cursor.rowPointer, pairs.count)
    var (pair, count, carried) = (0, 0, false)
    for place in range.from..<range.to {
      let row = rows[place]
      let first = pair
      while pair < pairCount, left[pair] == row {
        toLeft[count] = row
        toRight[count] = right[pair]
        count &+= 1
        pair &+= 1
      }
      var hasMatch = pair > first
      if place == range.from, isCarried { hasMatch = true }
      if place == range.to - 1, range.isSplit {
        carried = hasMatch
      } else if !hasMatch {
        toLeft[count] = row
        toRight[count] = missing
        count &+= 1
      }
    }
    filled.count = count
    swap(&filled, &probe.pairs)
    return carried
  }
}

/// Semi and anti joins: the left rows that have a match, or those that have none.
final class ExistenceStage: Stage {
  private let probe: JoinProbe
  private let keepsMatches: Bool
  private let isNullAware: Bool
  private let gatherer: BatchGatherer

  init(_ probe: JoinProbe, keepsMatches: Bool, isNullAware: Bool = false) {
    self.probe = probe
    self.keepsMatches = keepsMatches
    self.isNullAware = isNullAware
    gatherer = BatchGatherer(probe.kernels)
  }

  func process(_ batch: Batch, emit: (Batch) throws -> Void) throws {
    // NOT IN of nothing is true, of something with a null among it never.
    if isNullAware, probe.table.rowCount == 0 { return try gatherer.add(batch, emit: emit) }
    if isNullAware, probe.table.hasNullKey { return }
    let keys = try probe.begin(batch)
    let found = try Buffer(byteCount: batch.rowCount, tracker: probe.kernels.tracker)
    found.base.initializeMemory(as: UInt8.self, repeating: 0, count: batch.rowCount)
    let marks = found.pointer(as: UInt8.self)
    if probe.residual == nil {
      try markByKeys(keys, marks)
    } else {
      while !probe.cursor.isAtEnd {
        _ = try probe.cursor.next(into: &probe.pairs)
        try probe.verify(keys, batch)
        let left = probe.pairs.left.pointer
        for pair in 0..<probe.pairs.count { marks[Int(left[pair])] = 1 }
      }
    }
    if isNullAware, let words = keys.validity?.words {
      for row in 0..<batch.rowCount where !Bitmap.bit(words, row) { marks[row] = 1 }
    }
    try emitMarked(batch, marks, emit)
  }

  func finish(emit: (Batch) throws -> Void) throws { try gatherer.flush(emit: emit) }
  func reset() { gatherer.reset() }

  /// Looks at the first candidate of every row, then at the next one of those that it was not.
  private func markByKeys(_ keys: KeyBatch, _ marks: UnsafeMutablePointer<UInt8>) throws {
    let cursor = probe.cursor
    try probe.pairs.reserve(cursor.count)
    let (left, right) = (probe.pairs.left.pointer, probe.pairs.right.pointer)
    var count = 0
    for place in 0..<cursor.count {
      let slot = cursor.first(place)
      left[count] = cursor.row(place)
      right[count] = UInt32(truncatingIfNeeded: slot) &- 1
      count &+= slot == 0 ? 0 : 1
    }
    while count > 0 {
      probe.pairs.count = count
      // What is verified is moved to the front; the others are needed once more.
      let all = try copy(count)
      for (mine, theirs) in zip(keys.columns, probe.table.keys) { probe.pairs.verify(mine, theirs) }
      let kept = probe.pairs.count
      for pair in 0..<kept { marks[Int(left[pair])] = 1 }
      if kept == count { return }
      var rest = 0
      let pairs = all.pointer(as: UInt32.self)
      for index in 0..<count {
        let (row, candidate) = (pairs[2 &* index], pairs[2 &* index &+ 1])
        let next = cursor.following(candidate)
        left[rest] = row
        right[rest] = next &- 1
        rest &+= marks[Int(row)] == 0 && next != 0 ? 1 : 0
      }
      count = rest
    }
  }

  private func copy(_ count: Int) throws(LakeError) -> Buffer {
    let buffer = try Buffer(byteCount: count * 8, tracker: probe.kernels.tracker)
    let out = buffer.pointer(as: UInt32.self)
    let (left, right) = (probe.pairs.left.pointer, probe.pairs.right.pointer)
    for index in 0..<count {
      out[2 &* index] = left[index]
      out[2 &* index &+ 1] = right[index]
    }
    return buffer
  }

  private func emitMarked(
    _ batch: Batch, _ marks: UnsafeMutablePointer<UInt8>, _ emit: (Batch) throws -> Void
  ) throws {
    let wanted: UInt8 = keepsMatches ? 1 : 0
    let rows = try Buffer(byteCount: batch.selectedCount * 4, tracker: probe.kernels.tracker)
    let out = rows.pointer(as: UInt32.self)
    let cursor = probe.cursor
    var kept = 0
    for place in 0..<cursor.count {
      let row = cursor.row(place)
      if marks[Int(row)] == wanted {
        out[kept] = row
        kept &+= 1
      }
    }
    if kept == 0 { return }
    let selection = kept == batch.rowCount ? nil : Selection(rows: rows, count: kept)
    try gatherer.add(
      Batch(columns: batch.columns, rowCount: batch.rowCount, selection: selection), emit: emit)
  }
}
