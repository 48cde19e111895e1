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

  private let input: ChunkInput
  private let decompressor: PageDecompressor?
  private let libraries: CodecLibraries
  /// Behind the header that was read last, or the page that was taken or passed over.
  private var offset = 0
  private var pageOffset = 0
  private var header: ParquetPageHeader?
  private(set) var work = ParquetReadWork()
  /// What pages have to hold that come still. The last page is told by it: behind it may be
  /// anything.
  private var valuesLeft: Int

  init(
    _ metadata: ParquetChunkMetadata, file: any ReadableFile, fileSize: Int,
    libraries: CodecLibraries, tracker: MemoryTracker?
  ) throws(LakeError) {
    input = try ChunkInput(metadata, of: file, fileSize: fileSize, tracker: tracker)
    self.libraries = libraries
    decompressor = try PageDecompressor(
      metadata.codec, libraries: libraries, tracker: tracker)
    valuesLeft = metadata.valueCount
  }

  /// Where in the file the page begins that was looked at last.
  var place: Int { input.fileOffset + pageOffset }

  /// The header of the next page of data or of the dictionary; nil behind the last. It stays the
  /// next one until it is taken or passed over.
  func peek() throws(LakeError) -> ParquetPageHeader? {
    if let header { return header }
    while offset < input.byteCount, valuesLeft > 0 {
      pageOffset = offset
      let (found, length) = try input.pageHeader(at: offset)
      offset += length
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
    if header.type != .dictionary {
      work.pagesPassed += 1
      valuesLeft -= header.valueCount
    }
    self.header = nil
  }

  /// The next page of data or of the dictionary; nil behind the last.
  func next() throws(LakeError) -> Page? {
    guard let header = try peek() else { return nil }
    let body = try input.bytes(at: offset, count: header.compressedSize)
    if let checksum = header.checksum {
      let found = libraries.checksum(body.view)
      guard found == checksum else {
        throw LakeError.parquetDamage(
          "the page's checksum is \(found) and its header says \(checksum)")
      }
    }
    pass()
    if header.type != .dictionary {
      work.pagesPassed -= 1
      work.pages += 1
    }
    work.bytes += header.compressedSize
    return try page(header, body)
  }

  private func page(
    _ header: ParquetPageHeader, _ body: ChunkInput.Bytes
  ) throws(LakeError) -> Page {
    // Levels of version 2 stand before the compressed part.
    let plain = header.type == .dataV2 ? header.definitionBytes + header.repetitionBytes : 0
    guard plain <= body.view.count, plain <= header.uncompressedSize else {
      throw LakeError.parquetDamage("the levels of a page are longer than the page")
    }
    guard let decompressor, header.type != .dataV2 || header.isCompressed else {
      return Page(header: header, buffer: body.owner, bytes: body.view)
    }
    let buffer = try decompressor.decompress(
      body.view.dropFirst(plain), count: header.uncompressedSize - plain,
      behind: body.view[0..<plain])
    return Page(header: header, buffer: buffer, bytes: ByteView(buffer))
  }
}
