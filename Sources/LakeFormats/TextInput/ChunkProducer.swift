import LakeCore

/// A chunk that is there, or one that whoever decodes it reads first.
package enum ChunkRequest: Sendable {
  case loaded(Chunk)
  case range(ChunkRange)

  /// The chunk; nil where no record begins in the range.
  package func load(tracker: MemoryTracker?) throws(LakeError) -> Chunk? {
    switch self {
    case .loaded(let chunk): chunk
    case .range(let range): try range.load(tracker: tracker)
    }
  }
}

/// Gives the chunks of one file, in order. Called under a lock, by one thread at a time.
package protocol ChunkProducer: AnyObject {
  func next() throws(LakeError) -> ChunkRequest?
  /// What was wrong with the source where it ended early; all that could be read was given before.
  var damage: LakeError? { get }
}

/// Cuts a plain file into ranges without looking into it. The readers find the records' boundaries.
package final class RangeProducer: ChunkProducer {
  private let file: any ReadableFile
  private let splitter: any RecordSplitter
  private let size: Int
  private let sizes: ChunkSizes
  private var position: Int
  package let damage: LakeError? = nil

  package init(
    file: any ReadableFile, size: Int, splitter: any RecordSplitter, sizes: ChunkSizes
  ) {
    precondition(splitter.isLocal)
    self.file = file
    self.splitter = splitter
    self.size = size
    self.sizes = sizes
    position = 0
  }

  package func next() -> ChunkRequest? {
    guard position < size else { return nil }
    let end = min(position + sizes.target, size)
    defer { position = end }
    return .range(
      ChunkRange(
        file: file, splitter: splitter, start: position, end: end,
        recordMax: max(sizes.recordMax, sizes.target)))
  }
}

/// Cuts a sequence of bytes in one pass: compressed files, and formats whose boundaries depend on
/// everything before them.
package final class StreamProducer: ChunkProducer {
  private let source: any ByteSource
  private let splitter: any RecordSplitter
  private let sizes: ChunkSizes
  private let tracker: MemoryTracker?
  /// Bytes that were read and not given out yet; they begin at a boundary.
  private var rest: (buffer: Buffer, range: Range<Int>)?
  private var offset = 0
  private var isAtEnd = false
  package private(set) var damage: LakeError?

  package init(
    source: any ByteSource, splitter: any RecordSplitter, sizes: ChunkSizes,
    tracker: MemoryTracker?
  ) {
    self.source = source
    self.splitter = splitter
    self.sizes = sizes
    self.tracker = tracker
  }

  package func next() throws(LakeError) -> ChunkRequest? {
    // One byte more than a record may have, so that the longest is seen to end.
    let most = max(sizes.recordMax, sizes.target) + 1
    var wanted = min(max(sizes.target, 2 * (rest?.range.count ?? 0)), most)
    while true {
      let (buffer, count) = try fill(wanted)
      if count == 0 { return nil }
      let bytes = ByteView(buffer, count: count)
      if isAtEnd { return give(buffer, 0..<count, rest: nil) }
      let boundary = splitter.lastBoundary(in: bytes, isFileStart: offset == 0)
      if boundary > 0 { return give(buffer, 0..<boundary, rest: boundary..<count) }
      rest = (buffer, 0..<count)
      if wanted >= most {
        let saved = splitter.recoverBoundary(in: bytes)
        if saved > 0 { return give(buffer, 0..<saved, rest: saved..<count) }
        return try passOver(buffer, bytes)
      }
      wanted = min(wanted * 2, most)
    }
  }

  private func give(_ buffer: Buffer, _ range: Range<Int>, rest: Range<Int>?) -> ChunkRequest {
    // The bytes left over are copied before the chunk writes its closing zeros over them.
    self.rest = nil
    if let rest, !rest.isEmpty {
      let kept = Buffer(untracked: rest.count)
      kept.base.copyMemory(from: buffer.base + rest.lowerBound, byteCount: rest.count)
      self.rest = (kept, 0..<rest.count)
    }
    let chunk = Chunk(
      buffer: buffer, start: range.lowerBound, count: range.count, offset: offset,
      isCutOff: isAtEnd && damage != nil)
    offset += range.count
    return .loaded(chunk)
  }

  /// The bytes left over and as many new ones as there is room for; fewer only at the end.
  private func fill(_ wanted: Int) throws(LakeError) -> (Buffer, count: Int) {
    let buffer = try Buffer(byteCount: wanted, tracker: tracker)
    var count = 0
    if let rest {
      count = rest.range.count
      buffer.base.copyMemory(from: rest.buffer.base + rest.range.lowerBound, byteCount: count)
      self.rest = nil
    }
    while !isAtEnd, count < wanted {
      count += try read(into: buffer.base + count, count: wanted - count)
    }
    return (buffer, count)
  }

  /// Reads, and turns damage of the source into its end: what was read before is still good.
  private func read(
    into target: UnsafeMutableRawPointer, count: Int
  ) throws(LakeError) -> Int {
    do throws(LakeError) {
      let got = try source.read(into: target, count: count)
      if got == 0 { isAtEnd = true }
      return got
    } catch {
      guard error.code == .corruptData else { throw error }
      damage = error
      isAtEnd = true
      return 0
    }
  }

  /// Reads on to the end of a record that is too long, keeping nothing but its beginning.
  private func passOver(_ held: Buffer, _ bytes: ByteView) throws(LakeError) -> ChunkRequest {
    if let skipper = splitter.makeSkipper() { return try passOver(held, bytes, skipper) }
    var skipper = OversizedSkipper(offset: offset, limit: sizes.recordMax, known: bytes)
    if let rest { self.rest = (rest.buffer, (rest.range.upperBound - 1)..<rest.range.upperBound) }
    while !isAtEnd {
      // One byte of the record is kept in front: a boundary is seen from what stands before it.
      let (buffer, count) = try fill(sizes.target)
      let fresh = ByteView(buffer, count: count)
      let boundary = count > 1 ? splitter.firstBoundary(in: fresh, from: 1) : nil
      skipper.take(fresh[1..<(boundary ?? count)])
      let from = boundary ?? (count - 1)
      rest = (buffer, from..<count)
      if boundary != nil { break }
    }
    if isAtEnd, rest?.range.count == 1 { rest = nil }
    return .loaded(Chunk(passedOver: note(skipper)))
  }

  /// As above, for formats that know the end of a record that goes by in pieces.
  private func passOver(
    _ held: Buffer, _ bytes: ByteView, _ finder: any RecordSkipper
  ) throws(LakeError) -> ChunkRequest {
    var finder = finder
    var skipper = OversizedSkipper(offset: offset, limit: sizes.recordMax, known: bytes[0..<0])
    var piece = (buffer: held, count: bytes.count)
    rest = nil
    while piece.count > 0 {
      let fresh = ByteView(piece.buffer, count: piece.count)
      let end = finder.end(in: fresh)
      skipper.take(fresh[0..<(end ?? fresh.count)])
      if let end {
        if end < piece.count { rest = (piece.buffer, end..<piece.count) }
        break
      }
      piece = try fill(sizes.target)
    }
    return .loaded(Chunk(passedOver: note(skipper)))
  }

  /// Moves on behind a record that was passed over.
  private func note(_ skipper: OversizedSkipper) -> OversizedRecord {
    offset += skipper.record.byteCount
    return skipper.record
  }
}
