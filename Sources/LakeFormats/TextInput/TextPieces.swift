import LakeCore
import Synchronization

/// A scan of text files in pieces, for those who run the threads themselves: `next` under a lock,
/// `Piece.read` on any thread, `enter` for one piece after the other in order. What comes of it is
/// what `TextScan.run` gives.
// @unchecked Sendable: the feed is used by one thread at a time, as `next` demands, the ledger by
// the one that enters, and the decoders are behind a lock.
package final class TextPieces: @unchecked Sendable {
  /// A chunk of one file, or its end.
  // @unchecked Sendable: written by `read`, on one thread, before `enter` looks at it.
  package final class Piece: @unchecked Sendable {
    private let item: ChunkFeed.Item
    private let pieces: TextPieces
    /// Counts the pieces from 0.
    package let index: Int
    /// Which of the files it is a part of.
    package let file: Int
    fileprivate var entry = ScanLedger.Entry.nothing
    /// Records that `read` gave.
    package private(set) var recordCount = 0
    package private(set) var byteCount = 0

    fileprivate init(_ item: ChunkFeed.Item, _ index: Int, _ pieces: TextPieces) {
      self.item = item
      self.index = index
      self.pieces = pieces
      switch item {
      case .chunk(_, let file), .end(let file, _): self.file = file
      }
    }

    /// Whether it is the end of a file, which holds no records.
    package var isEnd: Bool { if case .end = item { true } else { false } }

    /// Hands out the batches in order. Called once.
    package func read(emit: (Batch) throws -> Void) throws {
      switch item {
      case .end(let file, let damage):
        entry = .end(file: file, damage: damage)
      case .chunk(let request, let file):
        guard let chunk = try request.load(tracker: pieces.tracker) else { return }
        let decoder = try pieces.takeDecoder()
        var report = try decoder.decode(chunk, of: pieces.files[file], emit: emit)
        // A decoder that threw is left in the middle of something, and not used again.
        pieces.giveBack(decoder)
        report.end.pass(chunk.bytes, newlineCount: report.newlineCount)
        recordCount = report.recordCount
        byteCount = report.byteCount
        let isClean = report.rejects.isEmpty && chunk.oversized == nil
        entry = .chunk(file: file, report, isClean ? nil : chunk)
      }
    }
  }

  private let files: [TextFile]
  private let tracker: MemoryTracker?
  private let feed: ChunkFeed
  private let ledger: ScanLedger
  private let makeDecoder: @Sendable () throws -> any ChunkDecoder
  private let decoders = Mutex<[DecoderBox]>([])
  private var pieceCount = 0

  package init(
    _ scan: TextScan, makeDecoder: @escaping @Sendable () throws -> any ChunkDecoder,
    reject: @escaping (Reject) throws -> Void
  ) {
    files = scan.files
    tracker = scan.tracker
    feed = ChunkFeed(files: scan.files, sizes: scan.sizes, tracker: scan.tracker)
    ledger = ScanLedger(
      files: scan.files, onError: scan.onError, progress: scan.progress, reject: reject)
    self.makeDecoder = makeDecoder
  }

  package func next() throws -> Piece? {
    guard let item = try feed.next() else { return nil }
    defer { pieceCount += 1 }
    return Piece(item, pieceCount, self)
  }

  /// Counts a piece that was read, and makes rejects of what it could not give.
  package func enter(_ piece: Piece) throws {
    try ledger.enter(piece.entry)
    piece.entry = .nothing
  }

  package func summary(of file: Int) -> FileSummary { ledger.summaries[file] }

  // @unchecked Sendable: a decoder is used by whoever took it, and by nobody meanwhile.
  private struct DecoderBox: @unchecked Sendable {
    let decoder: any ChunkDecoder
  }

  private func takeDecoder() throws -> any ChunkDecoder {
    if let known = decoders.withLock({ $0.popLast() }) { return known.decoder }
    return try makeDecoder()
  }

  private func giveBack(_ decoder: any ChunkDecoder) {
    let box = DecoderBox(decoder: decoder)
    decoders.withLock { $0.append(box) }
  }
}
