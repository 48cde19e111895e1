import LakeCore

/// What one pass over a file found: how many records, which were broken and what the others hold.
package struct FileSurvey: Sendable {
  package var summary: FileSummary
  package var evidence = FileEvidence()
}

extension TextScan {
  /// Reads every record of the files once and says of each file what is in it. The files may be of
  /// different formats: nothing is decided for all of them together.
  ///
  /// `reject` gets the records that are broken whatever their columns are, in the order of the
  /// files; records whose values do not fit a schema are found by `run`, once there is a schema.
  package func survey(
    on pool: ThreadPool, reject: (Reject) throws -> Void
  ) throws -> [FileSurvey] {
    let feed = ChunkFeed(files: files, sizes: sizes, tracker: tracker)
    let (files, tracker) = (files, tracker)
    var evidence = files.map(FileEvidence.init(columnsOf:))
    return try withoutActuallyEscaping(reject) { reject in
      let ledger = ScanLedger(files: files, onError: .reject, progress: progress, reject: reject)
      try pool.mapOrdered(
        window: 2 * pool.threadCount, cancellation: cancellation,
        makeState: { SurveyWorker(tracker: tracker) },
        produce: feed.next,
        transform: { worker, item in try worker.survey(item, files) },
        consume: { (item: SurveyedItem) in
          try ledger.enter(item.entry)
          switch item.evidence {
          case .json(let chunk): evidence[item.file].add(chunk)
          case .csv(let chunk): evidence[item.file].add(chunk)
          case .lines(let report): evidence[item.file].add(lines: report.recordCount)
          case nil: break
          }
        })
      return zip(ledger.summaries, evidence).map { FileSurvey(summary: $0, evidence: $1) }
    }
  }
}

extension FileEvidence {
  /// What is known of a file's columns before its first record.
  fileprivate init(columnsOf file: TextFile) {
    self.init()
    let names: [String]
    switch file.format {
    case .csv(let format): names = format.names
    case .text: names = LineReader.schema.fields.map(\.name)
    case .json, .blank: names = []
    }
    columns = names.map { TypeEvidence.Member(name: $0, evidence: TypeEvidence()) }
  }

  /// Lines of plain text: values of its one column.
  fileprivate mutating func add(lines count: Int) {
    recordCount += count
    for index in columns.indices { columns[index].evidence[.text] += count }
  }
}

/// A chunk after a worker has looked at it.
private struct SurveyedItem: Sendable {
  enum Evidence: Sendable {
    case json(JSONChunkEvidence)
    case csv(CSVChunkEvidence)
    case lines(ChunkReport)

    var report: ChunkReport {
      switch self {
      case .json(let evidence): evidence.report
      case .csv(let evidence): evidence.report
      case .lines(let report): report
      }
    }
  }

  var entry: ScanLedger.Entry
  var file = 0
  var evidence: Evidence?
}

/// What one thread looks at chunks with.
private final class SurveyWorker {
  private let tracker: MemoryTracker?
  private let lines: LineDecoder
  /// Belongs to one file, so that the order of a file's columns does not come from the keys of
  /// another one that this thread has seen.
  private var json = JSONInferrer()
  private var jsonFile = -1

  init(tracker: MemoryTracker?) {
    self.tracker = tracker
    lines = LineDecoder(tracker: tracker)
  }

  func survey(_ item: ChunkFeed.Item, _ files: [TextFile]) throws -> SurveyedItem {
    switch item {
    case .end(let file, let damage):
      return SurveyedItem(entry: .end(file: file, damage: damage))
    case .chunk(let request, let file):
      guard let chunk = try request.load(tracker: tracker) else {
        return SurveyedItem(entry: .nothing)
      }
      let evidence = try look(at: chunk, of: files[file], file)
      var report = evidence.report
      report.end.pass(chunk.bytes, newlineCount: report.newlineCount)
      // The chunk's bytes are only kept where a reject needs them.
      let isClean = report.rejects.isEmpty && chunk.oversized == nil
      return SurveyedItem(
        entry: .chunk(file: file, report, isClean ? nil : chunk), file: file, evidence: evidence)
    }
  }

  private func look(
    at chunk: Chunk, of file: TextFile, _ index: Int
  ) throws -> SurveyedItem.Evidence {
    switch file.format {
    case .json(let format):
      if index != jsonFile {
        json = JSONInferrer()
        jsonFile = index
      }
      return .json(try json.infer(chunk, of: format))
    case .csv(let format):
      return .csv(try CSVChunkEvidence(chunk, format))
    case .text, .blank:
      return .lines(try lines.decode(chunk, of: file) { _ in })
    }
  }
}
