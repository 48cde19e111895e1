import LakeCore
import LakeFormats

/// The reading half of a conversion.
protocol ConversionReader {
  /// The columns of the batches.
  var schema: Schema { get }
  var warnings: [String] { get }
  /// What was found out about the columns, where they were inferred.
  var inference: TextInference? { get }

  /// Reads all records. `transform` runs on the workers, for each batch, or anywhere where it
  /// `keepsBatches`; `consume` and `reject` run on the calling thread, in the order of the records.
  func run<Piece: Sendable>(
    keepsBatches: Bool, transform: @escaping @Sendable (Batch) throws -> Piece,
    consume: (Piece) throws -> Void, reject: (Reject) throws -> Void
  ) throws -> [FileSummary]
}

extension Batch {
  fileprivate func compactedColumns(_ kernels: Kernels) throws(LakeError) -> Batch {
    var kept: [ColumnVector] = []
    for column in columns { kept.append(try kernels.compacted(column)) }
    return Batch(columns: kept, rowCount: rowCount, selection: selection)
  }
}

/// Reads files of text. Where no schema is given, every record is looked at first.
struct TextConversionReader: ConversionReader {
  let schema: Schema
  let warnings: [String]
  let inference: TextInference?
  private let scan: TextScan
  private let pool: ThreadPool

  init(
    _ files: [TextFile], _ conversion: Conversion, _ lake: Lake, _ activity: Activity?
  ) throws {
    var scan = TextScan(files: files)
    scan.onError = conversion.onError
    scan.tracker = lake.memory
    scan.cancellation = activity?.cancellation
    scan.progress = activity?.progress(.inferring)
    inference = conversion.schema == nil ? try scan.infer(on: lake.pool) : nil
    scan.progress = activity?.progress(.reading)
    schema = conversion.schema ?? inference?.schema ?? Schema([])
    warnings = files.flatMap(\.warnings)
    self.scan = scan
    pool = lake.pool
  }

  func run<Piece: Sendable>(
    keepsBatches: Bool, transform: @escaping @Sendable (Batch) throws -> Piece,
    consume: (Piece) throws -> Void, reject: (Reject) throws -> Void
  ) throws -> [FileSummary] {
    let kernels = Kernels(tracker: scan.tracker)
    return try scan.run(
      on: pool, makeDecoder: try scan.decoderFactory(schema: schema),
      transform: { batch in
        // Strings lie in the text that was read, of which a kept batch would keep all.
        try transform(keepsBatches ? batch.compactedColumns(kernels) : batch)
      },
      consume: consume, reject: reject)
  }
}
