import Glibc
import LakeCore

/// The pages of one column chunk, decompressed one after the other.
///
/// The chunk's bytes are read at once; the file has that many, or they are not asked for. A page's
/// room is reserved only where its compressed bytes can fill it.
final class PageSource {
  struct Page {
    var header: ParquetPageHeader
    /// The bytes of levels and values; all of the buffer, or a part of it.
    var buffer: Buffer
    var bytes: ByteView
  }

  /// DEFLATE makes at most 1,032 bytes of one.
  private static let gzipRatioMax = 1032

  private let chunk: Buffer
  private let codec: ParquetCodec
  private let decompressor: BlockDecompressor?
  private let tracker: MemoryTracker?
  /// Where the chunk begins in the file.
  private let fileOffset: Int
  private var offset = 0
  private var pageOffset = 0

  init(
    _ metadata: ParquetChunkMetadata, file: any ReadableFile, fileSize: Int,
    libraries: CodecLibraries, tracker: MemoryTracker?
  ) throws(LakeError) {
    var start = metadata.dataPageOffset
    // Some writers say 0 where there is no dictionary.
    if let dictionary = metadata.dictionaryPageOffset, dictionary > 0 {
      start = min(start, dictionary)
    }
    let count = metadata.totalCompressedSize
    guard start >= 4, start <= fileSize, count <= fileSize - start else {
      throw LakeError.parquetDamage(
        "its \(count) bytes from \(start) on do not lie in the file of \(fileSize)")
    }
    switch metadata.codec {
    case .uncompressed, .snappy: decompressor = nil
    case .gzip: decompressor = BlockDecompressor(.gzip, libraries: libraries)
    default:
      let name = metadata.codec.map { "\($0)" } ?? "a codec that is not known"
      throw LakeError(
        .unsupported, "it is compressed with \(name), which cannot be read",
        hint: "Write the file with gzip, snappy or without compression.")
    }
    codec = metadata.codec ?? .uncompressed
    self.tracker = tracker
    fileOffset = start
    chunk = try Buffer(byteCount: count, tracker: tracker)
    let got = try file.read(into: chunk.base, count: count, at: start)
    guard got == count else {
      throw LakeError.parquetDamage("the file ends after \(start + got) bytes")
    }
  }

  /// Where in the file the page begins that was asked for last.
  var place: Int { fileOffset + pageOffset }

  /// The next page of data or of the dictionary; nil behind the last.
  func next() throws(LakeError) -> Page? {
    while offset < chunk.byteCount {
      pageOffset = offset
      var reader = ThriftReader(ByteView(chunk).dropFirst(offset))
      let header = try ParquetPageHeader(&reader)
      offset += reader.offset
      guard header.compressedSize <= chunk.byteCount - offset else {
        throw LakeError.parquetDamage("a page of \(header.compressedSize) bytes leaves its column")
      }
      let body = ByteView(chunk).dropFirst(offset)[0..<header.compressedSize]
      offset += header.compressedSize
      if header.type != .index { return try page(header, body) }
    }
    return nil
  }

  private func page(_ header: ParquetPageHeader, _ body: ByteView) throws(LakeError) -> Page {
    // Levels of version 2 stand before the compressed part.
    let plain = header.type == .dataV2 ? header.definitionBytes + header.repetitionBytes : 0
    guard plain <= body.count, plain <= header.uncompressedSize else {
      throw LakeError.parquetDamage("the levels of a page are longer than the page")
    }
    let isPlain = codec == .uncompressed || (header.type == .dataV2 && !header.isCompressed)
    if isPlain { return Page(header: header, buffer: chunk, bytes: body) }
    let count = header.uncompressedSize - plain
    let compressed = body.dropFirst(plain)
    let ratio = codec == .snappy ? Snappy.ratioMax : Self.gzipRatioMax
    guard count / ratio <= compressed.count else {
      throw LakeError.parquetDamage(
        "\(compressed.count) bytes cannot be \(count) when they are decompressed")
    }
    let buffer = try Buffer(byteCount: header.uncompressedSize, tracker: tracker)
    memcpy(buffer.base, body.start, plain)
    // A page of nulls alone may have no compressed part at all.
    if count > 0 || !compressed.isEmpty {
      try decompress(compressed, into: buffer.base + plain, count: count)
    }
    return Page(header: header, buffer: buffer, bytes: ByteView(buffer))
  }

  private func decompress(
    _ bytes: ByteView, into target: UnsafeMutableRawPointer, count: Int
  ) throws(LakeError) {
    if let decompressor {
      try decompressor.decompress(bytes, into: target, count: count)
    } else {
      try Snappy.decompress(bytes, into: target.assumingMemoryBound(to: UInt8.self), count: count)
    }
  }
}
