import LakeCore
import Synchronization

/// One side of a join, as it is kept until the join can begin: in memory as long as there is room,
/// then on disk, dealt out to parts by the hashes of its keys.
///
///     a row on disk    columns │ keys that are no columns │ its number, on the left side
final class JoinSide: Sendable {
  let keys: [BoundExpression]
  /// The types of the columns that are kept.
  let types: [DataType]
  /// Which keys lie behind the columns.
  private let writtenKeys: [Int]
  /// The columns of a row on disk that the keys are.
  let keyPlaces: [Int]
  /// Whether rows carry their numbers.
  let isNumbered: Bool
  /// Whether rows of which a key is null, which match nothing, are of use.
  private let keepsNulls: Bool
  /// Whether all rows are one part, since matches cannot be found by hashes.
  private let isOnePart: Bool
  private let context: ExecutionContext
  private let hashMask: UInt64
  private let active = Atomic<Bool>(false)

  init(
    _ plan: Plan, keys: [BoundExpression], keepsColumns: Bool, keepsNulls: Bool,
    isNumbered: Bool, isOnePart: Bool, _ context: ExecutionContext, hashMask: UInt64
  ) {
    self.keys = keys
    self.keepsNulls = keepsNulls
    self.isNumbered = isNumbered
    self.isOnePart = isOnePart
    self.context = context
    self.hashMask = hashMask
    types = keepsColumns ? plan.schema.fields.map(\.type) : []
    var (written, places) = ([Int](), [Int]())
    for (index, key) in keys.enumerated() {
      if keepsColumns, case .column(let place) = key.node {
        places.append(place)
      } else {
        places.append(types.count + written.count)
        written.append(index)
      }
    }
    (writtenKeys, keyPlaces) = (written, places)
  }

  /// The columns of a row on disk.
  var widthOnDisk: Int { types.count + writtenKeys.count + (isNumbered ? 1 : 0) }

  /// Whether rows go to disk. Once they do, all do.
  var isSpilled: Bool { active.load(ordering: .acquiring) }

  func spill() { active.store(true, ordering: .releasing) }

  /// The rows of a batch, with their keys.
  func prepared(_ batch: Batch, _ evaluators: EvaluatorPool) throws -> JoinBuildBatch {
    let kernels = context.evaluation.kernels
    let kept = try batch.kept(kernels)
    let vectors = try evaluators.evaluate(kept)
    let keys = try KeyBatch(vectors, count: kept.rowCount, .equality, mask: hashMask, kernels)
    let columns = types.isEmpty ? [] : kept.columns
    return JoinBuildBatch(
      keys: keys, batch: Batch(columns: columns, rowCount: kept.rowCount),
      writtenKeys: writtenKeys.map { vectors[$0] })
  }

  /// Deals rows out; `start` is the number of the first.
  func deal(_ rows: JoinBuildBatch, start: Int, to dealer: inout SpillDealer) throws {
    let kernels = context.evaluation.kernels
    var columns = rows.batch.columns + rows.writtenKeys
    if isNumbered {
      columns.append(try kernels.numbers(.bigint, rows.keys.count) { Int64(start &+ $0) })
    }
    let all = Batch(columns: columns, rowCount: rows.keys.count)
    if isOnePart {
      var zeros = RawArray<UInt64>(tracker: kernels.tracker)
      try zeros.growZeroed(to: all.rowCount)
      return try dealer.add(all, hashes: zeros.pointer)
    }
    guard !keepsNulls, let validity = rows.keys.validity else {
      return try dealer.add(all, hashes: rows.keys.hashPointer)
    }
    let valid = try rowsThatAreSet(validity)
    let hashes = try RawArray<UInt64>(count: valid.count, tracker: kernels.tracker)
    for row in 0..<valid.count {
      hashes.pointer[row] = rows.keys.hashPointer[Int(valid.pointer[row])]
    }
    let picked = try columns.map { try kernels.gather($0, valid) }
    try dealer.add(Batch(columns: picked, rowCount: valid.count), hashes: hashes.pointer)
  }

  /// Rows that were dealt out.
  func read(_ block: SpillBlock, _ file: SpillFile) throws -> JoinBuildBatch {
    let batch = try file.read(block)
    let kernels = context.evaluation.kernels
    let keys = try KeyBatch(
      keyPlaces.map { batch.columns[$0] }, count: batch.rowCount, .equality, mask: hashMask,
      kernels)
    let columns = Array(batch.columns.prefix(types.count))
    return JoinBuildBatch(keys: keys, batch: Batch(columns: columns, rowCount: batch.rowCount))
  }

  private func rowsThatAreSet(_ bits: Bitmap) throws(LakeError) -> Selection {
    let rows = try Buffer(byteCount: bits.count * 4, tracker: context.tracker)
    let (out, words) = (rows.pointer(as: UInt32.self), bits.words)
    var count = 0
    for row in 0..<bits.count {
      out[count] = UInt32(truncatingIfNeeded: row)
      count &+= Bitmap.bit(words, row) ? 1 : 0
    }
    return Selection(rows: rows, count: count)
  }
}

/// The rows of one morsel of a side, as a worker leaves them.
enum JoinMorsel: Sendable {
  case kept([JoinBuildBatch], rowCount: Int)
  case dealt([[SpillBlock]], rowCount: Int, hasNullKey: Bool)
}

/// Takes the morsels of a side in their order.
struct JoinSideRows {
  let side: JoinSide
  private let file: SpillFileOnDemand
  private let context: ExecutionContext
  private var kept: [(start: Int, batches: [JoinBuildBatch])] = []
  private var keptBytes = 0
  private(set) var dealt: [DealtMorsel] = []
  private(set) var rowCount = 0
  private(set) var hasNullKey = false
  /// The number of rows at the end of each morsel.
  private(set) var ends: [Int] = []

  init(_ side: JoinSide, _ file: SpillFileOnDemand, _ context: ExecutionContext) {
    self.side = side
    self.file = file
    self.context = context
  }

  mutating func add(_ morsel: JoinMorsel) throws {
    switch morsel {
    case .dealt(let parts, let count, let hasNull):
      if !kept.isEmpty { try spill() }
      dealt.append(DealtMorsel(base: rowCount, parts: parts))
      rowCount += count
      hasNullKey = hasNullKey || hasNull
    case .kept(let batches, let count):
      if count == 0 { return }
      kept.append((rowCount, batches))
      rowCount += count
      for rows in batches {
        keptBytes += rows.heldBytes
        hasNullKey = hasNullKey || rows.keys.validity != nil
      }
      if side.isSpilled || isTooMuch { try spill() }
    }
    ends.append(rowCount)
  }

  /// A table takes about three times what the rows take.
  private var isTooMuch: Bool {
    let budget = context.budget
    return budget.isTight && budget.isWorthwhile(keptBytes)
      || budget.isAtLeast(keptBytes, part: 5)
  }

  /// Puts the rows on disk that are in memory.
  private mutating func spill() throws {
    side.spill()
    let (side, context, morsels) = (side, context, kept)
    let file = try file.opened()
    let parts = SlotList<[[SpillBlock]]>(count: morsels.count)
    try context.pool.forEach(
      count: morsels.count, cancellation: context.cancellation
    ) { _, index in
      var dealer = SpillDealer(file, level: 0, context)
      var start = morsels[index].start
      for rows in morsels[index].batches {
        try side.deal(rows, start: start, to: &dealer)
        start += rows.keys.count
      }
      parts.set(index, try dealer.finish())
    }
    dealt += parts.values.map { DealtMorsel(base: 0, parts: $0) }
    (kept, keptBytes) = ([], 0)
  }

  /// The table of the rows that are in memory.
  func table(withNullRow: Bool) throws -> JoinTable {
    var builder = JoinTableBuilder(context)
    for morsel in kept {
      for rows in morsel.batches { builder.append(rows) }
    }
    return try builder.build(
      keyForms: side.keys.map { KeyForm($0.type) }, types: side.types, withNullRow: withNullRow)
  }
}

/// A file that is made when the first rows go to disk.
final class SpillFileOnDemand: Sendable {
  private let context: ExecutionContext
  private let counters: NodeCounters?
  private let file = Mutex<SpillFile?>(nil)

  init(_ context: ExecutionContext, counters: NodeCounters?) {
    self.context = context
    self.counters = counters
  }

  func opened() throws(LakeError) -> SpillFile {
    try file.withLock { file throws(LakeError) in
      if let file { return file }
      let made = try SpillFile(context, counters: counters)
      file = made
      return made
    }
  }
}
