import LakeCore

/// Rows that are in memory: a table that was just made, for those who read it next.
package struct MemoryTableSource: TableSource {
  private let kept: KeptBatches
  private let path: String?
  private let morselRows: Int

  /// Batches of the columns of the table, about so many rows of which are a morsel. With a path the
  /// rows have `"$path"` and `"$row"` as if they stood in one file.
  package init(
    _ batches: [Batch], path: String? = nil, morselRows: Int = BatchSource.morselRows
  ) {
    kept = KeptBatches(batches)
    self.path = path
    self.morselRows = morselRows
  }

  package var rowCountEstimate: Int? { kept.rowCount }
  package var isOfFiles: Bool { path != nil }

  package func open(
    _ request: ScanRequest, _ context: ExecutionContext
  ) throws -> any MorselSource {
    MemoryScan(kept.makeSource(morselRows: morselRows), path, request, context)
  }
}

// @unchecked Sendable: `next` is called by one thread at a time.
private final class MemoryScan: MorselSource, @unchecked Sendable {
  private let source: BatchSource
  private let file: SourceFile
  private let columns: ScanColumns
  private let context: ExecutionContext
  private let counters: ScanCounters?

  init(
    _ source: BatchSource, _ path: String?, _ request: ScanRequest, _ context: ExecutionContext
  ) {
    self.source = source
    file = SourceFile(path ?? "")
    columns = ScanColumns(request)
    self.context = context
    counters = request.counters
  }

  func next() throws -> (any Morsel)? {
    let first = source.rowsGiven
    guard let rows = source.next() else { return nil }
    return MemoryMorsel(
      rows: rows, firstRow: first, file: file, columns: columns, context: context.evaluation,
      counters: counters)
  }
}

private struct MemoryMorsel: Morsel {
  let rows: any Morsel
  let firstRow: Int
  let file: SourceFile
  let columns: ScanColumns
  let context: EvaluationContext
  let counters: ScanCounters?

  func read(emit: (Batch) throws -> Void) throws {
    let filter = ScanFilter(columns, context)
    var first = firstRow
    try rows.read { batch in
      counters?.add(.rowsRead, batch.selectedCount)
      let dense = try batch.compacted(context.kernels)
      let picked = try columns.assemble(
        dense.rowCount, file: file, firstRow: first, context.kernels,
        read: { dense.columns[$0] })
      first += dense.rowCount
      try filter.add(picked, emit: emit)
    }
    try filter.flush(emit: emit)
  }
}
