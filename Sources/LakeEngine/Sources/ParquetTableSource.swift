import LakeCore
import LakeFormats
import LakeTables

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
  /// How the files call the columns, where that is not as the table does.
  package var fileColumns: FileColumns?
  /// The directory that the files must lie in, wherever symbolic links lead; nil for files that
  /// their user has named.
  package var root: String?
  /// Why a column cannot be read, by its place in the schema.
  package var refusals: [Int: LakeError] = [:]

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
    let columns = ScanColumns(request, fileSchema: fileColumns?.schema)
    if let refusal = columns.wanted.lazy.compactMap({ refusals[$0] }).first { throw refusal }
    let root = try root.map { try context.fileSystem.resolve($0) }
    let wanted = columns.filesThatMayHold(files, request.counters)
    let opened = SlotList<ParquetTableFile>(count: wanted.count)
    try context.pool.forEach(count: wanted.count, cancellation: context.cancellation) { _, index in
      if let root { try requireInside(root, wanted[index].path, context) }
      let file = try ParquetFile.open(
        wanted[index].path, in: context.fileSystem, libraries: context.libraries,
        tracker: context.tracker)
      var table = try ParquetTableFile(wanted[index], file, columns, fileColumns)
      table.deleted = try deletedRows(of: wanted[index], file, context)
      opened.set(index, table)
    }
    return ParquetScan(opened.values, columns, skips: skips, request.counters, context)
  }

  private func requireInside(
    _ root: String, _ path: String, _ context: ExecutionContext
  ) throws(LakeError) {
    let found = try context.fileSystem.resolve(path)
    if found.hasPrefix(root + "/") { return }
    throw LakeError(
      .permissionDenied, "a file of the table is a link that leads out of its directory",
      at: .file(path), hint: "It leads to \(found).")
  }

  private func deletedRows(
    of source: SourceFile, _ file: ParquetFile, _ context: ExecutionContext
  ) throws(LakeError) -> DeletedRows? {
    guard let vector = source.deletions else { return nil }
    let rows = try DeletedRows(
      vector, root: root ?? Path.directory(of: source.path), in: context.fileSystem,
      context.libraries)
    guard rows.end <= file.rowCount else {
      throw LakeError(
        .corruptData, "the deletion vector names rows that the file does not have",
        at: .file(source.path))
    }
    return rows
  }
}

/// How the files of a table call its columns.
package struct FileColumns: Sendable {
  /// The same columns in the same order, with the names in the files, nested ones too.
  package var schema: Schema
  /// Where the files' columns are told by ids and not by their names: what the table calls them in
  /// `schema`.
  package var namesByID: [Int: String]?

  package init(schema: Schema, namesByID: [Int: String]?) {
    self.schema = schema
    self.namesByID = namesByID
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
  /// The columns of the file by the names that are looked for.
  let schema: Schema
  /// Whether nested fields are told by names alone: those that the table has dropped are in the
  /// file still.
  let isMapped: Bool
  /// The rows that do not belong to the table.
  var deleted: DeletedRows?

  init(
    _ source: SourceFile, _ file: ParquetFile, _ columns: ScanColumns,
    _ mapping: FileColumns? = nil
  ) throws {
    self.source = source
    self.file = file
    isMapped = mapping != nil
    schema = try mapping?.namesByID.map { try file.schema(namedByID: $0) } ?? file.schema
    var places: [Int: Int] = [:]
    var fileColumns: [Int] = []
    for index in columns.wanted where source.constants[index] == nil {
      let field = columns.fileSchema.fields[index]
      guard let place = schema.index(of: field.name) else { continue }
      let found = schema.fields[place].type
      guard found == field.type || found.canCast(to: field.type) || isMapped else {
        let name = columns.schema.fields[index].name
        throw LakeError(
          .invalidInput,
          "column \(name) is \(found) in this file, which cannot become \(field.type)",
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
