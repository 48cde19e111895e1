import LakeCore

/// The bytes of one column chunk as they lie in the file, read when they are asked for: all at
/// once, or, of a large chunk, in pieces that are let go when no page points into them.
final class ChunkInput {
  /// Chunks up to here are read at once.
  static let wholeMax = 8 << 20
  /// Larger ones in pieces of this size, or of one page, whichever is more.
  static let pieceBytes = 4 << 20

  /// Bytes of the chunk, and what keeps them.
  struct Bytes {
    var owner: Buffer
    var view: ByteView
  }

  let byteCount: Int
  /// Where the chunk begins in the file.
  let fileOffset: Int
  private let file: any ReadableFile
  private let tracker: MemoryTracker?
  private var piece: Buffer?
  /// Where the piece begins in the chunk.
  private var pieceStart = 0

  /// What a header has to have in memory to be tried; few are longer than a hundred bytes.
  private static let headerBytes = 4096
  /// A longer one is damage: statistics of a page hold two values.
  private static let headerBytesMax = 16 << 20
  /// Older writers left the dictionary's header out when they counted the bytes of a chunk, so
  /// there may be so many more.
  private static let miscountMax = 100

  init(
    _ chunk: ParquetChunkMetadata, of file: any ReadableFile, fileSize: Int,
    tracker: MemoryTracker?
  ) throws(LakeError) {
    let (start, count) = (chunk.firstPageOffset, chunk.totalCompressedSize)
    guard start >= 4, start <= fileSize, count <= fileSize - start else {
      throw LakeError.parquetDamage(
        "its \(count) bytes from \(start) on do not lie in the file of \(fileSize)")
    }
    self.file = file
    fileOffset = start
    byteCount = min(count + Self.miscountMax, fileSize - start)
    self.tracker = tracker
  }

  /// The header at `offset`, and its length. The page's bytes behind it lie in the chunk.
  func pageHeader(at offset: Int) throws(LakeError) -> (header: ParquetPageHeader, length: Int) {
    let (header, length) = try header(at: offset)
    guard header.compressedSize <= byteCount - offset - length else {
      throw LakeError.parquetDamage("a page of \(header.compressedSize) bytes leaves its column")
    }
    return (header, length)
  }

  /// A header may be longer than what is in memory: then more of the chunk is read.
  private func header(at offset: Int) throws(LakeError) -> (ParquetPageHeader, Int) {
    let left = byteCount - offset
    var wanted = min(left, Self.headerBytes)
    while true {
      let held = try heldBytes(at: offset, atLeast: wanted)
      defer { withExtendedLifetime(held.owner) {} }
      var reader = ThriftReader(held.view)
      do throws(LakeError) {
        return (try ParquetPageHeader(&reader), reader.offset)
      } catch {
        guard held.view.count < min(left, Self.headerBytesMax) else { throw error }
      }
      wanted = min(left, held.view.count * 2)
    }
  }

  /// Exactly `count` bytes from `offset` on, which lie in the chunk.
  func bytes(at offset: Int, count: Int) throws(LakeError) -> Bytes {
    let held = try heldBytes(at: offset, atLeast: count)
    return Bytes(owner: held.owner, view: held.view[0..<count])
  }

  /// All bytes from `offset` on that are in memory, `atLeast` so many.
  func heldBytes(at offset: Int, atLeast count: Int) throws(LakeError) -> Bytes {
    precondition(offset >= 0 && count >= 0 && count <= byteCount - offset)
    if let piece, offset >= pieceStart, offset + count <= pieceStart + piece.byteCount {
      return Bytes(owner: piece, view: ByteView(piece).dropFirst(offset - pieceStart))
    }
    let isWhole = byteCount <= Self.wholeMax
    let start = isWhole ? 0 : offset
    let size = isWhole ? byteCount : min(max(count, Self.pieceBytes), byteCount - start)
    // Let go first, so that there are not two at once.
    piece = nil
    let buffer = try Buffer(byteCount: size, tracker: tracker)
    let got = try file.read(into: buffer.base, count: size, at: fileOffset + start)
    guard got == size else {
      throw LakeError.parquetDamage("the file ends after \(fileOffset + start + got) bytes")
    }
    piece = buffer
    pieceStart = start
    return Bytes(owner: buffer, view: ByteView(buffer).dropFirst(offset - start))
  }
}
