import LakeCore
import LakeFormats

/// Makes rows of one file into rows of the wanted columns: missing ones are null, others are cast.
/// What becomes of a value that does not fit is the policy's to say.
struct ParquetRowFitter {
  private let file: ParquetFile
  private let schema: Schema
  private let places: ParquetColumnPlaces
  private let onError: ErrorPolicy
  private let kernels: Kernels
  private var rowsBefore = 0

  init(
    _ file: ParquetFile, _ schema: Schema, _ places: ParquetColumnPlaces, _ onError: ErrorPolicy,
    memory: MemoryTracker
  ) {
    self.file = file
    self.schema = schema
    self.places = places
    self.onError = onError
    kernels = Kernels(tracker: memory)
  }

  mutating func fit(_ batch: Batch, reject: (Reject) throws -> Void) throws -> Batch {
    var vectors: [ColumnVector] = []
    var failures: [(column: Int, failures: KernelFailures)] = []
    for (index, field) in schema.fields.enumerated() {
      guard let source = places.sources[index] else {
        vectors.append(try .nulls(type: field.type, count: batch.rowCount))
        continue
      }
      let cast = try kernels.cast(batch.columns[source], to: field.type)
      vectors.append(cast.vector)
      if let failed = cast.failures { failures.append((index, failed)) }
    }
    defer { rowsBefore += batch.rowCount }
    let fitted = Batch(columns: vectors, rowCount: batch.rowCount)
    if failures.isEmpty || onError == .null { return fitted }
    return try without(failures, fitted, batch, reject)
  }

  private func without(
    _ failures: [(column: Int, failures: KernelFailures)], _ fitted: Batch, _ batch: Batch,
    _ reject: (Reject) throws -> Void
  ) throws -> Batch {
    let rows = try Buffer(byteCount: fitted.rowCount * 4, tracker: kernels.tracker)
    let kept = rows.pointer(as: UInt32.self)
    var keptCount = 0
    for row in 0..<fitted.rowCount {
      guard let first = failures.first(where: { $0.failures.rows[row] }) else {
        kept[keptCount] = UInt32(truncatingIfNeeded: row)
        keptCount += 1
        continue
      }
      let error = first.failures.error(row: row)
      let reason = "column \(schema.fields[first.column].name): \(error.message)"
      let number = rowsBefore + row + 1
      guard onError == .reject else {
        throw LakeError(
          .corruptData, "row \(number): \(reason)", at: .file(file.path),
          hint: "Keep such rows aside with --on-error reject.")
      }
      try reject(try makeReject(row, of: batch, number: number, reason))
    }
    return Batch(
      columns: fitted.columns, rowCount: fitted.rowCount,
      selection: Selection(rows: rows, count: keptCount))
  }

  /// The row as JSON stands for the bytes of the record, its number for the line.
  private func makeReject(
    _ row: Int, of batch: Batch, number: Int, _ reason: String
  ) throws -> Reject {
    let columns = Schema(places.fileColumns.map { file.schema.fields[$0] })
    let one = try Buffer(byteCount: 4, tracker: kernels.tracker)
    one.pointer(as: UInt32.self)[0] = UInt32(truncatingIfNeeded: row)
    var sink = try ByteSink(tracker: kernels.tracker)
    try JSONEncoder(schema: columns).append(
      Batch(
        columns: batch.columns, rowCount: batch.rowCount,
        selection: Selection(rows: one, count: 1)),
      to: &sink)
    // Without the line's end.
    let text = sink.view[0..<max(sink.count - 1, 0)]
    let raw = UnsafeBufferPointer(start: text.start, count: min(text.count, Reject.rawBytesMax))
    return Reject(
      file: file.path, byteOffset: 0, byteCount: text.count, line: number, column: 1,
      reason: reason, hash: XXH64.hash(text), raw: Array(raw))
  }
}
