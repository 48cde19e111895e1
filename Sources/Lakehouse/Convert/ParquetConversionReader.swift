import LakeCore
import LakeFormats

/// Reads Parquet files as one, their columns joined by name.
///
/// The calling thread decodes one row group after the other, and the pool makes of the batches what
/// is to be written; so a file of one row group, too, is read while it is written. A file that is
/// damaged ends the conversion: damage in a column is damage to all rows of its row group.
struct ParquetConversionReader: ConversionReader {
  let schema: Schema
  let warnings: [String] = []
  let inference: TextInference? = nil
  private let inputs: [ParquetInput]
  private let places: [ParquetColumnPlaces]
  private let onError: ErrorPolicy
  private let lake: Lake
  private let activity: Activity?

  init(
    _ inputs: [ParquetInput], _ conversion: Conversion, _ lake: Lake, _ activity: Activity?
  ) throws {
    let schema = try conversion.schema ?? ParquetSchemaJoin(inputs.map(\.file)).schema
    self.schema = schema
    places = try inputs.map { try ParquetColumnPlaces(of: schema, in: $0.file) }
    self.inputs = inputs
    onError = conversion.onError
    self.lake = lake
    self.activity = activity
  }

  func run<Piece: Sendable>(
    keepsBatches: Bool, transform: @escaping @Sendable (Batch) throws -> Piece,
    consume: (Piece) throws -> Void, reject: (Reject) throws -> Void
  ) throws -> [FileSummary] {
    let queue = OrderedTasks<Piece>(on: lake.pool)
    defer { queue.finish() }
    let progress = activity?.progress(.reading)
    var summaries: [FileSummary] = []
    for (input, places) in zip(inputs, places) {
      var fitter = ParquetRowFitter(input.file, schema, places, onError, memory: lake.memory)
      var summary = FileSummary(path: input.file.path)
      for (index, group) in input.file.rowGroups.enumerated() {
        try input.file.read(rowGroup: index, columns: places.fileColumns) { batch in
          try activity?.cancellation.check()
          let fitted = try fitter.fit(batch) { found in
            summary.rejectCount += 1
            try reject(found)
          }
          summary.recordCount += fitted.selectedCount
          progress?.report(fitted.selectedCount, 0)
          if keepsBatches { return try consume(transform(fitted)) }
          if let piece = try queue.submit({ try transform(fitted) }) { try consume(piece) }
        }
        progress?.report(0, group.totalBytes)
      }
      summary.byteCount = input.size
      summaries.append(summary)
    }
    while let piece = try queue.next() { try consume(piece) }
    return summaries
  }
}

/// Where the columns that are wanted stand in one file.
struct ParquetColumnPlaces: Sendable {
  /// Places in the file's schema, each once.
  let fileColumns: [Int]
  /// For each column that is wanted, its place among `fileColumns`; nil where the file has none.
  let sources: [Int?]

  init(of schema: Schema, in file: ParquetFile) throws(LakeError) {
    var fileColumns: [Int] = []
    var sources: [Int?] = []
    // Names may stand twice in a file; then the columns are those of the file itself.
    let isWhole = schema == file.schema
    for (index, field) in schema.fields.enumerated() {
      guard let place = isWhole ? index : file.schema.index(of: field.name) else {
        sources.append(nil)
        continue
      }
      let found = file.schema.fields[place].type
      guard found.canCast(to: field.type) else {
        throw LakeError(
          .invalidInput,
          "column \(field.name) is \(found) in this file, which cannot become \(field.type)",
          at: .file(file.path), hint: "Declare another type for it with --schema.")
      }
      if let known = fileColumns.firstIndex(of: place) {
        sources.append(known)
      } else {
        sources.append(fileColumns.count)
        fileColumns.append(place)
      }
    }
    self.fileColumns = fileColumns
    self.sources = sources
  }
}
