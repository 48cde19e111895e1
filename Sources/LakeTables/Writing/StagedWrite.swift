import LakeCore

/// Rows on their way into files that no reader sees yet. Used by one thread at a time.
///
///     let write = try table.beginWrite(request, format: format)
///     while let batch = next() { try write.append(batch) }
///     let outcome = try table.publish(try write.finish(), PublishRequest())
///
/// A batch may carry more columns than the table has: the checker sees them, the files do not. A
/// write that fails, or goes away unfinished, leaves nothing behind.
///
/// Where the table has partitions, a file is ended as soon as a row of another one comes: whoever
/// sorts the rows by partition gets few files, and one is open at a time.
package final class StagedWrite {
  private let table: any LoggedTable
  private let base: Snapshot?
  private let request: WriteRequest
  private let format: any DataFileFormat
  private let fileSchema: Schema
  private let partitioner: Partitioner?
  private let folder: StagingFolder
  private let kernels: Kernels
  private var writer: (any DataFileWriter)?
  private var target: StagedFileTarget?
  private var partition: Partition?
  private var files: [StagedFile] = []
  private var rowsInFile = 0
  private var rowsIn = 0
  private var rowsOut = 0
  private var isOver = false
  /// Whether a file was not taken, some of whose rows are not for the table.
  private var hasRefusedFile = false

  init(
    _ request: WriteRequest, to table: any LoggedTable, base: Snapshot?,
    format: any DataFileFormat, kernels: Kernels
  ) throws(LakeError) {
    self.table = table
    self.base = base
    self.request = request
    self.format = format
    self.kernels = kernels
    partitioner = try Partitioner(request, kernels)
    let columns = partitioner?.dataColumns.map { request.schema.fields[$0] }
    fileSchema = DeltaSchema.fileSchema(of: columns.map { Schema($0) } ?? request.schema)
    folder = try StagingFolder(in: table)
  }

  /// The version that the write becomes if it is published.
  package var version: Int { (base?.version ?? -1) + 1 }

  package func append(_ batch: Batch) throws {
    precondition(!isOver, "the write is over")
    do {
      try requireColumns(of: batch)
      rowsIn += batch.selectedCount
      var kept = batch
      if let selection = try request.checker?.check(batch) {
        kept = Batch(columns: batch.columns, rowCount: batch.rowCount, selection: selection)
      }
      let visible = Array(kept.columns.prefix(request.schema.count))
      let rows = try Batch(
        columns: visible, rowCount: kept.rowCount, selection: kept.selection
      ).compacted(kernels)
      rowsOut += rows.rowCount
      try deal(rows)
    } catch {
      abandon()
      throw error
    }
  }

  /// Takes over a file that another program has written, before any rows are appended. Where the
  /// table declares something about its rows, `rows` is called to hand all of them to the checker,
  /// from the file at the path that it is given.
  ///
  /// False where the checker kept rows from the table. Then the file is not for it as it is, and
  /// the write can only be abandoned.
  package func take(
    _ file: OfferedFile, rows: (_ path: String, _ emit: (Batch) throws -> Void) throws -> Void
  ) throws -> Bool {
    precondition(!isOver && writer == nil, "rows were appended")
    do {
      let name = DataFileName.make(part: files.count, version: version)
      let path = Path.join(folder.path, name)
      let foreign = try file.stage(at: path, table.fileSystem)
      guard try isWhole(file, at: path, rows) else {
        hasRefusedFile = true
        try table.fileSystem.removeFile(path)
        return false
      }
      files.append(
        StagedFile(name: name, summary: file.summary, partition: file.partition, foreign: foreign))
      return true
    } catch {
      abandon()
      throw error
    }
  }

  /// Whether all rows of a file are for the table.
  private func isWhole(
    _ file: OfferedFile, at path: String,
    _ rows: (_ path: String, _ emit: (Batch) throws -> Void) throws -> Void
  ) throws -> Bool {
    var (seen, kept) = (0, 0)
    if let checker = request.checker {
      try rows(path) { batch in
        try self.requireColumns(of: batch)
        seen += batch.selectedCount
        kept += try checker.check(batch)?.count ?? batch.selectedCount
      }
    } else {
      (seen, kept) = (file.summary.rowCount, file.summary.rowCount)
    }
    guard seen <= file.summary.rowCount else {
      throw LakeError(
        .corruptData, "it has \(seen) rows, and its footer says \(file.summary.rowCount)",
        at: .file(file.path))
    }
    rowsIn += seen
    rowsOut += kept
    return kept == file.summary.rowCount
  }

  /// Ends the files, makes them durable and asks the checker for what can only be told of all rows.
  package func finish() throws -> StagedFiles {
    precondition(!isOver, "the write is over")
    precondition(!hasRefusedFile, "the rows of a file are missing")
    do {
      let summary = try request.checker?.finish()
      if writer == nil, files.isEmpty, leavesNoRows {
        partition = partitioner?.nowhere
        try openFile()
      }
      try closeFile()
      try requireNoNulls()
      try table.fileSystem.syncDirectory(folder.path)
      isOver = true
      return StagedFiles(
        table: table, base: base, request: request, folder: folder, files: files,
        rowsWritten: rowsOut,
        proof: summary.map { CheckProof($0, seen: rowsIn, kept: rowsOut) })
    } catch {
      abandon()
      throw error
    }
  }

  /// An empty table has a file too: plain readers find its columns there.
  private var leavesNoRows: Bool {
    if table.isForeign { return false }
    guard let base else { return true }
    return switch request.change {
    case .overwrite: true
    case .append, .overwritePartitions: base.files.isEmpty
    case .rewrite(let paths), .rearrange(let paths):
      base.files.allSatisfy { paths.contains($0.path) }
    }
  }

  /// Gives the write up. Nothing to do once it is finished.
  package func abandon() {
    if isOver { return }
    isOver = true
    writer = nil
    target = nil
    folder.remove()
  }

  private func requireColumns(of batch: Batch) throws(LakeError) {
    let fields = request.schema.fields
    let types = batch.columns.prefix(fields.count).map(\.type)
    guard types == fields.map(\.type) else {
      throw LakeError(
        .internal,
        "rows for \(table.label) have columns of the types \(types), and should have those of "
          + "\(request.schema)")
    }
  }

  // MARK: - Files

  /// Gives rows to the files of their partitions.
  private func deal(_ batch: Batch) throws {
    guard let partitioner, batch.rowCount > 0 else { return try write(batch) }
    let columns = partitioner.dataColumns.map { batch.columns[$0] }
    for run in try partitioner.runs(of: batch) {
      if run.partition != partition {
        try closeFile()
        partition = run.partition
      }
      let rows = Batch(columns: columns, rowCount: batch.rowCount)
      try write(try slice(rows, run.rows.lowerBound, run.rows.count))
    }
  }

  /// Files are cut at fixed numbers of rows, so that the same rows give the same files whatever
  /// batches they come in.
  private func write(_ batch: Batch) throws {
    var start = 0
    while start < batch.rowCount {
      if writer == nil { try openFile() }
      let room = format.rowsPerStep - rowsInFile % format.rowsPerStep
      let count = min(room, batch.rowCount - start)
      try writer?.append(try slice(batch, start, count))
      rowsInFile += count
      start += count
      if rowsInFile % format.rowsPerStep == 0, let target,
        target.byteCount >= table.options.fileBytesMax
      {
        try closeFile()
      }
    }
  }

  private func slice(_ batch: Batch, _ start: Int, _ count: Int) throws(LakeError) -> Batch {
    if start == 0, count == batch.rowCount { return batch }
    let rows = try Buffer(byteCount: count * MemoryLayout<UInt32>.stride, tracker: kernels.tracker)
    let out = rows.pointer(as: UInt32.self)
    for row in 0..<count { out[row] = UInt32(truncatingIfNeeded: start + row) }
    let selection = Selection(rows: rows, count: count)
    return try Batch(
      columns: batch.columns, rowCount: batch.rowCount, selection: selection
    ).compacted(kernels)
  }

  private func openFile() throws {
    let name = DataFileName.make(part: files.count, version: version)
    let target = try StagedFileTarget(
      path: Path.join(folder.path, name), fileSystem: table.fileSystem)
    self.target = target
    writer = try format.makeWriter(schema: fileSchema, target: target)
    rowsInFile = 0
  }

  private func closeFile() throws {
    guard let writer, let target else { return }
    let summary = try writer.finish()
    if summary.rowCount != rowsInFile || summary.byteCount != target.byteCount {
      throw LakeError(
        .internal,
        "a data file was written with \(summary.rowCount) rows and \(summary.byteCount) bytes, "
          + "and should have \(rowsInFile) and \(target.byteCount)", at: .file(target.name))
    }
    files.append(
      StagedFile(
        name: Path.lastComponent(of: target.name), summary: summary, partition: partition))
    (self.writer, self.target) = (nil, nil)
  }

  private func requireNoNulls() throws(LakeError) {
    for (index, field) in fileSchema.fields.enumerated() where !field.isNullable {
      let nulls = files.reduce(0) { sum, file in
        guard index < file.summary.columns.count else { return sum }
        // Where nobody has counted, any may be.
        return sum + (file.summary.columns[index].nullCount ?? file.summary.rowCount)
      }
      if nulls > 0 { throw noValue(nulls, field.name) }
    }
    for (level, column) in (partitioner?.columns ?? []).enumerated() {
      guard let place = request.schema.index(of: column),
        !request.schema.fields[place].isNullable
      else { continue }
      let nulls = files.reduce(0) { sum, file in
        file.partition?.values[level] == nil ? sum + file.summary.rowCount : sum
      }
      if nulls > 0 { throw noValue(nulls, column) }
    }
  }

  private func noValue(_ rows: Int, _ column: String) -> LakeError {
    LakeError(
      .qualityLimit,
      "\(rows) rows of \(table.label) have no value for \(column), which is NOT NULL",
      hint: "Filter these rows, or leave NOT NULL away.")
  }
}
