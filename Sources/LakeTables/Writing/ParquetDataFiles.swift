import LakeCore
import LakeFormats

/// Data files as Parquet: what tables are made of.
package struct ParquetDataFiles: DataFileFormat {
  private let options: ParquetWriteOptions
  private let pool: ThreadPool
  private let libraries: CodecLibraries
  private let tracker: MemoryTracker?
  private let cancellation: CancellationFlag?

  /// Row groups that are under way when the size of a file is looked at are waited for; so it is
  /// not looked at after each.
  private static let rowGroupsPerStep = 8

  package init(
    options: ParquetWriteOptions = ParquetWriteOptions(), pool: ThreadPool,
    libraries: CodecLibraries, tracker: MemoryTracker?, cancellation: CancellationFlag? = nil
  ) {
    self.options = options
    self.pool = pool
    self.libraries = libraries
    self.tracker = tracker
    self.cancellation = cancellation
  }

  package var rowsPerStep: Int { options.rowGroupRowsMax * ParquetDataFiles.rowGroupsPerStep }

  package func makeWriter(
    schema: Schema, target: any OutputTarget
  ) throws -> any DataFileWriter {
    let writer = try ParquetWriter(
      schema: schema, target: target, options: options, pool: pool, libraries: libraries,
      tracker: tracker, cancellation: cancellation)
    return ParquetDataFileWriter(writer, target: target, rowsPerStep: rowsPerStep)
  }
}

private final class ParquetDataFileWriter: DataFileWriter {
  private let writer: ParquetWriter
  private let target: any OutputTarget
  private let rowsPerStep: Int
  private var rowCount = 0

  init(_ writer: ParquetWriter, target: any OutputTarget, rowsPerStep: Int) {
    self.writer = writer
    self.target = target
    self.rowsPerStep = rowsPerStep
  }

  func append(_ batch: Batch) throws {
    try writer.append(batch)
    rowCount += batch.rowCount
    if rowCount % rowsPerStep == 0 { try writer.settle() }
  }

  func finish() throws -> DataFileSummary {
    let summary = try writer.finish()
    try target.commit()
    return DataFileSummary(
      rowCount: summary.rowCount, byteCount: summary.byteCount,
      columns: summary.columns.map {
        DataFileSummary.Column(
          minimum: $0.minimum, maximum: $0.maximum, nullCount: $0.nullCount)
      })
  }
}
