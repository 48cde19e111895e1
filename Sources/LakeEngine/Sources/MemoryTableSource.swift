import LakeCore

/// Rows that are in memory: a table that was just made, for those who read it next.
package struct MemoryTableSource: TableSource {
  private let kept: KeptBatches
  private let morselRows: Int

  /// Batches of the columns of the table, about so many rows of which are a morsel.
  package init(_ batches: [Batch], morselRows: Int = BatchSource.morselRows) {
    kept = KeptBatches(batches)
    self.morselRows = morselRows
  }

  package var rowCountEstimate: Int? { kept.rowCount }
  package var isOfFiles: Bool { false }

  package func open(
    _ request: ScanRequest, _ context: ExecutionContext
  ) throws -> any MorselSource {
    MemoryScan(kept.makeSource(morselRows: morselRows), request, context)
  }
}

// @unchecked Sendable: `next` is called by one thread at a time.
private final class MemoryScan: MorselSource, @unchecked Sendable {
  private let source: any MorselSource
  private let columns: ScanColumns
  private let context: ExecutionContext
  private let counters: ScanCounters?

  init(_ source: any MorselSource, _ request: ScanRequest, _ context: ExecutionContext) {
    self.source = source
    columns = ScanColumns(request)
    self.context = context
    counters = request.counters
  }

  func next() throws -> (any Morsel)? {
    guard let rows = try source.next() else { return nil }
    return MemoryMorsel(
      rows: rows, columns: columns, context: context.evaluation, counters: counters)
  }
}

private struct MemoryMorsel: Morsel {
  let rows: any Morsel
  let columns: ScanColumns
  let context: EvaluationContext
  let counters: ScanCounters?

  func read(emit: (Batch) throws -> Void) throws {
    let filter = ScanFilter(columns, context)
    for part in columns.parts {
      if case .table = part { continue }
      throw LakeError(
        .unsupported, "rows in memory have no \"$path\" and no \"$row\": they are in no file",
        hint: "Read the table itself.")
    }
    try rows.read { batch in
      counters?.add(.rowsRead, batch.selectedCount)
      let dense = try batch.compacted(context.kernels)
      let picked = columns.parts.compactMap { part -> ColumnVector? in
        if case .table(let index) = part { dense.columns[index] } else { nil }
      }
      try filter.add(Batch(columns: picked, rowCount: dense.rowCount), emit: emit)
    }
    try filter.flush(emit: emit)
  }
}
