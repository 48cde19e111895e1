import LakeCore

/// Reads text files from the first byte to the last: chunks are decoded in parallel and what comes
/// of them is consumed in order, so that the outcome is that of reading one record after the other.
///
/// 1. A `ChunkFeed` gives the chunks of one file after the other, or ranges to be read.
/// 2. A worker reads its range, finds the records' boundaries (`Chunk`) and decodes them
///    (`ChunkDecoder`) into batches, each of which it passes to `transform`.
/// 3. The calling thread takes the results in order, counts lines, makes rejects of what could not
///    be read and hands everything on.
///
/// Memory is bounded by the window: so many chunks, their batches and their results exist at once.
package struct TextScan: Sendable {
  package var files: [TextFile]
  package var sizes = ChunkSizes()
  package var onError = ErrorPolicy.reject
  package var tracker: MemoryTracker?
  package var cancellation: CancellationFlag?
  package var progress: ScanProgress?

  package init(files: [TextFile]) {
    self.files = files
  }

  /// Runs the scan on a pool whose threads are not the caller's.
  ///
  /// - `makeDecoder` is called once for each worker.
  /// - `transform` runs on the workers, for each batch.
  /// - `consume` and `reject` run on the calling thread, in the order of the records (the rejects
  ///   of a chunk come before its batches).
  package func run<Output: Sendable>(
    on pool: ThreadPool,
    makeDecoder: @escaping @Sendable () throws -> any ChunkDecoder,
    transform: @escaping @Sendable (Batch) throws -> Output,
    consume: (Output) throws -> Void,
    reject: (Reject) throws -> Void
  ) throws -> [FileSummary] {
    let feed = ChunkFeed(files: files, sizes: sizes, tracker: tracker)
    let (files, tracker) = (files, tracker)
    return try withoutActuallyEscaping(reject) { reject in
      let ledger = ScanLedger(files: files, onError: onError, progress: progress, reject: reject)
      try pool.mapOrdered(
        window: 2 * pool.threadCount,
        cancellation: cancellation,
        makeState: makeDecoder,
        produce: feed.next,
        transform: { decoder, item in
          try DecodedItem(item, files, decoder, tracker, transform)
        },
        consume: { (item: DecodedItem<Output>) in
          try ledger.enter(item.entry)
          for output in item.outputs { try consume(output) }
        })
      return ledger.summaries
    }
  }
}

/// Told how far a scan has come, after each chunk, on the thread that called it.
package struct ScanProgress: Sendable {
  /// Records and bytes of text (after decompression) since the last call.
  package let report: @Sendable (_ records: Int, _ bytes: Int) -> Void

  package init(report: @escaping @Sendable (_ records: Int, _ bytes: Int) -> Void) {
    self.report = report
  }

  func add(bytes: Int, records: Int) { report(records, bytes) }
}

/// A chunk after a worker has dealt with it.
private struct DecodedItem<Output: Sendable>: Sendable {
  var entry: ScanLedger.Entry
  var outputs: [Output] = []

  init(
    _ item: ChunkFeed.Item, _ files: [TextFile], _ decoder: any ChunkDecoder,
    _ tracker: MemoryTracker?, _ transform: (Batch) throws -> Output
  ) throws {
    switch item {
    case .end(let file, let damage):
      entry = .end(file: file, damage: damage)
    case .chunk(let request, let file):
      guard let chunk = try request.load(tracker: tracker) else {
        entry = .nothing
        return
      }
      var outputs: [Output] = []
      var report = try decoder.decode(chunk, of: files[file]) { batch in
        outputs.append(try transform(batch))
      }
      report.end.pass(chunk.bytes, newlineCount: report.newlineCount)
      self.outputs = outputs
      // The chunk's bytes are only kept where a reject needs them.
      entry = .chunk(file: file, report, report.isClean && chunk.oversized == nil ? nil : chunk)
    }
  }
}

extension ChunkReport {
  fileprivate var isClean: Bool { rejects.isEmpty }
}
