import LakeCore
import LakeFormats
import LakeTestSupport
import Testing

@Suite("Statistics of Parquet")
struct ParquetStatisticsTests {
  private func bounds(
    _ type: DataType, _ values: [Value]
  ) throws -> (
    row: (minimum: Value?, maximum: Value?, nullCount: Int?),
    file: ParquetFileSummary.ColumnSummary
  ) {
    let column = try ColumnVector.of(type, values)
    let (bytes, summary) = try ParquetTrip.write(
      Schema([Field("a", type)]), [Batch(columns: [column], rowCount: values.count)])
    let folder = try TemporaryDirectory()
    let file = try ParquetFile.open(
      try folder.write(bytes, to: "a.parquet"), in: LocalFileSystem(),
      libraries: CodecLibraries(), tracker: nil)
    return (file.rowGroups[0].statistics(column: 0), summary.columns[0])
  }

  @Test(arguments: SeededRandom.scalarTypes.filter { ParquetTrip.isWritable($0) })
  func boundsAreThoseOfTheValues(type: DataType) throws {
    var random = SeededRandom(seed: 9)
    for _ in 0..<10 {
      let values = (0..<20).map { _ in random.value(type) }.filter { value in
        switch value {
        case .double(let double): !double.isNaN
        case .float(let float): !float.isNaN
        default: true
        }
      }
      let (row, file) = try bounds(type, values)
      let present = values.filter { !$0.isNull }
      let wanted = present.sorted { Self.isLess($0, $1, type) }
      #expect(row.nullCount == values.count - present.count)
      #expect(file.nullCount == row.nullCount)
      #expect(row.minimum == wanted.first, "\(type)")
      #expect(row.maximum == wanted.last, "\(type)")
      #expect(file.minimum == wanted.first)
      #expect(file.maximum == wanted.last)
    }
  }

  private static func isLess(_ a: Value, _ b: Value, _ type: DataType) -> Bool {
    switch (a, b) {
    case (.bool(let a), .bool(let b)): !a && b
    case (.int(let a), .int(let b)): a < b
    case (.int128(let a), .int128(let b)):
      type == .uuid ? UInt128(bitPattern: a) < UInt128(bitPattern: b) : a < b
    case (.float(let a), .float(let b)): a < b
    case (.double(let a), .double(let b)): a < b
    case (.string(let a), .string(let b)): a.utf8.lexicographicallyPrecedes(b.utf8)
    case (.bytes(let a), .bytes(let b)): a.lexicographicallyPrecedes(b)
    default: false
    }
  }

  @Test func numbersWithANaNHaveNoBounds() throws {
    let (row, file) = try bounds(.double, [.double(1), .double(.nan), .null])
    #expect(row.minimum == nil && row.maximum == nil && row.nullCount == 1)
    #expect(file.minimum == nil && file.maximum == nil && file.nullCount == 1)
  }

  @Test func aRowGroupWithANaNSpoilsTheBoundsOfTheFile() throws {
    var options = ParquetWriteOptions()
    options.rowGroupRowsMax = 1
    let column = try ColumnVector.of(.real, [.float(1), .float(.nan), .float(2), .null])
    let (_, summary) = try ParquetTrip.write(
      Schema([Field("a", .real)]), [Batch(columns: [column], rowCount: 4)], options)
    #expect(summary.columns == [.init(minimum: nil, maximum: nil, nullCount: 1)])
  }

  @Test func boundsOfAFileAreThoseOfItsRowGroups() throws {
    var options = ParquetWriteOptions()
    options.rowGroupRowsMax = 2
    let column = try ColumnVector.of(
      .bigint, [.int(5), .int(3), .null, .null, .int(-7), .int(1)])
    let (_, summary) = try ParquetTrip.write(
      Schema([Field("a", .bigint)]), [Batch(columns: [column], rowCount: 6)], options)
    #expect(summary.columns == [.init(minimum: .int(-7), maximum: .int(5), nullCount: 2)])
  }

  @Test func zerosOfBothSignsAreOneBound() throws {
    let (row, file) = try bounds(.double, [.double(-0.0), .double(0)])
    #expect(row.minimum == .double(0) && row.maximum == .double(0))
    #expect(file.minimum == .double(0) && file.maximum == .double(0))
    guard case .double(let low)? = row.minimum, case .double(let high)? = row.maximum else {
      return
    }
    #expect(low.sign == .minus && high.sign == .plus)
  }

  @Test func longTextIsCutBetweenCharactersAndRounded() throws {
    let long = String(repeating: "a", count: 63) + "é" + "zzz"
    let (row, _) = try bounds(.varchar, [.string(long)])
    #expect(row.minimum == .string(String(repeating: "a", count: 63)))
    #expect(row.maximum == .string(String(repeating: "a", count: 62) + "b"))
  }

  @Test func charactersOfSeveralBytesAreRoundedToo() throws {
    let cases: [(last: Character, next: String)] = [
      ("\u{7F}", "\u{80}"), ("\u{7FF}", "\u{800}"), ("\u{D7FF}", "\u{E000}"),
      ("\u{FFFF}", "\u{10000}"), ("語", "\u{8A9F}"),
    ]
    for (last, next) in cases {
      let before = String(repeating: "a", count: 64 - last.utf8.count)
      let (row, _) = try bounds(.varchar, [.string(before + String(last) + "zzz")])
      #expect(row.minimum == .string(before + String(last)))
      #expect(row.maximum == .string(before + next))
    }
    let greatest = "語" + String(repeating: "\u{10FFFF}", count: 20)
    let (row, _) = try bounds(.varchar, [.string(greatest)])
    #expect(row.maximum == .string("\u{8A9F}"))
  }

  @Test func textThatCannotBeRoundedUpHasNoMaximum() throws {
    let long = String(repeating: "\u{10FFFF}", count: 70)
    let (row, _) = try bounds(.varchar, [.string(long), .string("a")])
    #expect(row.minimum == .string("a") && row.maximum == nil)
    let bytes = try bounds(.varbinary, [.bytes([UInt8](repeating: 255, count: 65))])
    #expect(bytes.row.maximum == nil)
  }
}
