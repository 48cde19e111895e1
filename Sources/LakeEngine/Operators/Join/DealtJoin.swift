import LakeCore

/// A join whose sides have been dealt out to parts: equal keys are in one part, so the parts are
/// joined one after the other. What comes out goes to disk with the numbers of the left rows, by
/// which it is put in order when it is read.
///
/// Of a part whose right side is still too large, as where one key has very many rows, tables are
/// made of some rows at a time. The left side goes past each of them: as a whole where matches are
/// wanted, else those rows that have had no match yet.
struct DealtJoin {
  private typealias Piece = DealtSource.Piece

  private let join: JoinPlan
  private let left: JoinSideRows
  private let right: JoinSideRows
  private let file: SpillFile
  private let context: ExecutionContext
  private let hashMask: UInt64
  private let leftCount: Int

  init(
    _ join: JoinPlan, left: JoinSideRows, right: JoinSideRows, _ file: SpillFile,
    _ context: ExecutionContext, hashMask: UInt64
  ) {
    self.join = join
    self.left = left
    self.right = right
    self.file = file
    self.context = context
    self.hashMask = hashMask
    leftCount = left.side.types.count
  }

  /// What left rows that go past a table become.
  private enum Pass {
    case pairs(isOuter: Bool)
    case existence(keepsMatches: Bool)
  }

  /// The rows of the join. Called from outside of the pool.
  func source(cut: NumberedRunSource.Cut) throws -> any MorselSource {
    var runs: [NumberedRun] = []
    // NOT IN of something with a null among it is never true.
    if join.kind != .nullAwareAnti || join.comparesAll || !right.hasNullKey {
      for part in 0..<HashPart.count { runs += try joined(part) }
    }
    return NumberedRunSource(runs, file, cut: cut, context)
  }

  private func joined(_ part: Int) throws -> [NumberedRun] {
    var rows = left.dealt.map { Piece(base: $0.base, blocks: $0.parts[part]) }
    rows.removeAll { $0.blocks.isEmpty }
    if rows.isEmpty { return [] }
    let chunks = chunks(of: right.dealt.flatMap { $0.parts[part] })
    if chunks.count > 1 { return try joined(rows, chunks) }
    let table = try table(chunks.first ?? [])
    switch join.kind {
    case .inner: return [try run(.pairs(isOuter: false), rows, table)]
    case .left: return [try run(.pairs(isOuter: true), rows, table)]
    case .semi: return [try run(.existence(keepsMatches: true), rows, table)]
    case .anti, .nullAwareAnti: return [try run(.existence(keepsMatches: false), rows, table)]
    }
  }

  /// The runs of a part whose right side is taken in chunks. Rows of one number are in the order of
  /// the runs, which is that of the right side.
  private func joined(_ rows: [Piece], _ chunks: [[SpillBlock]]) throws -> [NumberedRun] {
    var runs: [NumberedRun] = []
    var rest = rows
    for chunk in chunks {
      let table = try table(chunk)
      switch join.kind {
      case .inner, .left: runs.append(try run(.pairs(isOuter: false), rows, table))
      case .semi: runs.append(try run(.existence(keepsMatches: true), rest, table))
      case .anti, .nullAwareAnti: break
      }
      if join.kind != .inner { rest = try unmatched(rest, table) }
    }
    let nothing = try table([])
    switch join.kind {
    case .inner, .semi: break
    case .left: runs.append(try run(.pairs(isOuter: true), rest, nothing))
    case .anti, .nullAwareAnti:
      runs.append(try run(.existence(keepsMatches: false), rest, nothing))
    }
    return runs
  }

  /// Blocks of the right side that are a table together.
  private func chunks(of blocks: [SpillBlock]) -> [[SpillBlock]] {
    let budget = context.budget
    var chunks: [[SpillBlock]] = []
    var bytes = 0
    for block in blocks {
      let isFull =
        budget.isForced
        ? chunks.last?.count == 2 : bytes > 0 && bytes + block.byteCount > budget.portion(8)
      if chunks.isEmpty || isFull {
        chunks.append([])
        bytes = 0
      }
      chunks[chunks.count - 1].append(block)
      bytes += block.byteCount
    }
    return chunks
  }

  private func table(_ blocks: [SpillBlock]) throws -> JoinTable {
    let (side, file) = (right.side, file)
    let read = SlotList<JoinBuildBatch>(count: blocks.count)
    try context.pool.forEach(
      count: blocks.count, cancellation: context.cancellation
    ) { _, index in
      read.set(index, try side.read(blocks[index], file))
    }
    var builder = JoinTableBuilder(context)
    for rows in read.values { builder.append(rows) }
    return try builder.build(
      keyForms: side.keys.map { KeyForm($0.type) }, types: side.types,
      withNullRow: join.kind == .left)
  }

  /// The rows that come out of a pass, in the order of their numbers, which stand behind them.
  private func run(_ pass: Pass, _ rows: [Piece], _ table: JoinTable) throws -> NumberedRun {
    let places = placesOfResult(pass)
    let (file, context, kernels) = (file, context, context.evaluation.kernels)
    var run = NumberedRun()
    try pipeline(pass, rows, table).runMorsels(
      context,
      each: { feed in
        var writer = NumberedRunWriter(file, context)
        try feed { batch in
          let dense = try batch.compacted(kernels)
          try writer.add(
            Batch(columns: places.map { dense.columns[$0] }, rowCount: dense.rowCount))
        }
        return try writer.finish()
      },
      consume: { run.pieces += $0 })
    return run
  }

  /// The columns of a pass that the result has, and the number.
  private func placesOfResult(_ pass: Pass) -> [Int] {
    let width = left.side.widthOnDisk
    guard case .pairs = pass else { return Array(0..<leftCount) + [width - 1] }
    return Array(0..<leftCount) + right.side.types.indices.map { width + $0 } + [width - 1]
  }

  /// The left rows that match nothing of a table, as they were.
  private func unmatched(_ rows: [Piece], _ table: JoinTable) throws -> [Piece] {
    let file = file
    var rest: [Piece] = []
    try pipeline(.existence(keepsMatches: false), rows, table).runMorsels(
      context,
      each: { feed in
        var blocks: [SpillBlock] = []
        try feed { blocks.append(try file.append($0)) }
        return blocks
      },
      consume: { if !$0.isEmpty { rest.append(Piece(base: 0, blocks: $0)) } })
    return rest
  }

  private func pipeline(_ pass: Pass, _ rows: [Piece], _ table: JoinTable) -> Pipeline {
    var pipeline = Pipeline(DealtSource(rows, file, context.evaluation.kernels))
    pipeline.append(stage(pass, table), node: nil)
    return pipeline
  }

  private func stage(_ pass: Pass, _ table: JoinTable) -> any StageMaker {
    let (width, leftCount) = (left.side.widthOnDisk, leftCount)
    // The right side's columns have moved: behind the left ones lie keys and number.
    let residual = join.residual?.mapColumns { index, column in
      let place = index < leftCount ? index : index - leftCount + width
      return BoundExpression(.column(place), column.type, place: column.place)
    }
    if join.comparesAll {
      return NotInMaker(
        table: table, keys: join.keys, residual: residual, leftCount: width, context: context)
    }
    let kind: JoinPlan.Kind =
      switch pass {
      case .pairs(let isOuter): isOuter ? .left : .inner
      case .existence(let keepsMatches): keepsMatches ? .semi : .anti
      }
    let keys = zip(left.side.keyPlaces, join.keys).map {
      BoundExpression.column($0, $1.left.type)
    }
    return JoinProbeMaker(
      kind: kind, table: table, keys: keys, residual: residual, context: context,
      hashMask: hashMask)
  }
}

/// Rows that were dealt out, with their numbers as the last column. A morsel is what one morsel has
/// given a part.
// @unchecked Sendable: `next` is called by one thread at a time.
final class DealtSource: MorselSource, @unchecked Sendable {
  struct Piece: Sendable {
    /// What the numbers on disk are counted from.
    let base: Int
    let blocks: [SpillBlock]
  }

  private let pieces: [Piece]
  private let file: SpillFile
  private let kernels: Kernels
  private var position = 0

  init(_ pieces: [Piece], _ file: SpillFile, _ kernels: Kernels) {
    self.pieces = pieces
    self.file = file
    self.kernels = kernels
  }

  func next() -> (any Morsel)? {
    guard position < pieces.count else { return nil }
    defer { position += 1 }
    return PieceMorsel(piece: pieces[position], file: file, kernels: kernels)
  }

  private struct PieceMorsel: Morsel {
    let piece: Piece
    let file: SpillFile
    let kernels: Kernels

    func read(emit: (Batch) throws -> Void) throws {
      for block in piece.blocks {
        let batch = try file.read(block)
        guard piece.base > 0, let last = batch.columns.last else {
          try emit(batch)
          continue
        }
        let (numbers, base) = (try Input<Int64>(last, kernels), Int64(piece.base))
        let moved = try kernels.numbers(.bigint, batch.rowCount) { numbers[$0] &+ base }
        try emit(
          Batch(columns: batch.columns.dropLast() + [moved], rowCount: batch.rowCount))
      }
    }
  }
}
