import LakeCore
import LakeFormats

/// A table of Parquet files: a morsel is a row group. Row groups and pages in which no row can
/// fulfil the condition are passed over by what the file says of them, and columns that the
/// condition does not need are read where a row fulfils it.
///
/// Columns are found by name. One that a file does not have is null; one of another type is cast.
package struct ParquetTableSource: TableSource {
  /// In the order of their rows.
  package var files: [SourceFile]
  package var rowCountEstimate: Int?
  /// Whether row groups and pages are passed over, and columns read late. The rows are the same
  /// without it.
  package var skips = true

  /// The files are sorted by the bytes of their paths, unless they come in an order of their own.
  package init(files: [SourceFile], rowCountEstimate: Int? = nil, keepsOrder: Bool = false) {
    self.files =
      keepsOrder
      ? files : files.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
    self.rowCountEstimate = rowCountEstimate
  }

  package var usesKeyFilters: Bool { skips }

  package func open(
    _ request: ScanRequest, _ context: ExecutionContext
  ) throws -> any MorselSource {
    let columns = ScanColumns(request)
    let wanted = columns.filesThatMayHold(files, request.counters)
    let opened = SlotList<ParquetTableFile>(count: wanted.count)
    try context.pool.forEach(count: wanted.count, cancellation: context.cancellation) { _, index in
      let file = try ParquetFile.open(
        wanted[index].path, in: context.fileSystem, libraries: context.libraries,
        tracker: context.tracker)
      opened.set(index, try ParquetTableFile(wanted[index], file, columns))
    }
    return ParquetScan(opened.values, columns, skips: skips, request.counters, context)
  }
}

/// An open file, and where in it the columns of the table are.
struct ParquetTableFile: Sendable {
  let source: SourceFile
  let file: ParquetFile
  /// For each column of the table that is read from the file, its place among `fileColumns`.
  let places: [Int: Int]
  /// Places in the file's schema.
  let fileColumns: [Int]

  init(_ source: SourceFile, _ file: ParquetFile, _ columns: ScanColumns) throws {
    self.source = source
    self.file = file
    var places: [Int: Int] = [:]
    var fileColumns: [Int] = []
    for index in columns.wanted where source.constants[index] == nil {
      let field = columns.schema.fields[index]
      guard let place = file.schema.index(of: field.name) else { continue }
      let found = file.schema.fields[place].type
      guard found == field.type || found.canCast(to: field.type) else {
        throw LakeError(
          .invalidInput,
          "column \(field.name) is \(found) in this file, which cannot become \(field.type)",
          at: .file(source.path))
      }
      places[index] = fileColumns.count
      fileColumns.append(place)
    }
    self.places = places
    self.fileColumns = fileColumns
  }
}

// @unchecked Sendable: `next` is called by one thread at a time.
private final class ParquetScan: MorselSource, @unchecked Sendable {
  private let files: [ParquetTableFile]
  private let columns: ScanColumns
  private let skips: Bool
  private let counters: ScanCounters?
  private let context: ExecutionContext
  private var file = 0
  private var group = 0
  private var firstRow = 0

  init(
    _ files: [ParquetTableFile], _ columns: ScanColumns, skips: Bool,
    _ counters: ScanCounters?, _ context: ExecutionContext
  ) {
    self.files = files
    self.columns = columns
    self.skips = skips
    self.counters = counters
    self.context = context
  }

  func next() throws -> (any Morsel)? {
    while file < files.count {
      let current = files[file]
      guard group < current.file.rowGroups.count else {
        file += 1
        (group, firstRow) = (0, 0)
        continue
      }
      let rows = current.file.rowGroups[group].rowCount
      defer {
        group += 1
        firstRow += rows
      }
      if skips, let predicate = columns.outline,
        !ScanPruning(columns, current, rowGroup: group).canHold(predicate)
      {
        counters?.add(.rowGroupsSkipped, 1)
        continue
      }
      return ParquetMorsel(
        file: current, rowGroup: group, firstRow: firstRow, columns: columns, skips: skips,
        counters: counters, context: context.evaluation)
    }
    return nil
  }
}
