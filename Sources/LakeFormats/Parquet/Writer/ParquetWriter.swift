import LakeCore

/// What a Parquet file holds, for whoever keeps statistics of files.
package struct ParquetFileSummary: Sendable {
  package struct ColumnSummary: Sendable, Equatable {
    /// Bounds of all values: values of the column, except where long text was cut. Nil for nested
    /// columns, columns without values, and numbers among which there is a NaN.
    package var minimum: Value?
    package var maximum: Value?
    package var nullCount: Int

    package init(minimum: Value?, maximum: Value?, nullCount: Int) {
      self.minimum = minimum
      self.maximum = maximum
      self.nullCount = nullCount
    }
  }

  package var rowCount: Int
  package var byteCount: Int
  /// One for each column of the schema.
  package var columns: [ColumnSummary]
}

/// Writes batches as a Parquet file.
///
///     append → a row group is full → one task of the pool for each column → written in order
///
/// The caller goes on appending while columns are encoded; at most `rowGroupsInFlight` row groups
/// are under way, then it waits. It is one thread, and none of the pool's. The bytes of the file
/// depend on the rows and the options alone: not on the number of threads, nor on how rows are cut
/// into batches, nor on the forms of vectors.
package final class ParquetWriter {
  private let nodes: [ColumnNode]
  private let schema: Schema
  private let target: any OutputTarget
  private let options: ParquetWriteOptions
  private let pool: ThreadPool
  private let encoder: ChunkEncoder
  private let cancellation: CancellationFlag?
  private var metadata = ParquetFileMetadata()
  private var parts: [RowGroupJob.Part] = []
  private var pendingRows = 0
  private var jobs: [RowGroupJob] = []
  private var byteCount = 0
  /// Of all chunks, in the order of the file.
  private var indexes: [ChunkIndex] = []
  private var summaries: [(statistics: LeafStatistics?, nullCount: Int)]

  /// Throws `unsupported` for a type that Parquet has no place for.
  package init(
    schema: Schema, target: any OutputTarget, options: ParquetWriteOptions = .init(),
    pool: ThreadPool, libraries: CodecLibraries, tracker: MemoryTracker?,
    cancellation: CancellationFlag? = nil
  ) throws {
    precondition(options.rowGroupRowsMax > 0 && options.pageBytes > 0 && options.pageRowsMax > 0)
    let writing = try SchemaWriting(schema, hasFieldIDs: options.hasFieldIDs)
    nodes = writing.nodes
    try options.check(nodes)
    // A codec that is not there is found out before the first row.
    _ = try PageCompressor(options, libraries: libraries)
    self.schema = schema
    self.target = target
    self.options = options
    self.pool = pool
    self.cancellation = cancellation
    encoder = ChunkEncoder(options: options, libraries: libraries, tracker: tracker)
    metadata.schema = writing.elements
    metadata.keyValueMetadata = options.keyValueMetadata
    metadata.createdBy = options.createdBy
    summaries = schema.fields.map { _ in (nil, 0) }
    try write(ParquetFile.magic)
  }

  /// Adds the rows that belong to a batch. Keeps references to its vectors until their row group
  /// is encoded.
  package func append(_ batch: Batch) throws {
    precondition(batch.columns.count == nodes.count)
    for (column, node) in zip(batch.columns, nodes) {
      guard column.type.physical == node.type.physical else {
        throw LakeError(.internal, "a vector of \(column.type) for a column of \(node.type)")
      }
    }
    try cancellation?.check()
    var taken = 0
    while taken < batch.selectedCount {
      let count = min(batch.selectedCount - taken, options.rowGroupRowsMax - pendingRows)
      parts.append(RowGroupJob.Part(batch: batch, rows: taken..<(taken + count)))
      taken += count
      pendingRows += count
      if pendingRows == options.rowGroupRowsMax { try submitRowGroup() }
    }
    while let job = jobs.first, job.isFinished { try writeFirst() }
  }

  /// Waits until all full row groups are in the target: what it holds then follows from the rows.
  package func settle() throws {
    while !jobs.isEmpty { try writeFirst() }
  }

  /// Writes what is left and the footer. Does not commit the target.
  package func finish() throws -> ParquetFileSummary {
    if pendingRows > 0 { try submitRowGroup() }
    try settle()
    try cancellation?.check()
    try writeIndexes()
    var footer = try ThriftWriter(capacity: 1024)
    try metadata.write(to: &footer)
    guard footer.sink.count <= Int(Int32.max) else {
      throw LakeError(.limitExceeded, "the metadata of the file is more than 2 GB")
    }
    try write(footer.sink.view)
    var end = try ByteSink(capacity: 8)
    try end.append(littleEndian: UInt32(footer.sink.count))
    try write(end.view)
    try write(ParquetFile.magic)
    let columns = summaries.map { summary in
      ParquetFileSummary.ColumnSummary(
        minimum: summary.statistics?.minimum, maximum: summary.statistics?.maximum,
        nullCount: summary.nullCount)
    }
    return ParquetFileSummary(
      rowCount: metadata.rowCount, byteCount: byteCount, columns: columns)
  }

  private func submitRowGroup() throws {
    while jobs.count >= options.rowGroupsInFlight { try writeFirst() }
    let job = RowGroupJob(
      nodes: nodes, parts: parts, encoder: encoder, cancellation: cancellation)
    parts = []
    pendingRows = 0
    jobs.append(job)
    job.submit(to: pool)
  }

  private func writeFirst() throws {
    let job = jobs.removeFirst()
    let columns = try job.wait()
    var group = ParquetRowGroupMetadata()
    group.rowCount = job.rowCount
    group.fileOffset = byteCount
    group.sortingColumns = sortingColumns
    var compressedSize = 0
    for (column, chunks) in columns.enumerated() {
      for chunk in chunks {
        var chunkMetadata = chunk.metadata
        chunkMetadata.dataPageOffset += byteCount
        if chunkMetadata.dictionaryPageOffset != nil {
          chunkMetadata.dictionaryPageOffset = byteCount
        }
        group.totalByteSize += chunkMetadata.totalUncompressedSize
        compressedSize += chunkMetadata.totalCompressedSize
        group.columns.append(chunkMetadata)
        indexes.append(ChunkIndex(chunk, at: byteCount))
        try write(chunk.bytes.view)
      }
      summarise(column, chunks, rowCount: job.rowCount)
    }
    group.totalCompressedSize = compressedSize
    try writeFilters(columns.flatMap { $0 }, of: &group)
    metadata.rowGroups.append(group)
    metadata.rowCount += job.rowCount
  }

  private var sortingColumns: [ParquetSortingColumn] {
    options.sortingColumns.compactMap { sorting in
      guard case .leaf(let leaf) = nodes[sorting.column].kind else { return nil }
      return ParquetSortingColumn(
        leaf: leaf.index, isDescending: sorting.isDescending,
        putsNullsFirst: sorting.putsNullsFirst)
    }
  }

  /// Behind the columns of a row group, so that they need not be kept.
  private func writeFilters(
    _ chunks: [EncodedChunk], of group: inout ParquetRowGroupMetadata
  ) throws {
    for (column, chunk) in chunks.enumerated() {
      guard let filter = chunk.filter else { continue }
      var writer = try ThriftWriter(capacity: 1024, tracker: encoder.tracker)
      try filter.write(to: &writer)
      let part = try writePart(&writer)
      group.columns[column].bloomFilterOffset = part.offset
      group.columns[column].bloomFilterLength = part.length
    }
  }

  private func summarise(_ column: Int, _ chunks: [EncodedChunk], rowCount: Int) {
    guard case .leaf = nodes[column].kind, let chunk = chunks.first else {
      summaries[column].nullCount += chunks.first?.topNullCount ?? 0
      return
    }
    let type = schema.fields[column].type
    let valueCount = chunk.metadata.valueCount - chunk.nullCount
    summaries[column].nullCount += chunk.nullCount
    // A row group without values says nothing; one with values and without bounds spoils them.
    guard valueCount > 0 else { return }
    if let before = summaries[column].statistics {
      summaries[column].statistics = before.merged(with: chunk.statistics, type: type)
    } else {
      summaries[column].statistics = chunk.statistics
    }
  }

  /// First all column indexes, then all offset indexes, as the format asks: those who skip by the
  /// former need few of the latter.
  private func writeIndexes() throws {
    guard options.hasPageIndex else { return }
    var writer = try ThriftWriter(capacity: 1024, tracker: encoder.tracker)
    var at = 0
    for group in metadata.rowGroups.indices {
      for column in metadata.rowGroups[group].columns.indices {
        if let index = indexes[at].columns {
          try index.write(to: &writer)
          metadata.rowGroups[group].columns[column].columnIndex = try writePart(&writer)
        }
        at += 1
      }
    }
    at = 0
    for group in metadata.rowGroups.indices {
      for column in metadata.rowGroups[group].columns.indices {
        try indexes[at].offsets.write(to: &writer)
        metadata.rowGroups[group].columns[column].offsetIndex = try writePart(&writer)
        at += 1
      }
    }
  }

  private func writePart(_ writer: inout ThriftWriter) throws -> ParquetFilePart {
    let part = ParquetFilePart(offset: byteCount, length: writer.sink.count)
    try write(writer.sink.view)
    writer.removeAll()
    return part
  }

  private func write(_ view: ByteView) throws {
    byteCount += view.count
    try target.write(UnsafeRawBufferPointer(start: view.start, count: view.count))
  }

  private func write(_ bytes: [UInt8]) throws {
    byteCount += bytes.count
    try bytes.withUnsafeBytes { try target.write($0) }
  }
}

/// What is written of a chunk behind the last row group.
private struct ChunkIndex {
  let columns: ParquetColumnIndex?
  let offsets: ParquetOffsetIndex

  init(_ chunk: EncodedChunk, at offset: Int) {
    columns = chunk.columnIndex
    offsets = ParquetOffsetIndex(
      pages: chunk.pages.map { page in
        var page = page
        page.offset += offset
        return page
      })
  }
}
