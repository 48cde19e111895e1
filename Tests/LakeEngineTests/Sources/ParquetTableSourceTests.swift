import LakeCore
import LakeEngine
import LakeFormats
import LakeTestSupport
import Testing

@Suite("Tables of Parquet files")
struct ParquetTableSourceTests {
  private static let fileSchema = Schema([
    Field("N", .integer), Field("name", .varchar), Field("x", .double),
  ])
  private static let schema = Schema([
    Field("name", .varchar), Field("n", .bigint), Field("day", .varchar), Field("late", .date),
  ])

  /// Rows `start ..< start + count`, in row groups of ten.
  private static func write(
    _ directory: TemporaryDirectory, _ name: String, from start: Int, count: Int
  ) throws -> String {
    let path = directory.file(name)
    let rows = start..<(start + count)
    let target = try AtomicFileWriter(path: path, fileSystem: LocalFileSystem())
    var options = ParquetWriteOptions()
    options.rowGroupRowsMax = 10
    let writer = try ParquetWriter(
      schema: fileSchema, target: target, options: options,
      pool: try ThreadPool(threadCount: 2), libraries: CodecLibraries(), tracker: nil)
    try writer.append(
      Batch(
        columns: [
          try ColumnVector.of(.integer, rows.map { .int(Int64($0)) }),
          try ColumnVector.of(.varchar, rows.map { .string("name \($0 % 3)") }),
          try ColumnVector.of(.double, rows.map { .double(Double($0)) }),
        ], rowCount: count))
    _ = try writer.finish()
    try target.commit()
    return path
  }

  private static func source(_ directory: TemporaryDirectory) throws -> ParquetTableSource {
    let a = try write(directory, "a.parquet", from: 0, count: 35)
    let b = try write(directory, "b.parquet", from: 35, count: 20)
    return ParquetTableSource(files: [
      SourceFile(b, constants: [2: .string("tue")]), SourceFile(a, constants: [2: .string("mon")]),
    ])
  }

  private static func row(_ number: Int) -> [Value] {
    [
      .string("name \(number % 3)"), .int(Int64(number)), .string(number < 35 ? "mon" : "tue"),
      .null,
    ]
  }

  @Test("Columns are found by name, cast, made of the partition, or null", arguments: [1, 2, 4])
  func columns(threads: Int) throws {
    let directory = try TemporaryDirectory()
    let source = try ParquetTableSourceTests.source(directory)
    let all = ExecutionFixture.scan(source, ParquetTableSourceTests.schema)
    let expected = (0..<55).map { ParquetTableSourceTests.row($0) }
    let found = try ExecutionFixture.rows(all, threads: threads)
    #expect(areSameRows(found, expected))
    let hidden = ExecutionFixture.scan(
      source, ParquetTableSourceTests.schema, columns: [.row, .path])
    let rows = try ExecutionFixture.rows(hidden, threads: threads)
    let numbers = (0..<55).map { Value.int(Int64($0 < 35 ? $0 : $0 - 35)) }
    #expect(rows.map { $0[0] } == numbers)
    #expect(rows[40][1] == .string(source.files[1].path))
    let none = ExecutionFixture.scan(source, ParquetTableSourceTests.schema, columns: [])
    let empty = try ExecutionFixture.rows(none)
    #expect(empty.count == 55)
  }

  @Test("Files and row groups that cannot hold a row are passed over")
  func pruning() throws {
    let directory = try TemporaryDirectory()
    let source = try ParquetTableSourceTests.source(directory)
    let schema = Schema([Field("N", .integer), Field("name", .varchar), Field("day", .varchar)])
    let (n, day) = (BoundExpression.column(0, .integer), BoundExpression.column(2, .varchar))
    let number = { (value: Int64) in BoundExpression.literal(.int(value), .integer) }
    let monday = BoundExpression(
      .compare(.equal, day, .literal(.string("mon"), .varchar)), .boolean)
    // Condition, numbers of the rows, files passed over, row groups passed over.
    let cases: [(BoundExpression, [Int64], Int, Int)] = [
      (BoundExpression(.compare(.equal, n, number(17)), .boolean), [17], 0, 5),
      (BoundExpression(.compare(.greater, number(3), n), .boolean), [0, 1, 2], 0, 5),
      (
        BoundExpression(
          .and([monday, BoundExpression(.compare(.greaterOrEqual, n, number(33)), .boolean)]),
          .boolean), [33, 34], 1, 3
      ),
      (BoundExpression(.isIn(n, [number(9), number(54)]), .boolean), [9, 54], 0, 4),
      (BoundExpression(.isNull(n), .boolean), [], 0, 6),
      (BoundExpression(.compare(.less, n, number(-1)), .boolean), [], 0, 6),
    ]
    for (condition, numbers, files, groups) in cases {
      let profile = ExecutionProfile()
      let plan = ExecutionFixture.scan(source, schema, predicate: condition)
      let rows = try ExecutionFixture.rows(plan, profile: profile)
      #expect(rows.map { $0[0] } == numbers.map { Value.int($0) })
      let counters = try #require(profile.known(0)).scan
      #expect(counters[.filesSkipped] == files)
      #expect(counters[.rowGroupsSkipped] == groups)
      #expect(counters[.rowGroups] == 6 - groups - (files == 1 ? 2 : 0))
    }
  }

  @Test("A column whose type cannot become that of the table names the file")
  func wrongType() throws {
    let directory = try TemporaryDirectory()
    let source = try ParquetTableSourceTests.source(directory)
    let plan = ExecutionFixture.scan(source, Schema([Field("x", .array(.bigint))]))
    let error = #expect(throws: LakeError.self) { _ = try ExecutionFixture.rows(plan) }
    #expect(error?.place?.path == source.files[0].path)
  }
}
