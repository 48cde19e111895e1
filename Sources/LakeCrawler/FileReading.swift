import LakeCatalog
import LakeCore
import LakeFormats

/// Opens the files that are to be read, says what they are and reads all of their records, once.
struct FileReading {
  /// What came of one file.
  struct Result: Sendable {
    var file: CatalogFile
    var absolutePath: String
    /// Nil where the file may be of any format: it holds nothing.
    var format: TableFormat?
    var evidence = FileEvidence()
    var notes = TextNotes()
    var warnings: [String] = []
    var firstReason: String?
    var firstRejects: [Reject] = []
  }

  private let crawler: Crawler
  private let options: CrawlOptions
  private let rejects: RejectStore

  init(_ crawler: Crawler, _ options: CrawlOptions) {
    self.crawler = crawler
    self.options = options
    rejects = RejectStore(layout: crawler.workspace.layout, fileSystem: crawler.fileSystem)
  }

  /// A file of a table, by their places.
  private struct Place {
    var plan: Int
    var file: Int
  }

  func read(_ plans: inout [TablePlan]) throws {
    let places = plans.indices.flatMap { plan in
      plans[plan].toRead.map { Place(plan: plan, file: $0) }
    }
    var start = 0
    while start < places.count {
      let end = min(start + CrawlOptions.openFilesMax, places.count)
      try read(Array(places[start..<end]), &plans)
      start = end
    }
    for index in plans.indices { plans[index].readings.sort { $0.file.path < $1.file.path } }
  }

  private func read(_ places: [Place], _ plans: inout [TablePlan]) throws {
    let opened = try open(places, plans)
    var readable: [(place: Place, file: OpenedFile, text: TextFile)] = []
    for (place, outcome) in zip(places, opened) {
      switch outcome {
      case .text(let file, let text):
        readable.append((place, file, text))
      case .parquet(let file, let evidence, let groupCount):
        plans[place.plan].readings.append(result(file, evidence, groupCount))
      case .problem(let file, let problem):
        plans[place.plan].readings.append(result(file, problem, plans[place.plan]))
      case .gone:
        plans[place.plan].forget(plans[place.plan].discovered.files[place.file].path)
      case .failed(let error):
        plans[place.plan].report.failure = plans[place.plan].report.failure ?? error
      }
    }
    let sources = readable.map { entry in
      RejectSink.Source(
        table: plans[entry.place.plan].table.name, path: entry.file.discovered.path,
        absolutePath: entry.text.path)
    }
    let sink = RejectSink(
      sources, store: options.isDryRun ? nil : rejects, workspace: crawler.workspace)
    let surveys = try scan(readable.map(\.text)).survey(on: crawler.pool) { try sink.add($0) }
    try sink.finish()
    for (index, survey) in surveys.enumerated() {
      let (place, file, text) = readable[index]
      plans[place.plan].readings.append(result(file, text, survey, sink.results[index]))
    }
  }

  func scan(_ files: [TextFile]) -> TextScan {
    var scan = TextScan(files: files)
    scan.tracker = crawler.tracker
    scan.cancellation = crawler.cancellation
    scan.progress = crawler.progress
    return scan
  }

  // MARK: - Opening

  private struct OpenedFile: Sendable {
    var discovered: DiscoveredFile
    var stamp: FileStamp
    var isSettled: Bool
    var hash: UInt64?
  }

  private enum Outcome: Sendable {
    case text(OpenedFile, TextFile)
    case parquet(OpenedFile, FileEvidence, groupCount: Int)
    case problem(OpenedFile, LakeError)
    case gone
    case failed(LakeError)
  }

  /// Opens files side by side; the outcomes are in their order.
  private func open(_ places: [Place], _ plans: [TablePlan]) throws -> [Outcome] {
    let jobs = places.map { place in
      (
        file: plans[place.plan].discovered.files[place.file],
        format: plans[place.plan].definition?.format, reading: plans[place.plan].table.reading
      )
    }
    var outcomes: [Outcome] = []
    var rest = jobs[...]
    try crawler.pool.mapOrdered(
      window: 4 * crawler.pool.threadCount, cancellation: crawler.cancellation,
      produce: { rest.popFirst() },
      transform: { job in open(job.file, as: job.format, job.reading) },
      consume: { outcomes.append($0) })
    return outcomes
  }

  private func open(
    _ file: DiscoveredFile, as format: TableFormat?, _ reading: ReadingOptions
  ) -> Outcome {
    do throws(LakeError) {
      let handle = try crawler.fileSystem.openForReading(file.absolutePath)
      let stamp = FileStamp(try handle.status())
      let age = options.clock() - max(stamp.modified, stamp.changed)
      var opened = OpenedFile(
        discovered: file, stamp: stamp, isSettled: age >= CrawlOptions.settlingNanoseconds)
      if stamp.size <= options.hashedBytesMax {
        opened.hash = try ContentHash.hash(handle, tracker: crawler.tracker)
      }
      do throws(LakeError) {
        let isParquet = format == nil ? try beginsAsParquet(handle) : format == .parquet
        if isParquet { return try openParquet(opened) }
        let text = try TextFile(
          handle, as: format?.textFormat, csv: reading.csv, libraries: crawler.libraries)
        return .text(opened, text)
      } catch {
        guard error.code == .unsupported || error.code == .corruptData else { throw error }
        return .problem(opened, error)
      }
    } catch {
      return error.code == .notFound ? .gone : .failed(error)
    }
  }

  private func beginsAsParquet(_ file: any ReadableFile) throws(LakeError) -> Bool {
    let head = try Buffer(byteCount: FileSignature.byteCount)
    let count = try file.read(into: head.base, count: head.byteCount, at: 0)
    return FileSignature(ByteView(head, count: count)) == .parquet
  }

  private func openParquet(_ file: OpenedFile) throws(LakeError) -> Outcome {
    do {
      let parquet = try ParquetFile.open(
        file.discovered.absolutePath, in: crawler.fileSystem, libraries: crawler.libraries,
        tracker: crawler.tracker)
      return .parquet(file, FileEvidence(parquet), groupCount: parquet.rowGroups.count)
    } catch let error as LakeError {
      throw error
    } catch {
      throw LakeError(
        .internal, "cannot read the footer: \(error)", at: .file(file.discovered.absolutePath))
    }
  }

  // MARK: - Results

  private func result(
    _ file: OpenedFile, _ evidence: FileEvidence, _ groupCount: Int
  ) -> Result {
    var found = CatalogFile(path: file.discovered.path, stamp: file.stamp, format: .parquet)
    found.isSettled = file.isSettled
    found.contentHash = file.hash
    found.layout = groupCount == 1 ? "1 row group" : "\(groupCount) row groups"
    found.recordCount = evidence.recordCount
    return Result(
      file: found, absolutePath: file.discovered.absolutePath, format: .parquet,
      evidence: evidence)
  }

  private func result(
    _ file: OpenedFile, _ problem: LakeError, _ plan: TablePlan
  ) -> Result {
    var found = CatalogFile(
      path: file.discovered.path, stamp: file.stamp, format: plan.table.format ?? .text)
    found.isSettled = file.isSettled
    found.contentHash = file.hash
    found.problem = problem.message
    return Result(file: found, absolutePath: file.discovered.absolutePath)
  }

  private func result(
    _ file: OpenedFile, _ text: TextFile, _ survey: FileSurvey, _ rejects: RejectSink.Result
  ) -> Result {
    let format = text.format.tableFormat
    var found = CatalogFile(
      path: file.discovered.path, stamp: file.stamp, format: format ?? .text)
    found.isSettled = file.isSettled && isSame(text, file.stamp)
    found.contentHash = file.hash
    found.compression = text.compression.rawValue
    found.layout = text.format.layoutName
    found.textBytes = survey.summary.byteCount
    found.recordCount = survey.summary.recordCount
    found.rejectCount = survey.summary.rejectCount
    var result = Result(
      file: found, absolutePath: file.discovered.absolutePath, format: format,
      evidence: survey.evidence, notes: survey.summary.notes)
    result.warnings = text.warnings + survey.summary.warnings
    result.firstReason = rejects.firstReason
    result.firstRejects = rejects.first
    return result
  }

  /// Whether a file is still the one that was opened, now that it was read.
  private func isSame(_ text: TextFile, _ stamp: FileStamp) -> Bool {
    (try? text.file.status()).map { FileStamp($0) == stamp } ?? false
  }
}

extension TableFormat {
  var textFormat: TextFormat? {
    switch self {
    case .json: .json
    case .csv: .csv
    case .tsv: .tsv
    case .text: .text
    case .parquet, .delta: nil
    }
  }
}

extension ReadingOptions {
  var csv: CSVReadOptions {
    CSVReadOptions(delimiter: delimiter, quote: quote, hasHeader: hasHeader, nullText: nullText)
  }
}

extension TextFile.Format {
  /// Nil for a file that holds nothing.
  var tableFormat: TableFormat? {
    switch self {
    case .json: .json
    case .csv(let format): format.dialect.delimiter == UInt8(ascii: "\t") ? .tsv : .csv
    case .text: .text
    case .blank: nil
    }
  }
}
