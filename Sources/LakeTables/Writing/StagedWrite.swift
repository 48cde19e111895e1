import LakeCore

/// A proof that every row of one staged write went through the checker of its contract. Only a
/// staged write can make it, from what it saw itself; it is good for that write and no other.
package struct CheckProof: Sendable, Hashable {
  package let contract: TableContract
  package let policyHash: String
  package let consentEpoch: String
  package let rowsIn: Int
  package let rowsOut: Int
  package let rejectedRows: Int
  package let withheldRows: Int

  fileprivate init(_ summary: CheckSummary, rowsIn: Int, rowsOut: Int) {
    contract = summary.contract
    policyHash = summary.policyHash
    consentEpoch = summary.consentEpoch
    rejectedRows = summary.rejectedRows
    withheldRows = summary.withheldRows
    self.rowsIn = rowsIn
    self.rowsOut = rowsOut
  }
}

/// Rows on their way into files that no reader sees yet. Used by one thread at a time.
///
///     let write = try table.beginOverwrite(request, format: format)
///     while let batch = next() { try write.append(batch) }
///     let outcome = try table.publish(try write.finish(), PublishRequest())
///
/// A batch may carry more columns than the table has: the checker sees them, the files do not. A
/// write that fails, or goes away unfinished, leaves nothing behind.
package final class StagedWrite {
  private let table: ManagedTable
  private let base: Snapshot?
  private let request: OverwriteRequest
  private let format: any DataFileFormat
  private let fileSchema: Schema
  private let folder: StagingFolder
  private let kernels: Kernels
  private var writer: (any DataFileWriter)?
  private var target: StagedFileTarget?
  private var files: [StagedFile] = []
  private var rowsInFile = 0
  private var rowsIn = 0
  private var rowsOut = 0
  private var isOver = false

  init(
    _ request: OverwriteRequest, to table: ManagedTable, base: Snapshot?,
    format: any DataFileFormat, kernels: Kernels
  ) throws(LakeError) {
    self.table = table
    self.base = base
    self.request = request
    self.format = format
    fileSchema = DeltaSchema.fileSchema(of: request.schema)
    self.kernels = kernels
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
      try write(rows)
    } catch {
      abandon()
      throw error
    }
  }

  /// Ends the files, makes them durable and asks the checker for what can only be told of all rows.
  package func finish() throws -> StagedFiles {
    precondition(!isOver, "the write is over")
    do {
      let summary = try request.checker?.finish()
      // An empty table has a file too: plain readers find its columns there.
      if writer == nil, files.isEmpty { try openFile() }
      try closeFile()
      try requireNoNulls()
      try table.fileSystem.syncDirectory(folder.path)
      isOver = true
      return StagedFiles(
        table: table, base: base, request: request, folder: folder, files: files,
        rowsWritten: rowsOut,
        proof: summary.map { CheckProof($0, rowsIn: rowsIn, rowsOut: rowsOut) })
    } catch {
      abandon()
      throw error
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
        "rows for \(table.name) have columns of the types \(types), and should have those of "
          + "\(request.schema)")
    }
  }

  // MARK: - Files

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
    files.append(StagedFile(name: Path.lastComponent(of: target.name), summary: summary))
    (self.writer, self.target) = (nil, nil)
  }

  private func requireNoNulls() throws(LakeError) {
    for (index, field) in request.schema.fields.enumerated() where !field.isNullable {
      let nulls = files.reduce(0) { sum, file in
        index < file.summary.columns.count ? sum + file.summary.columns[index].nullCount : sum
      }
      if nulls > 0 {
        throw LakeError(
          .qualityLimit,
          "\(nulls) rows of \(table.name) have no value for \(field.name), which "
            + "is NOT NULL",
          hint: "Filter these rows, or leave NOT NULL away.")
      }
    }
  }
}

/// A data file that waits to be published.
package struct StagedFile: Sendable {
  package let name: String
  package let summary: DataFileSummary
}

/// The files of a finished write: durable, and not yet part of the table. They are removed if
/// nobody publishes them. Used by one thread at a time.
package final class StagedFiles {
  let table: ManagedTable
  let base: Snapshot?
  let request: OverwriteRequest
  let folder: StagingFolder
  package let files: [StagedFile]
  package let rowsWritten: Int
  /// Nil where the write had no checker.
  package let proof: CheckProof?

  fileprivate init(
    table: ManagedTable, base: Snapshot?, request: OverwriteRequest, folder: StagingFolder,
    files: [StagedFile], rowsWritten: Int, proof: CheckProof?
  ) {
    self.table = table
    self.base = base
    self.request = request
    self.folder = folder
    self.files = files
    self.rowsWritten = rowsWritten
    self.proof = proof
  }

  deinit {
    folder.remove()
  }

  package var byteCount: Int { files.reduce(0) { $0 + $1.summary.byteCount } }

  /// The version that these files become if they are published.
  package var version: Int { (base?.version ?? -1) + 1 }

  /// Gives the files up.
  package func discard() {
    folder.remove()
  }
}
