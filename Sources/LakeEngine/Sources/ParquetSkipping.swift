import LakeCore
import LakeFormats

/// Which rows of a row group may fulfil a condition, by the file's filters and page index.
///
/// Pages of two columns do not end at the same rows. So the row group is cut wherever a page of one
/// of the condition's columns ends, and each piece is looked at by the bounds of the pages that it
/// lies in.
struct ParquetSkipping {
  private let file: ParquetTableFile
  private let rowGroup: Int
  private let columns: ScanColumns

  init(_ file: ParquetTableFile, _ rowGroup: Int, _ columns: ScanColumns) {
    self.file = file
    self.rowGroup = rowGroup
    self.columns = columns
  }

  /// Ascending ranges that do not touch.
  func rows() throws -> [Range<Int>] {
    let all = 0..<file.file.rowGroups[rowGroup].rowCount
    guard let predicate = columns.outline else { return [all] }
    let tested = ParquetSkipping.testedColumns(predicate, columns)
    if try !passesFilters(predicate, tested) { return [] }
    var pages: [Int: [ParquetPageBounds]] = [:]
    for (index, _) in tested {
      guard let column = file.comparableColumn(index, columns) else { continue }
      // One page says what the row group's statistics have said.
      let known = try file.file.pages(rowGroup: rowGroup, column: column) ?? []
      if known.count > 1 { pages[index] = known }
    }
    return pages.isEmpty ? [all] : rows(predicate, pages, all)
  }

  private func rows(
    _ predicate: BoundExpression, _ pages: [Int: [ParquetPageBounds]], _ all: Range<Int>
  ) -> [Range<Int>] {
    let starts = Set(pages.values.joined().map(\.rows.lowerBound)).sorted()
    var wanted: [Range<Int>] = []
    for (number, start) in starts.enumerated() {
      let end = number + 1 < starts.count ? starts[number + 1] : all.upperBound
      let pruning = ScanPruning(columns) { index in
        pages[index].flatMap { ParquetSkipping.page($0, at: start) }.map(\.range)
          ?? file.range(index, rowGroup: rowGroup, columns)
      }
      guard start < end, pruning.canHold(predicate) else { continue }
      if let last = wanted.last, last.upperBound == start {
        wanted[wanted.count - 1] = last.lowerBound..<end
      } else {
        wanted.append(start..<end)
      }
    }
    return wanted
  }

  /// The page that has a row.
  private static func page(_ pages: [ParquetPageBounds], at row: Int) -> ParquetPageBounds? {
    var (low, high) = (0, pages.count)
    while high - low > 1 {
      let middle = (low + high) / 2
      if pages[middle].rows.lowerBound <= row { low = middle } else { high = middle }
    }
    return pages.isEmpty ? nil : pages[low]
  }

  private func passesFilters(
    _ predicate: BoundExpression, _ tested: [Int: Bool]
  ) throws -> Bool {
    var filters: [Int: ParquetColumnFilter] = [:]
    for (index, isEquality) in tested where isEquality {
      guard let column = file.comparableColumn(index, columns) else { continue }
      filters[index] = try file.file.bloomFilter(rowGroup: rowGroup, column: column)
    }
    if filters.isEmpty { return true }
    let pruning = ScanPruning(columns) { index in
      var range = file.range(index, rowGroup: rowGroup, columns)
      if let filter = filters[index] {
        if range == nil { range = ScanPruning.Range() }
        range?.filter = filter
      }
      return range
    }
    return pruning.canHold(predicate)
  }

  /// The columns of the table that bounds are asked of, and whether one of the questions is
  /// whether they have a value.
  private static func testedColumns(
    _ predicate: BoundExpression, _ columns: ScanColumns
  ) -> [Int: Bool] {
    var tested: [Int: Bool] = [:]
    _ = predicate.contains { expression in
      if case .isNull(let inner) = expression.node, let index = columns.tableColumn(inner) {
        tested[index] = tested[index] ?? false
      } else if let test = ColumnTest(expression), let index = columns.tableColumn(test.column) {
        tested[index] = (tested[index] ?? false) || test.isEquality
      }
      return false
    }
    return tested
  }
}

extension ParquetPageBounds {
  fileprivate var range: ScanPruning.Range {
    ScanPruning.Range(
      minimum: minimum, maximum: maximum, hasNoNulls: nullCount == 0, isAllNull: isAllNull)
  }
}

extension ScanPruning {
  /// Of a row group, by its statistics.
  init(_ columns: ScanColumns, _ file: ParquetTableFile, rowGroup: Int) {
    self.init(columns) { file.range($0, rowGroup: rowGroup, columns) }
  }
}

extension ParquetTableFile {
  /// What the statistics of a row group say of a column of the table.
  func range(_ index: Int, rowGroup: Int, _ columns: ScanColumns) -> ScanPruning.Range? {
    if let constant = ScanPruning.constant(source.constants[index]) { return constant }
    guard places[index] != nil else { return ScanPruning.Range(isAllNull: true) }
    guard let column = comparableColumn(index, columns) else { return nil }
    let group = file.rowGroups[rowGroup]
    let known = group.statistics(column: column)
    return ScanPruning.Range(
      minimum: known.minimum, maximum: known.maximum, hasNoNulls: known.nullCount == 0,
      isAllNull: known.nullCount == group.rowCount)
  }

  /// The place in the file of a column of the table that has the same type there.
  func comparableColumn(_ index: Int, _ columns: ScanColumns) -> Int? {
    guard source.constants[index] == nil, let place = places[index] else { return nil }
    let column = fileColumns[place]
    let isSame = file.schema.fields[column].type == columns.fileSchema.fields[index].type
    return isSame ? column : nil
  }
}
