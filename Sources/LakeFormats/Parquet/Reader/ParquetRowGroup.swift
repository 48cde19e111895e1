import LakeCore

/// What the footer says of a row group.
package struct ParquetRowGroup: Sendable {
  package let rowCount: Int
  /// The bytes of all its columns as they lie in the file.
  package let totalBytes: Int
  let metadata: ParquetRowGroupMetadata
  private let nodes: [ColumnNode]
  let hasTypeOrder: Bool

  init(
    _ index: Int, _ metadata: ParquetRowGroupMetadata, nodes: [ColumnNode], hasTypeOrder: Bool,
    fileSize: Int
  ) throws(LakeError) {
    let leaves = nodes.flatMap { $0.leaves }
    guard metadata.columns.count == leaves.count else {
      throw LakeError.parquetDamage(
        "row group \(index) has \(metadata.columns.count) columns and the schema \(leaves.count)")
    }
    guard metadata.rowCount <= Int(Int32.max) else {
      throw LakeError(.limitExceeded, "row group \(index) has \(metadata.rowCount) rows")
    }
    for (leaf, chunk) in zip(leaves, metadata.columns) where !chunk.isEncrypted {
      guard chunk.type == leaf.physical else {
        throw LakeError.parquetDamage(
          "column \(leaf.name) of row group \(index) has the type \(chunk.type) and in the schema "
            + "\(leaf.physical)")
      }
      guard leaf.maxRepetition > 0 || chunk.valueCount == metadata.rowCount else {
        throw LakeError.parquetDamage(
          "column \(leaf.name) of row group \(index) has \(chunk.valueCount) values for "
            + "\(metadata.rowCount) rows")
      }
    }
    var total = 0
    for chunk in metadata.columns {
      // Columns do not share bytes: so all of them together have no more than the file.
      guard chunk.totalCompressedSize <= fileSize - total else {
        throw LakeError.parquetDamage(
          "the columns of row group \(index) have more bytes than the file of \(fileSize)")
      }
      total += chunk.totalCompressedSize
    }
    totalBytes = total
    self.metadata = metadata
    self.nodes = nodes
    self.hasTypeOrder = hasTypeOrder
    rowCount = metadata.rowCount
  }

  /// Bounds of a column's values, and how many are null; nil where nothing is known. Bounds hold
  /// for all values but NaN, and need not be values. Nested columns have none.
  package func statistics(
    column: Int
  ) -> (minimum: Value?, maximum: Value?, nullCount: Int?) {
    guard case .leaf(let leaf) = nodes[column].kind,
      let statistics = metadata.columns[leaf.index].statistics
    else { return (nil, nil, nil) }
    var nullCount = statistics.nullCount
    if let count = nullCount, !(0...rowCount).contains(count) { nullCount = nil }
    let bounds = StatisticsValue.bounds(statistics, leaf: leaf, hasTypeOrder: hasTypeOrder)
    return (bounds.minimum, bounds.maximum, nullCount)
  }
}
