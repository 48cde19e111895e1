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

  init(
    _ file: any ReadableFile, at fileOffset: Int, byteCount: Int, tracker: MemoryTracker?
  ) {
    self.file = file
    self.fileOffset = fileOffset
    self.byteCount = byteCount
    self.tracker = tracker
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
