import LakeCore

/// Rows on disk in an order: the blocks of a spill file, one after the other.
struct SpilledRows: Sendable {
  let file: SpillFile
  private(set) var blocks: [SpillBlock] = []
  private(set) var rowCount = 0

  init(_ file: SpillFile) {
    self.file = file
  }

  mutating func append(_ batch: Batch) throws(LakeError) {
    if batch.selectedCount == 0 { return }
    append(try file.append(batch))
  }

  /// Takes a block that is in the file already.
  mutating func append(_ block: SpillBlock) {
    blocks.append(block)
    rowCount += block.rowCount
  }

  /// Reads the rows from the first on; may be called several times.
  func makeSource() -> any MorselSource { SpilledSource(self) }
}

/// Blocks of a spill file as a source: threads read and check them.
// @unchecked Sendable: `next` is called by one thread at a time.
private final class SpilledSource: MorselSource, @unchecked Sendable {
  private let rows: SpilledRows
  private var position = 0

  init(_ rows: SpilledRows) {
    self.rows = rows
  }

  func next() -> (any Morsel)? {
    let start = position
    var count = 0
    while position < rows.blocks.count, count < BatchSource.morselRows {
      count += rows.blocks[position].rowCount
      position += 1
    }
    return start == position
      ? nil : SpilledMorsel(file: rows.file, blocks: rows.blocks[start..<position])
  }

  private struct SpilledMorsel: Morsel {
    let file: SpillFile
    let blocks: ArraySlice<SpillBlock>

    func read(emit: (Batch) throws -> Void) throws {
      for block in blocks { try emit(try file.read(block)) }
    }
  }
}
