import LakeCore

/// A stretch of a plain file, to be read by whoever decodes it: the records that begin in it.
package struct ChunkRange: Sendable {
  let file: any ReadableFile
  let splitter: any RecordSplitter
  let start: Int
  let end: Int
  let recordMax: Int

  /// Reads the stretch, and beyond its end until the next record begins. Nil where no record
  /// begins in it.
  func load(tracker: MemoryTracker?) throws(LakeError) -> Chunk? {
    // One byte before the start is read too: a boundary is recognised by what stands before it.
    let readStart = max(start - 1, 0)
    let wanted = end - readStart
    var slack = 64 << 10
    while true {
      let buffer = try Buffer(byteCount: wanted + slack, tracker: tracker)
      let got = try file.read(into: buffer.base, count: buffer.byteCount, at: readStart)
      let bytes = ByteView(buffer, count: got)
      guard let first = start == 0 ? 0 : firstBoundary(in: bytes, from: 1), first < wanted else {
        return nil
      }
      let next = got > wanted ? firstBoundary(in: bytes, from: max(wanted, 1)) : nil
      if let last = next ?? (got < buffer.byteCount ? got : nil) {
        return Chunk(
          buffer: buffer, start: first, count: last - first, offset: readStart + first)
      }
      if got - first > recordMax {
        return try passOver(in: bytes, of: buffer, first: first, readStart: readStart)
      }
      slack *= 4
    }
  }

  private func firstBoundary(in bytes: ByteView, from offset: Int) -> Int? {
    offset < bytes.count ? splitter.firstBoundary(in: bytes, from: offset) : nil
  }

  /// The whole records that were read, with a note of the one behind them that is too long.
  private func passOver(
    in bytes: ByteView, of buffer: Buffer, first: Int, readStart: Int
  ) throws(LakeError) -> Chunk {
    let last = first + splitter.lastBoundary(in: bytes.dropFirst(first))
    let long = bytes.dropFirst(last)
    var skipper = OversizedSkipper(offset: readStart + last, limit: recordMax, known: long)
    var position = readStart + bytes.count
    let piece = try Buffer(byteCount: 1 << 20)
    // The last byte is kept in front, since a boundary may lie between two pieces.
    piece.base.storeBytes(of: bytes[bytes.count - 1], as: UInt8.self)
    while true {
      let got = try file.read(into: piece.base + 1, count: piece.byteCount - 1, at: position)
      if got == 0 { break }
      let fresh = ByteView(piece, count: got + 1)
      let boundary = firstBoundary(in: fresh, from: 1)
      skipper.take(fresh[1..<(boundary ?? fresh.count)])
      if boundary != nil { break }
      position += got
      piece.base.storeBytes(of: fresh[got], as: UInt8.self)
    }
    return Chunk(
      buffer: buffer, start: first, count: last - first, offset: readStart + first,
      oversized: skipper.record)
  }
}

/// Collects what a reject needs to know of a record that passes by in pieces.
struct OversizedSkipper {
  private(set) var record: OversizedRecord
  private var hash: XXH64

  init(offset: Int, limit: Int, known: ByteView) {
    record = OversizedRecord(
      offset: offset, byteCount: 0, newlineCount: 0, limit: limit, hash: 0, head: [])
    hash = XXH64()
    let head = known[0..<min(known.count, Reject.rawBytesMax)]
    record.head = Array(UnsafeBufferPointer(start: head.start, count: head.count))
    take(known)
  }

  mutating func take(_ bytes: ByteView) {
    record.byteCount += bytes.count
    record.newlineCount += bytes.newlineCount
    hash.update(bytes)
    record.hash = hash.digest
  }
}
