import LakeCore

/// A column chunk that is ready to be written: the bytes of its pages, and what the footer says,
/// with offsets from its beginning.
final class EncodedChunk {
  let bytes: ByteSink
  let metadata: ParquetChunkMetadata
  let statistics: LeafStatistics
  let nullCount: Int
  /// Rows whose whole column is null.
  let topNullCount: Int

  init(
    bytes: consuming ByteSink, metadata: ParquetChunkMetadata, statistics: LeafStatistics,
    nullCount: Int, topNullCount: Int
  ) {
    self.bytes = bytes
    self.metadata = metadata
    self.statistics = statistics
    self.nullCount = nullCount
    self.topNullCount = topNullCount
  }
}
