import LakeCore

/// A column chunk that is ready to be written: the bytes of its pages, and what the footer says,
/// with offsets from its beginning.
final class EncodedChunk {
  let bytes: ByteSink
  let metadata: ParquetChunkMetadata
  let statistics: LeafStatistics
  /// Rows whose whole column is null.
  let topNullCount: Int
  /// Where the data pages are, from the beginning of the chunk.
  let pages: [ParquetPageLocation]
  /// Nil where a page with values has no bounds.
  let columnIndex: ParquetColumnIndex?
  /// Nil where none was asked for.
  let filter: ParquetBloomFilter?

  init(
    bytes: consuming ByteSink, metadata: ParquetChunkMetadata, statistics: LeafStatistics,
    topNullCount: Int, pages: [ParquetPageLocation], columnIndex: ParquetColumnIndex?,
    filter: ParquetBloomFilter?
  ) {
    self.bytes = bytes
    self.metadata = metadata
    self.statistics = statistics
    self.topNullCount = topNullCount
    self.pages = pages
    self.columnIndex = columnIndex
    self.filter = filter
  }

  /// Slots without a value.
  var nullCount: Int { metadata.statistics?.nullCount ?? 0 }
}
