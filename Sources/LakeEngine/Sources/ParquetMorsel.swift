import LakeCore
import LakeFormats

/// The rows of a row group that fulfil the condition of a scan.
struct ParquetMorsel: Morsel {
  let file: ParquetTableFile
  let rowGroup: Int
  /// The number of the row group's first row in the file.
  let firstRow: Int
  let columns: ScanColumns
  let skips: Bool
  let counters: ScanCounters?
  let context: EvaluationContext

  func read(emit: (Batch) throws -> Void) throws {
    let all = 0..<file.file.rowGroups[rowGroup].rowCount
    let ranges = skips ? try ParquetSkipping(file, rowGroup, columns).rows() : [all]
    guard !ranges.isEmpty || all.isEmpty else {
      counters?.add(.rowGroupsSkipped, 1)
      return
    }
    let reading = try ParquetReading(self)
    let filter = ScanFilter(columns, context)
    for range in ranges {
      for start in stride(from: range.lowerBound, to: range.upperBound, by: Batch.rowTarget) {
        let count = min(Batch.rowTarget, range.upperBound - start)
        try reading.read(start, count, filter, emit: emit)
      }
    }
    try filter.flush(emit: emit)
    guard let counters else { return }
    counters.add(.rowGroups, 1)
    counters.add(.rowsRead, ranges.reduce(0) { $0 + $1.count })
    try reading.count(in: counters)
  }
}

/// A row group that is being read: the columns of the condition first, the others where a row
/// fulfils it.
private struct ParquetReading {
  private let morsel: ParquetMorsel
  private let reader: ParquetRowGroupReader
  /// Columns of the table that the condition needs. Empty where all are read together: where there
  /// is no condition, or it needs all of them.
  private let early: Set<Int>

  init(_ morsel: ParquetMorsel) throws {
    self.morsel = morsel
    reader = try morsel.file.file.open(
      rowGroup: morsel.rowGroup, columns: morsel.file.fileColumns)
    let columns = morsel.columns
    var needed: Set<Int> = []
    if morsel.skips, columns.filters {
      _ = columns.predicate?.contains { expression in
        if let index = columns.tableColumn(expression) { needed.insert(index) }
        return false
      }
      for key in columns.keyFilters {
        if case .table(let index) = columns.parts[key.column] { needed.insert(index) }
      }
    }
    early = needed.count < columns.wanted.count ? needed : []
  }

  /// Reads `count` rows from `start` on, and hands out those that fulfil the condition.
  func read(
    _ start: Int, _ count: Int, _ filter: ScanFilter, emit: (Batch) throws -> Void
  ) throws {
    let columns = morsel.columns
    let first = try columns.assemble(
      count, file: morsel.file.source, firstRow: morsel.firstRow + start, morsel.context.kernels
    ) { index in
      if early.isEmpty || early.contains(index) { return try column(index, start, count) }
      // Nobody looks at it: the condition does not.
      return try ColumnVector.nulls(type: columns.schema.fields[index].type, count: count)
    }
    let kept = try filter.kept(try present(first, morsel.firstRow + start))
    if early.isEmpty { return try filter.addKept(kept, emit: emit) }
    if kept.selectedCount == 0 { return }
    var vectors = kept.columns
    for (place, part) in columns.parts.enumerated() {
      guard case .table(let index) = part, !early.contains(index),
        morsel.file.source.constants[index] == nil
      else { continue }
      vectors[place] = try column(index, start, count)
    }
    try filter.addKept(
      Batch(columns: vectors, rowCount: count, selection: kept.selection), emit: emit)
  }

  /// Some rows of a column of the table. Rows before them that were not read are passed over.
  private func column(_ index: Int, _ start: Int, _ count: Int) throws -> ColumnVector {
    let type = morsel.columns.schema.fields[index].type
    guard let place = morsel.file.places[index] else {
      return try ColumnVector.nulls(type: type, count: count)
    }
    reader.skip(start - reader.position(column: place), column: place)
    let vector = try reader.read(count, column: place)
    // Nested names may be exchanged among themselves.
    if vector.type == type, !(morsel.file.isMapped && type.isNested) { return vector }
    guard morsel.file.isMapped else {
      return try morsel.context.kernels.cast(vector, to: type).raised()
    }
    let named = morsel.file.schema.fields[morsel.file.fileColumns[place]].type
    return try vector.renamed(as: named)
      .fitted(to: morsel.columns.fileSchema.fields[index].type, morsel.context.kernels)
      .renamed(as: type)
  }

  /// Leaves out the rows that do not belong to the table. `firstRow` is the number of the batch's
  /// first row in its file.
  private func present(_ batch: Batch, _ firstRow: Int) throws(LakeError) -> Batch {
    guard let deleted = morsel.file.deleted else { return batch }
    let rows = firstRow..<(firstRow + batch.rowCount)
    guard let kept = try deleted.selection(of: rows, morsel.context.kernels.tracker) else {
      return batch
    }
    return Batch(columns: batch.columns, rowCount: batch.rowCount, selection: kept)
  }

  /// Says what was read. A page that was not decompressed was passed over.
  func count(in counters: ScanCounters) throws {
    let work = reader.work
    var pages = 0
    for column in reader.columns {
      pages += try morsel.file.file.pageCount(rowGroup: morsel.rowGroup, column: column) ?? 0
    }
    counters.add(.pages, work.pages)
    counters.add(.pagesSkipped, max(pages, work.pages + work.pagesPassed) - work.pages)
    counters.add(.bytes, work.bytes)
  }
}
