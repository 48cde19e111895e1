import LakeCore
import LakeEngine

/// The rows of a table that was just made, for the jobs that read it.
struct KeptRows {
  private var batches: [Batch] = []

  /// Keeps the visible columns of the rows that the checks let pass.
  mutating func add(
    _ batch: Batch, _ selection: Selection?, _ columnCount: Int, _ kernels: Kernels
  ) throws {
    let kept = Batch(
      columns: Array(batch.columns.prefix(columnCount)), rowCount: batch.rowCount,
      selection: selection ?? batch.selection)
    batches.append(try kept.compacted(kernels))
  }

  func table(_ name: TableName, _ schema: Schema) -> BoundTable {
    BoundTable(
      name: name, label: name.description, schema: schema, source: MemoryTableSource(batches))
  }
}
