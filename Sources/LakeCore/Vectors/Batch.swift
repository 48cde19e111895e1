/// Some rows of some columns: what flows between operators, and between files and memory.
///
/// All columns have `rowCount` rows. Where a `selection` is present, only the rows that it names
/// belong to the batch; the others are still in memory but must not be looked at, and nothing that
/// happens in them (an overflow, a bad cast) is an error.
package struct Batch: Sendable {
  /// A good size for one batch: small enough for the first-level cache, large enough to pay for
  /// one dispatch a batch.
  package static let rowTarget = 2048

  package let columns: [ColumnVector]
  package let rowCount: Int
  package let selection: Selection?

  package init(columns: [ColumnVector], rowCount: Int, selection: Selection? = nil) {
    for column in columns {
      precondition(column.count == rowCount)
    }
    self.columns = columns
    self.rowCount = rowCount
    self.selection = selection
  }

  /// The rows that belong to the batch.
  package var selectedCount: Int { selection?.count ?? rowCount }
}

/// Row numbers of a batch, ascending. One selection serves all columns of the batch.
package struct Selection: Sendable {
  /// 32-bit row numbers.
  package let rows: Buffer
  package let count: Int

  package init(rows: Buffer, count: Int) {
    precondition(count * 4 <= rows.byteCount)
    self.rows = rows
    self.count = count
  }

  @inlinable package var pointer: UnsafeMutablePointer<UInt32> { rows.pointer(as: UInt32.self) }

  package var indices: UnsafeBufferPointer<UInt32> {
    UnsafeBufferPointer(start: pointer, count: count)
  }
}
