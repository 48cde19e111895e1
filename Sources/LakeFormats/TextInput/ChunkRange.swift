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
    // Behind the last byte of the range at most one more record is read, and what begins the next.
    let slackMax = recordMax + 2
    var slack = min(64 << 10, slackMax)
    while true {
      let buffer = try Buffer(byteCount: wanted + slack, tracker: tracker)
      let got = try file.read(into: buffer.base, count: buffer.byteCount, at: readStart)
      let bytes = ByteView(buffer, count: got)
      guard let first = start == 0 ? 0 : firstBoundary(in: bytes, from: 1), first < wanted else {
        return nil
      }
      let next = got > wanted ? firstBoundary(in: bytes, from: max(wanted, 1)) : nil
      let last = next ?? (got < buffer.byteCount ? got : nil)
      if (last ?? got) - first > recordMax {
        // There may be one that is too long: the last, since a range has no room for another.
        let long = first + splitter.lastBoundary(in: bytes[first..<(last ?? got)])
        if (last ?? got) - long > recordMax {
          return try passOver(bytes, of: buffer, first..<long, until: last, readStart: readStart)
        }
      }
      if let last {
        return Chunk(
          buffer: buffer, start: first, count: last - first, offset: readStart + first)
      }
      slack = min(slack * 4, slackMax)
    }
  }

  private func firstBoundary(in bytes: ByteView, from offset: Int) -> Int? {
    offset < bytes.count ? splitter.firstBoundary(in: bytes, from: offset) : nil
  }

  /// The whole records that were read, with a note of the one behind them that is too long. Its
  /// end is searched for if it is not among the bytes.
  private func passOver(
    _ bytes: ByteView, of buffer: Buffer, _ whole: Range<Int>, until end: Int?, readStart: Int
  ) throws(LakeError) -> Chunk {
    let long = bytes[whole.upperBound..<(end ?? bytes.count)]
    var skipper = OversizedSkipper(
      offset: readStart + whole.upperBound, limit: recordMax, known: long)
    if end == nil { try passOver(from: readStart + bytes.count, after: long, &skipper) }
    return Chunk(
      buffer: buffer, start: whole.lowerBound, count: whole.count,
      offset: readStart + whole.lowerBound, oversized: skipper.record)
  }

  private func passOver(
    from offset: Int, after known: ByteView, _ skipper: inout OversizedSkipper
  ) throws(LakeError) {
    var position = offset
    let piece = try Buffer(byteCount: 1 << 20)
    // The last byte is kept in front, since a boundary may lie between two pieces.
    piece.base.storeBytes(of: known[known.count - 1], as: UInt8.self)
    while true {
      let got = try file.read(into: piece.base + 1, count: piece.byteCount - 1, at: position)
      if got == 0 { return }
      let fresh = ByteView(piece, count: got + 1)
      let boundary = firstBoundary(in: fresh, from: 1)
      skipper.take(fresh[1..<(boundary ?? fresh.count)])
      if boundary != nil { return }
      position += got
      piece.base.storeBytes(of: fresh[got], as: UInt8.self)
    }
  }
}

/// Collects what a reject needs to know of a record that passes by in pieces.
struct OversizedSkipper {
  private(set) var record: OversizedRecord
  private var hash: XXH64

  init(offset: Int, limit: Int, known: ByteView) {
    record = OversizedRecord(
      offset: offset, byteCount: 0, limit: limit, hash: 0, head: [])
    hash = XXH64()
    take(known)
  }

  mutating func take(_ bytes: ByteView) {
    let wanted = min(Reject.rawBytesMax - record.head.count, bytes.count)
    record.head.append(contentsOf: UnsafeBufferPointer(start: bytes.start, count: wanted))
    record.byteCount += bytes.count
    record.end.pass(bytes)
    hash.update(bytes)
    record.hash = hash.digest
  }
}
