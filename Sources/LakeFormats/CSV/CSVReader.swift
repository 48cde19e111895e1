import LakeCore

/// The front of the reader of CSV and TSV.
///
/// 1. `TextFile.open` looks at a file's beginning: whether it is compressed, and how its records
///    are written (`CSVProbe`).
/// 2. `infer` reads every record and says what types the columns have.
/// 3. A `TextScan` with decoders from `makeDecoder` reads the records into batches.
///
/// Left out: comment lines, lines before the header, quotes escaped by a backslash, and numbers
/// with a decimal comma. RFC 4180 knows none of them; a file that has them is read as text.
package enum CSVReader {
  /// A decoder for one worker.
  package static func makeDecoder(
    schema: Schema, options: CSVReadOptions = CSVReadOptions(), tracker: MemoryTracker? = nil
  ) -> CSVDecoder {
    CSVDecoder(schema: schema, options: options, tracker: tracker)
  }

  /// Reads every record of the files and says what they look like together.
  package static func infer(_ scan: TextScan, on pool: ThreadPool) throws -> CSVInference {
    let feed = ChunkFeed(files: scan.files, sizes: scan.sizes, tracker: scan.tracker)
    let (files, tracker) = (scan.files, scan.tracker)
    var inference = CSVInference()
    for file in files {
      if case .csv(let format) = file.format { inference.add(columnsOf: format) }
    }
    try pool.mapOrdered(
      window: 2 * pool.threadCount, cancellation: scan.cancellation,
      produce: feed.next,
      transform: { item -> CSVChunkEvidence? in
        guard case .chunk(let request, let file) = item,
          let chunk = try request.load(tracker: tracker), case .csv(let format) = files[file].format
        else { return nil }
        return try CSVChunkEvidence(chunk, format)
      },
      consume: { evidence in
        guard let evidence else { return }
        scan.progress?.add(bytes: evidence.report.byteCount, records: evidence.report.recordCount)
        inference.add(evidence)
      })
    return inference
  }
}

/// What inference saw in one chunk.
struct CSVChunkEvidence: Sendable {
  var report: ChunkReport
  var members: [TypeEvidence.Member]
  var emptyTexts: [String]

  init(_ chunk: Chunk, _ format: CSVFileFormat) throws {
    var machine = CSVInferenceMachine(format)
    var walker = CSVWalker(chunk: chunk, format: format)
    try walker.walk(&machine) { (_: inout CSVInferenceMachine) in }
    report = walker.report
    members = machine.evidence(names: format.names)
    emptyTexts = machine.emptyTexts(names: format.names)
  }
}

/// What inference found out about the records of some files.
package struct CSVInference: Sendable {
  package private(set) var recordCount = 0
  /// Records that are broken, whatever the types.
  package private(set) var rejectCount = 0
  package private(set) var columns: [TypeEvidence.Member] = []
  /// Columns, by their names in lower case, that hold an empty string.
  private var emptyTexts: Set<String> = []

  /// The columns in the order of first appearance. One that holds empty strings and nulls alone is
  /// text; one that holds nulls alone is unseen.
  package var schema: Schema {
    var fields = TypeEvidence.fields(columns)
    for index in fields.indices where fields[index].type == .unseen {
      if emptyTexts.contains(fields[index].name.lowercased()) { fields[index].type = .varchar }
    }
    return Schema(fields)
  }

  /// A file without records still has columns.
  mutating func add(columnsOf format: CSVFileFormat) {
    let members = format.names.map { TypeEvidence.Member(name: $0, evidence: TypeEvidence()) }
    TypeEvidence.add(members, to: &columns)
  }

  mutating func add(_ evidence: CSVChunkEvidence) {
    recordCount += evidence.report.recordCount
    rejectCount += evidence.report.rejects.count
    TypeEvidence.add(evidence.members, to: &columns)
    emptyTexts.formUnion(evidence.emptyTexts.map { $0.lowercased() })
  }
}
