import LakeCore

/// How a column of a row group lies in its file: for people who want to know.
package struct ParquetChunkSummary: Sendable {
  /// The names on the way to the leaf, with dots between.
  package var path: String
  /// As the format's specification spells them.
  package var encodings: [String]
  package var codec: String
  /// Nulls included.
  package var valueCount: Int
  package var uncompressedBytes: Int
  package var compressedBytes: Int
  /// Nil where the file does not say.
  package var nullCount: Int?
}

extension ParquetRowGroup {
  /// The columns in the order of the file; of nested ones each leaf.
  package var chunks: [ParquetChunkSummary] {
    metadata.columns.map { chunk in
      ParquetChunkSummary(
        path: chunk.path.joined(separator: "."),
        encodings: chunk.encodings.map(\.specificationName),
        codec: chunk.codec?.specificationName ?? "unknown", valueCount: chunk.valueCount,
        uncompressedBytes: chunk.totalUncompressedSize,
        compressedBytes: chunk.totalCompressedSize, nullCount: chunk.statistics?.nullCount)
    }
  }
}

extension ParquetEncoding {
  var specificationName: String {
    switch self {
    case .plain: "PLAIN"
    case .plainDictionary: "PLAIN_DICTIONARY"
    case .rle: "RLE"
    case .bitPacked: "BIT_PACKED"
    case .deltaBinaryPacked: "DELTA_BINARY_PACKED"
    case .deltaLengthByteArray: "DELTA_LENGTH_BYTE_ARRAY"
    case .deltaByteArray: "DELTA_BYTE_ARRAY"
    case .rleDictionary: "RLE_DICTIONARY"
    case .byteStreamSplit: "BYTE_STREAM_SPLIT"
    }
  }
}

extension ParquetCodec {
  var specificationName: String {
    switch self {
    case .uncompressed: "none"
    case .snappy: "snappy"
    case .gzip: "gzip"
    case .lzo: "lzo"
    case .brotli: "brotli"
    case .lz4: "lz4"
    case .zstd: "zstd"
    case .lz4Raw: "lz4_raw"
    }
  }
}
