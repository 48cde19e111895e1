import LakeCore
import LakeFormats
import LakeTestSupport
import Testing

/// Bounds of pages against the values that the pages have.
@Suite("The page index of Parquet")
struct ParquetPageIndexTests {
  private static let types = SeededRandom.scalarTypes.filter { ParquetTrip.isWritable($0) }

  /// A column, some rows in a row group and some in a page, and what the file says of its pages.
  private func trip(
    _ type: DataType, _ values: [Value], rowsInPage: Int, rowsInGroup: Int = 1 << 19,
    check: (ParquetFile, Int, [Value], [ParquetPageBounds]?) throws -> Void
  ) throws {
    var options = ParquetWriteOptions()
    options.pageRowsMax = rowsInPage
    options.rowGroupRowsMax = rowsInGroup
    let column = try ColumnVector.of(type, values)
    let (bytes, _) = try ParquetTrip.write(
      Schema([Field("a", type)]), [Batch(columns: [column], rowCount: values.count)], options)
    let folder = try TemporaryDirectory()
    let file = try ParquetFile.open(
      try folder.write(bytes, to: "a.parquet"), in: LocalFileSystem(),
      libraries: CodecLibraries(), tracker: nil)
    var start = 0
    for (number, group) in file.rowGroups.enumerated() {
      let rows = Array(values[start..<(start + group.rowCount)])
      try check(file, number, rows, try file.pages(rowGroup: number, column: 0))
      start += group.rowCount
    }
  }

  @Test(arguments: types)
  func boundsHoldForAllValuesAndAreTight(type: DataType) throws {
    for seed in 0..<12 {
      var random = SeededRandom(seed: UInt64(seed))
      let values = OddValues.values(type, count: 300, &random)
      let rows = random.pick([1, 3, 16, 100])
      try trip(type, values, rowsInPage: rows, rowsInGroup: random.pick([120, 1000])) {
        file, group, rows, pages in
        try Self.check(rows, type, try #require(pages))
        let known = file.rowGroups[group].statistics(column: 0)
        Self.check(rows, type, known)
      }
    }
  }

  private static func check(
    _ rows: [Value], _ type: DataType, _ pages: [ParquetPageBounds]
  ) throws {
    // The index of a chunk is left out if one page of it has no bounds.
    let areKnown = pages.allSatisfy { $0.isAllNull || $0.minimum != nil }
    var next = 0
    for page in pages {
      #expect(page.rows.lowerBound == next)
      next = page.rows.upperBound
      let part = Array(rows[page.rows])
      let nulls = part.filter { $0.isNull }
      if page.isAllNull { #expect(nulls.count == part.count) }
      if areKnown || page.nullCount != nil {
        check(part, type, (page.minimum, page.maximum, page.nullCount))
      } else {
        #expect(page.minimum == nil && page.maximum == nil && !page.isAllNull)
      }
    }
    #expect(next == rows.count)
  }

  private static func check(
    _ rows: [Value], _ type: DataType,
    _ page: (minimum: Value?, maximum: Value?, nullCount: Int?)
  ) {
    let present = rows.filter { !$0.isNull }
    #expect(page.nullCount == rows.count - present.count)
    let numbers = present.filter { !OddValues.isNaN($0) }
    let (least, greatest) = OddValues.bounds(numbers, type)
    if numbers.count < present.count || present.isEmpty {
      #expect(page.minimum == nil && page.maximum == nil)
      return
    }
    // Cut text is a bound without being a value; everything else is exact.
    if let minimum = page.minimum, let least {
      #expect(minimum == least || OddValues.isCut(minimum, of: least, isLower: true))
    } else {
      #expect(page.minimum == nil && least == nil)
    }
    if let maximum = page.maximum, let greatest {
      #expect(maximum == greatest || OddValues.isCut(maximum, of: greatest, isLower: false))
    } else {
      #expect(greatest.map { OddValues.cannotBeRaised($0) } ?? true)
    }
  }

  @Test func aPageOfNullsAloneSaysSo() throws {
    let values: [Value] = [.null, .null, .int(1), .null, .int(5), .int(3)]
    try trip(.bigint, values, rowsInPage: 2) { _, _, _, pages in
      let pages = try #require(pages)
      #expect(pages.map(\.isAllNull) == [true, false, false])
      #expect(pages.map(\.nullCount) == [2, 1, 0])
      #expect(pages.map(\.minimum) == [nil, .int(1), .int(3)])
      #expect(pages.map(\.maximum) == [nil, .int(1), .int(5)])
    }
  }

  @Test func aNaNLeavesTheChunkWithoutBounds() throws {
    let values: [Value] = [.double(1), .double(2), .double(.nan), .double(4)]
    try trip(.double, values, rowsInPage: 2) { _, _, _, pages in
      let pages = try #require(pages)
      #expect(pages.map(\.rows) == [0..<2, 2..<4])
      #expect(pages.allSatisfy { $0.minimum == nil && $0.maximum == nil && $0.nullCount == nil })
    }
  }

  @Test func nestedColumnsHaveRowsOfPages() throws {
    var options = ParquetWriteOptions()
    options.pageRowsMax = 2
    let values: [Value] = [
      .list([.int(1), .int(2)]), .list([]), .null, .list([.int(9)]), .list([.null]),
    ]
    let column = try ColumnVector.of(.array(.bigint), values)
    let (bytes, _) = try ParquetTrip.write(
      Schema([Field("a", .array(.bigint))]), [Batch(columns: [column], rowCount: 5)], options)
    let folder = try TemporaryDirectory()
    let file = try ParquetFile.open(
      try folder.write(bytes, to: "a.parquet"), in: LocalFileSystem(),
      libraries: CodecLibraries(), tracker: nil)
    #expect(try file.pages(rowGroup: 0, column: 0) == nil)
    let pages = try #require(try file.pages(rowGroup: 0, leaf: 0))
    #expect(pages.map(\.rows) == [0..<2, 2..<4, 4..<5])
    #expect(pages.map(\.nullCount) == [1, 1, 1])
    #expect(pages.map(\.maximum) == [.int(2), .int(9), nil])
    #expect(pages.map(\.isAllNull) == [false, false, true])
  }

  @Test func withoutAnIndexThereIsNone() throws {
    var options = ParquetWriteOptions()
    options.hasPageIndex = false
    let column = try ColumnVector.of(.bigint, [.int(1)])
    let (bytes, _) = try ParquetTrip.write(
      Schema([Field("a", .bigint)]), [Batch(columns: [column], rowCount: 1)], options)
    let folder = try TemporaryDirectory()
    let file = try ParquetFile.open(
      try folder.write(bytes, to: "a.parquet"), in: LocalFileSystem(),
      libraries: CodecLibraries(), tracker: nil)
    #expect(try file.pages(rowGroup: 0, column: 0) == nil)
  }
}
