import Glibc
import LakeCore

/// The pages of one column chunk, one after the other: headers are read, and bodies decompressed
/// only if they are asked for.
///
/// A page's room is reserved only where its compressed bytes can fill it.
final class PageSource {
  struct Page {
    var header: ParquetPageHeader
    /// The bytes of levels and values; all of the buffer, or a part of it.
    var buffer: Buffer
    var bytes: ByteView
  }

  /// DEFLATE makes at most 1,032 bytes of one.
  private static let gzipRatioMax = 1032
  /// What a header has to have in memory to be tried; few are longer than a hundred bytes.
  private static let headerBytes = 4096
  /// A longer one is damage: statistics of a page hold two values.
  private static let headerBytesMax = 16 << 20

  private let input: ChunkInput
  private let codec: ParquetCodec
  private let decompressor: BlockDecompressor?
  private let tracker: MemoryTracker?
  /// Behind the header that was read last, or the page that was taken or passed over.
  private var offset = 0
  private var pageOffset = 0
  private var header: ParquetPageHeader?

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
    input = ChunkInput(file, at: start, byteCount: count, tracker: tracker)
  }

  /// Where in the file the page begins that was looked at last.
  var place: Int { input.fileOffset + pageOffset }

  /// The header of the next page of data or of the dictionary; nil behind the last. It stays the
  /// next one until it is taken or passed over.
  func peek() throws(LakeError) -> ParquetPageHeader? {
    if let header { return header }
    while offset < input.byteCount {
      pageOffset = offset
      let (found, length) = try readHeader()
      offset += length
      guard found.compressedSize <= input.byteCount - offset else {
        throw LakeError.parquetDamage("a page of \(found.compressedSize) bytes leaves its column")
      }
      if found.type != .index {
        header = found
        return found
      }
      offset += found.compressedSize
    }
    return nil
  }

  /// Leaves the page out whose header was read.
  func pass() {
    guard let header else { return }
    offset += header.compressedSize
    self.header = nil
  }

  /// The next page of data or of the dictionary; nil behind the last.
  func next() throws(LakeError) -> Page? {
    guard let header = try peek() else { return nil }
    let body = try input.bytes(at: offset, count: header.compressedSize)
    pass()
    return try page(header, body)
  }

  /// A header may be longer than what is in memory: then more of the chunk is read.
  private func readHeader() throws(LakeError) -> (ParquetPageHeader, Int) {
    let left = input.byteCount - offset
    var wanted = min(left, Self.headerBytes)
    while true {
      let held = try input.heldBytes(at: offset, atLeast: wanted)
      var reader = ThriftReader(held.view)
      do throws(LakeError) {
        return (try ParquetPageHeader(&reader), reader.offset)
      } catch {
        guard held.view.count < min(left, Self.headerBytesMax) else { throw error }
      }
      wanted = min(left, held.view.count * 2)
    }
  }

  private func page(
    _ header: ParquetPageHeader, _ body: ChunkInput.Bytes
  ) throws(LakeError) -> Page {
    // Levels of version 2 stand before the compressed part.
    let plain = header.type == .dataV2 ? header.definitionBytes + header.repetitionBytes : 0
    guard plain <= body.view.count, plain <= header.uncompressedSize else {
      throw LakeError.parquetDamage("the levels of a page are longer than the page")
    }
    let isPlain = codec == .uncompressed || (header.type == .dataV2 && !header.isCompressed)
    if isPlain { return Page(header: header, buffer: body.owner, bytes: body.view) }
    let count = header.uncompressedSize - plain
    let compressed = body.view.dropFirst(plain)
    let ratio = codec == .snappy ? Snappy.ratioMax : Self.gzipRatioMax
    guard count / ratio <= compressed.count else {
      throw LakeError.parquetDamage(
        "\(compressed.count) bytes cannot be \(count) when they are decompressed")
    }
    let buffer = try Buffer(byteCount: header.uncompressedSize, tracker: tracker)
    memcpy(buffer.base, body.view.start, plain)
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
