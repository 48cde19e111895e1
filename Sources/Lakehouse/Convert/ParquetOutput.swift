import LakeCore
import LakeFormats

/// Rows as one Parquet file. Batches pass through; `ParquetWriter` encodes a row group on the pool
/// while the rows of the next one are still being read.
final class ParquetOutput: ConversionOutput {
  private let target: any OutputTarget
  private let writer: ParquetWriter
  private(set) var byteCount = 0

  init(
    target: any OutputTarget, _ parquet: Conversion.ParquetOptions, schema: Schema,
    pool: ThreadPool, libraries: CodecLibraries, memory: MemoryTracker,
    cancellation: CancellationFlag?
  ) throws {
    guard !schema.fields.isEmpty else {
      throw LakeError(
        .invalidInput, "the inputs have no columns, and a Parquet file needs one",
        hint: "Say what the columns are with --schema.")
    }
    self.target = target
    writer = try ParquetWriter(
      schema: schema, target: target, options: try parquet.writeOptions(), pool: pool,
      libraries: libraries, tracker: memory, cancellation: cancellation)
  }

  var keepsBatches: Bool { true }
  var encoder: @Sendable (Batch) throws -> Batch { { $0 } }

  func begin() {}

  func write(_ batch: Batch) throws { try writer.append(batch) }

  func finish() throws { byteCount = try writer.finish().byteCount }

  func commit() throws { try target.commit() }
}

extension Conversion.ParquetOptions {
  func writeOptions() throws(LakeError) -> ParquetWriteOptions {
    var options = ParquetWriteOptions()
    options.rowGroupRowsMax = 1 << 20
    // The pool takes the columns of a full row group before more rows are read.
    options.rowGroupsInFlight = 1
    switch compression {
    case .gzip: options.codec = .gzip
    case .zstd:
      options.codec = .zstd
      options.level = 3
    case .none: options.codec = .none
    }
    if let level {
      guard compression.levels.contains(level) else {
        throw LakeError(
          .invalidInput, "\(compression.rawValue) has no level \(level)",
          hint: "Levels of gzip go from 1, the fastest, to 9, the smallest; of zstd to 19.")
      }
      options.level = level
    }
    if let rowGroupRows {
      guard (1...Int(Int32.max)).contains(rowGroupRows) else {
        throw LakeError(.invalidInput, "a row group cannot have \(rowGroupRows) rows")
      }
      options.rowGroupRowsMax = rowGroupRows
    }
    return options
  }
}

extension Conversion.ParquetOptions.Compression {
  /// From the fastest to the smallest; none where there is nothing to choose.
  package var levels: Range<Int> {
    switch self {
    case .gzip: Range(BlockCompressor.levels)
    case .zstd: Range(Zstandard.levels)
    case .none: 0..<0
    }
  }
}
