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
    case .gzip:
      options.codec = .gzip
      if let level {
        guard BlockCompressor.levels.contains(level) else {
          throw LakeError(
            .invalidInput, "gzip has no level \(level)",
            hint: "Levels go from 1, the fastest, to 9, the smallest.")
        }
        options.level = level
      }
    case .none: options.codec = .none
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
