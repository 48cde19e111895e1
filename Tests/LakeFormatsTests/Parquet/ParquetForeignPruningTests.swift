import LakeCore
import LakeFormats
import LakeTestSupport
import Testing

/// What other programs leave out of our files by bounds and filters has no row that they want.
@Suite(
  "Parquet files that others filter",
  .enabled(
    if: PyArrow.run("-c 'import pyarrow, duckdb, polars'", in: "/")?.exitCode == 0,
    "skipped: there is no Python with pyarrow, duckdb and polars (LAKE_TEST_PYTHON)"))
struct ParquetForeignPruningTests {
  private static let schema = Schema([
    Field("n", .bigint), Field("x", .double), Field("f", .real), Field("name", .varchar),
    Field("day", .date), Field("price", .decimal(precision: 12, scale: 2)),
    Field("cents", .decimal(precision: 7, scale: 2)), Field("b", .varbinary),
    Field("small", .smallint), Field("flag", .boolean), Field("row", .bigint),
  ])

  @Test(arguments: 0..<4)
  func noRowIsMissing(seed: Int) throws {
    var random = SeededRandom(seed: UInt64(100 + seed))
    let count = 1500
    let columns: [[Value]] = Self.schema.fields.map { field in
      if field.name == "row" { return (0..<count).map { .int(Int64($0)) } }
      let values = OddValues.values(field.type, count: count, &random).map { value in
        Self.isForeign(value) ? value : .null
      }
      guard random.below(2) == 0 else { return values }
      return values.sorted { OddValues.isLess($0, $1, field.type) }
    }
    var options = ParquetWriteOptions()
    options.rowGroupRowsMax = random.pick([200, 700])
    options.pageRowsMax = random.pick([10, 60])
    if seed % 2 == 0 {
      options.bloomFilters = Set(Self.schema.fields.map(\.name)).subtracting(["flag"])
    }
    let batch = Batch(
      columns: try zip(Self.schema.fields, columns).map { try ColumnVector.of($0.type, $1) },
      rowCount: count)
    let (bytes, _) = try ParquetTrip.write(Self.schema, [batch], options)
    let folder = try TemporaryDirectory()
    let path = try folder.write(bytes, to: "a.parquet")
    let script = Repository.path("Tests/Interop/parquet_pruning.py")
    let result = try #require(PyArrow.run("\(script) \(path) \(seed) 150", in: folder.path))
    try #require(result.exitCode == 0, "\(result.errorText)")
    #expect(
      result.outputText.hasPrefix("asked {'duckdb': 150, 'polars': 150, 'pyarrow': 150}"),
      "\(result.outputText)")
  }

  /// Dates of the years that Python knows.
  private static func isForeign(_ value: Value) -> Bool {
    if case .int(let number) = value { return number.magnitude < 700_000 || number > 1 << 32 }
    return true
  }
}
