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
}
