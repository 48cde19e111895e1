import LakeCore
import LakeFormats
import LakeTestSupport
import Testing

@Suite("Options of writing Parquet")
struct ParquetOptionTests {
  private static let schema = Schema([
    Field("n", .bigint), Field("x", .double), Field("name", .varchar), Field("f", .real),
    Field("small", .tinyint), Field("wide", .decimal(precision: 30, scale: 2)), Field("id", .uuid),
    Field("b", .varbinary), Field("names", .array(.varchar)), Field("flag", .boolean),
  ])

  private static func columns(_ count: Int, seed: UInt64) -> [[Value]] {
    var random = SeededRandom(seed: seed)
    return schema.fields.map { field in
      field.type.isNested
        ? (0..<count).map { _ in random.value(field.type) }
        : OddValues.values(field.type, count: count, &random)
    }
  }

  private static func batch(_ columns: [[Value]]) throws -> Batch {
    Batch(
      columns: try zip(schema.fields, columns).map { try ColumnVector.of($0.type, $1) },
      rowCount: columns[0].count)
  }

  private static let encodings: [String: ParquetWriteOptions.Encoding] = [
    "n": .deltaBinaryPacked, "x": .byteStreamSplit, "name": .deltaByteArray,
    "f": .byteStreamSplit, "small": .byteStreamSplit, "wide": .byteStreamSplit,
    "id": .byteStreamSplit, "b": .deltaLengthByteArray, "names.list.element": .deltaByteArray,
    "flag": .plain,
  ]

  @Test(
    "pyarrow reads every encoding and codec that is asked for",
    .enabled(if: PyArrow.isThere, "skipped: there is no Python with pyarrow (LAKE_TEST_PYTHON)"),
    arguments: [ParquetWriteOptions.Codec.none, .gzip, .zstd])
  func encodingsAreReadByPyArrow(codec: ParquetWriteOptions.Codec) throws {
    var options = ParquetWriteOptions()
    options.codec = codec
    options.encodings = Self.encodings
    options.pageRowsMax = 90
    options.rowGroupRowsMax = 250
    options.bloomFilters = Set(Self.encodings.keys).subtracting(["flag"])
    options.sortingColumns = [.init(column: 2, isDescending: true), .init(column: 0)]
    let columns = Self.columns(600, seed: 5)
    let (bytes, _) = try ParquetTrip.write(Self.schema, [try Self.batch(columns)], options)
    let folder = try TemporaryDirectory()
    let path = try folder.write(bytes, to: "a.parquet")
    let result = try #require(PyArrow.run("\(PyArrow.script) show \(path)", in: folder.path))
    try #require(result.exitCode == 0, "\(result.errorText)")
    let lines = result.outputText.split(separator: "\n", omittingEmptySubsequences: false)
    for (index, field) in Self.schema.fields.enumerated() {
      let wanted = columns[index].map { PyArrowText.text($0, field.type) }.joined(separator: ";")
      #expect(lines[index] == wanted, "\(field)")
    }
    let report = try ParquetReport.read(
      try LocalFileSystem().openForReading(path), tracker: nil)
    let found = Set(report.rowGroups[0].chunks.flatMap { $0.encodings })
    #expect(
      found == [
        "PLAIN", "RLE", "DELTA_BINARY_PACKED", "BYTE_STREAM_SPLIT", "DELTA_BYTE_ARRAY",
        "DELTA_LENGTH_BYTE_ARRAY",
      ])
  }

  @Test func filtersKnowEveryValueOfTheirRowGroup() throws {
    for seed in 0..<10 as Range<UInt64> {
      var options = ParquetWriteOptions()
      options.rowGroupRowsMax = 200
      options.bloomFilters = Set(Self.schema.fields.map(\.name)).subtracting(["names", "flag"])
      let columns = Self.columns(400, seed: seed)
      let (bytes, _) = try ParquetTrip.write(Self.schema, [try Self.batch(columns)], options)
      let folder = try TemporaryDirectory()
      let file = try ParquetFile.open(
        try folder.write(bytes, to: "a.parquet"), in: LocalFileSystem(),
        libraries: CodecLibraries(), tracker: nil)
      for (index, field) in Self.schema.fields.enumerated() {
        for group in file.rowGroups.indices {
          let filter = try file.bloomFilter(rowGroup: group, column: index)
          #expect((filter == nil) == (field.name == "names" || field.name == "flag"))
          guard let filter else { continue }
          for value in columns[index][(group * 200)..<(group * 200 + 200)] where !value.isNull {
            #expect(filter.mayContain(value), "\(field.name) \(value)")
          }
        }
      }
    }
  }

  @Test func filtersFindOneZeroByTheOther() throws {
    var options = ParquetWriteOptions()
    options.bloomFilters = ["a"]
    let column = try ColumnVector.of(.double, [.double(-0.0), .double(5)])
    let (bytes, _) = try ParquetTrip.write(
      Schema([Field("a", .double)]), [Batch(columns: [column], rowCount: 2)], options)
    let folder = try TemporaryDirectory()
    let file = try ParquetFile.open(
      try folder.write(bytes, to: "a.parquet"), in: LocalFileSystem(),
      libraries: CodecLibraries(), tracker: nil)
    let filter = try #require(try file.bloomFilter(rowGroup: 0, column: 0))
    #expect(filter.mayContain(.double(0)) && filter.mayContain(.double(-0.0)))
    #expect(!filter.mayContain(.double(6)))
  }

  @Test func filtersLetFewStrangersPass() throws {
    var options = ParquetWriteOptions()
    options.bloomFilters = ["n"]
    let column = try ColumnVector.of(.bigint, (0..<5000).map { .int($0) })
    let (bytes, _) = try ParquetTrip.write(
      Schema([Field("n", .bigint)]), [Batch(columns: [column], rowCount: 5000)], options)
    let folder = try TemporaryDirectory()
    let file = try ParquetFile.open(
      try folder.write(bytes, to: "a.parquet"), in: LocalFileSystem(),
      libraries: CodecLibraries(), tracker: nil)
    let filter = try #require(try file.bloomFilter(rowGroup: 0, column: 0))
    let passed = (5000..<15_000).count { filter.mayContain(.int($0)) }
    #expect(passed < 200)
  }

  @Test func optionsThatDoNotFitAreRefused() throws {
    let wrong: [(inout ParquetWriteOptions) -> Void] = [
      { $0.encodings = ["there is none": .plain] }, { $0.encodings = ["name": .byteStreamSplit] },
      { $0.encodings = ["names": .plain] }, { $0.bloomFilters = ["flag"] },
      { $0.sortingColumns = [.init(column: 8)] }, { $0.level = 99 },
    ]
    for change in wrong {
      var options = ParquetWriteOptions()
      change(&options)
      let error = #expect(throws: LakeError.self) {
        try ParquetTrip.write(Self.schema, [], options)
      }
      #expect(error?.code == .invalidInput)
    }
  }

  @Test func withoutItsLibraryZstdIsRefused() throws {
    var options = ParquetWriteOptions()
    options.codec = .zstd
    let error = #expect(throws: LakeError.self) {
      try ParquetTrip.write(Self.schema, [], options, codecs: .zlibOnly)
    }
    #expect(error?.code == .unsupported)
    #expect(error?.hint?.contains("libzstd1") == true)
  }
}
