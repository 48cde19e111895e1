import LakeCore

/// Rows in memory, in order: what an operator made that must have seen all its input.
// @unchecked Sendable: filled on one thread, and only read afterwards.
final class KeptBatches: @unchecked Sendable {
  private(set) var batches: [Batch] = []
  private(set) var rowCount = 0

  init(_ batches: [Batch] = []) {
    for batch in batches { append(batch) }
  }

  func append(_ batch: Batch) {
    if batch.selectedCount == 0 { return }
    batches.append(batch)
    rowCount += batch.selectedCount
  }

  /// Reads the rows from the first on; may be called several times.
  func makeSource(morselRows: Int = BatchSource.morselRows) -> any MorselSource {
    BatchSource(batches, morselRows: morselRows)
  }
}

/// Batches in memory as a source.
// @unchecked Sendable: `next` is called by one thread at a time.
package final class BatchSource: MorselSource, @unchecked Sendable {
  /// Rows of one morsel. Larger batches are cut by whoever makes them.
  package static let morselRows = 1 << 16

  private let batches: [Batch]
  private let morselRows: Int
  private var position = 0

  init(_ batches: [Batch], morselRows: Int) {
    self.batches = batches
    self.morselRows = morselRows
  }

  package func next() -> (any Morsel)? {
    let start = position
    var rows = 0
    while position < batches.count, rows < morselRows {
      rows += batches[position].selectedCount
      position += 1
    }
    return start == position ? nil : BatchMorsel(batches: batches[start..<position])
  }

  private struct BatchMorsel: Morsel {
    let batches: ArraySlice<Batch>

    func read(emit: (Batch) throws -> Void) throws {
      for batch in batches { try emit(batch) }
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
