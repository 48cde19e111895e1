import Glibc
import LakeCore

/// Decompresses the pages of a column chunk. Used by one thread.
///
/// A page's room is reserved only where its compressed bytes can fill it, or grows with them.
final class PageDecompressor {
  private enum Engine {
    case gzip(BlockDecompressor)
    case snappy
    case zstd(ZstdDecompressor)
    case brotli(Brotli)
    case lz4
    case lz4Deprecated
  }

  /// DEFLATE makes at most 1,032 bytes of one.
  private static let gzipRatioMax = 1032

  private let engine: Engine
  private let tracker: MemoryTracker?

  /// Nil for pages that are not compressed.
  init?(
    _ codec: ParquetCodec?, libraries: CodecLibraries, tracker: MemoryTracker?
  ) throws(LakeError) {
    switch codec {
    case .uncompressed: return nil
    case .gzip: engine = .gzip(BlockDecompressor(.gzip, libraries: libraries))
    case .snappy: engine = .snappy
    case .zstd: engine = .zstd(try ZstdDecompressor(libraries: libraries))
    case .brotli:
      guard let brotli = libraries.brotli else { throw Brotli.missing }
      engine = .brotli(brotli)
    case .lz4Raw: engine = .lz4
    case .lz4: engine = .lz4Deprecated
    case .lzo, nil:
      let name = codec == .lzo ? "lzo" : "a codec that is not known"
      throw LakeError(
        .unsupported, "it is compressed with \(name), which cannot be read",
        hint: "Write the file with gzip, zstd, snappy or without compression.")
    }
    self.tracker = tracker
  }

  /// A buffer of `prefix` and the `count` bytes that `bytes` hold.
  func decompress(
    _ bytes: ByteView, count: Int, behind prefix: ByteView
  ) throws(LakeError) -> Buffer {
    // A page of nulls alone may have no compressed part at all.
    let isEmpty = count == 0 && bytes.isEmpty
    if case .brotli(let brotli) = engine, !isEmpty {
      return try brotli.decompress(bytes, count: count, behind: prefix, tracker: tracker)
    }
    guard count / ratioMax <= bytes.count else {
      throw LakeError.parquetDamage(
        "\(bytes.count) bytes cannot be \(count) when they are decompressed")
    }
    let buffer = try Buffer(byteCount: prefix.count + count, tracker: tracker)
    memcpy(buffer.base, prefix.start, prefix.count)
    if !isEmpty { try decompress(bytes, into: buffer.base + prefix.count, count: count) }
    return buffer
  }

  private var ratioMax: Int {
    switch engine {
    case .gzip: Self.gzipRatioMax
    case .snappy: Snappy.ratioMax
    case .zstd: Zstandard.ratioMax
    case .lz4, .lz4Deprecated: LZ4.ratioMax
    case .brotli: 1
    }
  }

  private func decompress(
    _ bytes: ByteView, into target: UnsafeMutableRawPointer, count: Int
  ) throws(LakeError) {
    let out = target.assumingMemoryBound(to: UInt8.self)
    switch engine {
    case .gzip(let decompressor): try decompressor.decompress(bytes, into: target, count: count)
    case .zstd(let decompressor): try decompressor.decompress(bytes, into: target, count: count)
    case .snappy: try Snappy.decompress(bytes, into: out, count: count)
    case .lz4: try LZ4.decompress(bytes, into: out, count: count)
    case .lz4Deprecated: try LZ4.decompressDeprecated(bytes, into: out, count: count)
    case .brotli: throw LakeError(.internal, "Brotli makes its own room")
    }
  }
}
