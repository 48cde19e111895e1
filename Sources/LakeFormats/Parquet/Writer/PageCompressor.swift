import LakeCore

/// Compresses the bodies of pages, for one thread.
struct PageCompressor {
  private enum Engine {
    case none
    case gzip(BlockCompressor)
    case zstd(ZstdCompressor)
  }

  private let engine: Engine

  init(_ options: ParquetWriteOptions, libraries: CodecLibraries) throws(LakeError) {
    switch options.codec {
    case .none: engine = .none
    case .gzip:
      engine = .gzip(try BlockCompressor(.gzip, level: options.level, libraries: libraries))
    case .zstd: engine = .zstd(try ZstdCompressor(level: options.level, libraries: libraries))
    }
  }

  /// Appends the compressed form of a page.
  func compress(_ bytes: ByteView, into sink: inout ByteSink) throws(LakeError) {
    switch engine {
    case .none: try sink.append(bytes)
    case .gzip(let compressor): try compressor.compress(bytes, into: &sink)
    case .zstd(let compressor): try compressor.compress(bytes, into: &sink)
    }
  }
}

extension ParquetWriteOptions.Codec {
  var parquet: ParquetCodec {
    switch self {
    case .none: .uncompressed
    case .gzip: .gzip
    case .zstd: .zstd
    }
  }
}
