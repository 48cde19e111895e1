import LakeCore
import LakeEngine
import LakeFormats
import LakeTestSupport
import Testing

/// A query gives the same rows whether pages are passed over or not.
@Suite("Passing over parts of Parquet files")
struct ParquetSkippingTests {
  private static let schema = Schema([
    Field("n", .bigint), Field("x", .double), Field("name", .varchar), Field("day", .date),
    Field("price", .decimal(precision: 12, scale: 2)), Field("f", .real), Field("flag", .boolean),
    Field("wide", .decimal(precision: 38, scale: 5)), Field("id", .uuid), Field("b", .varbinary),
    Field("small", .smallint), Field("list", .array(.bigint)),
  ])

  /// A file, its columns, and a scan of it.
  private struct Sample {
    let directory: TemporaryDirectory
    let columns: [[Value]]
    let source: ParquetTableSource

    init(_ random: inout SeededRandom, _ configure: (inout ParquetWriteOptions) -> Void) throws {
      let count = 700
      columns = schema.fields.map { field in
        if field.type.isNested { return (0..<count).map { _ in random.value(field.type) } }
        let values = OddValues.values(field.type, count: count, &random)
        // Clustered now and then: then pages can be passed over.
        guard random.below(2) == 0 else { return values }
        return values.sorted { OddValues.isLess($0, $1, field.type) }
      }
      var options = ParquetWriteOptions()
      configure(&options)
      directory = try TemporaryDirectory()
      let path = directory.file("a.parquet")
      try ParquetSkippingTests.write(schema, columns, options, to: path)
      source = ParquetTableSource(files: [SourceFile(path)])
    }
  }

  private static func write(
    _ schema: Schema, _ columns: [[Value]], _ options: ParquetWriteOptions, to path: String
  ) throws {
    let target = try AtomicFileWriter(path: path, fileSystem: LocalFileSystem())
    let writer = try ParquetWriter(
      schema: schema, target: target, options: options, pool: try ThreadPool(threadCount: 2),
      libraries: CodecLibraries(), tracker: nil)
    let vectors = try zip(schema.fields, columns).map { try ColumnVector.of($0.type, $1) }
    try writer.append(Batch(columns: vectors, rowCount: columns.first?.count ?? 0))
    _ = try writer.finish()
    try target.commit()
  }

  /// A condition whose constants are values of the columns, mostly.
  private static func condition(
    _ columns: [[Value]], _ random: inout SeededRandom, depth: Int
  ) throws -> BoundExpression {
    if depth > 0, random.below(2) == 0 {
      let members = try (0..<2).map { _ in
        try condition(columns, &random, depth: depth - 1)
      }
      return BoundExpression(random.below(3) == 0 ? .or(members) : .and(members), .boolean)
    }
    if random.chance(8) {
      return BoundExpression(.not(try condition(columns, &random, depth: 0)), .boolean)
    }
    let place = random.below(schema.count - 1)
    let type = schema.fields[place].type
    let column = BoundExpression.column(place, type)
    let constant = { (random: inout SeededRandom) -> BoundExpression in
      .literal(random.chance(4) ? random.value(type) : random.pick(columns[place]), type)
    }
    switch random.below(10) {
    case 0: return BoundExpression(.isNull(column), .boolean)
    case 1:
      return BoundExpression(.not(BoundExpression(.isNull(column), .boolean)), .boolean)
    case 2, 3:
      return BoundExpression(.isIn(column, (0..<3).map { _ in constant(&random) }), .boolean)
    case 4 where type == .varchar:
      guard case .string(let text) = random.pick(columns[place]) else { break }
      let pattern = String(text.unicodeScalars.prefix(random.below(4))) + "%"
      return try Evaluation.call("like", column, Evaluation.text(pattern))
    default: break
    }
    let comparison = random.pick(
      [.equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual] as [Comparison])
    return BoundExpression(
      random.chance(4)
        ? .compare(comparison, constant(&random), column)
        : .compare(comparison, column, constant(&random)), .boolean)
  }

  @Test("Rows are the same with and without it", arguments: 0..<16)
  func sameRows(seed: Int) throws {
    var random = SeededRandom(seed: UInt64(seed))
    let hasFilters = random.below(2) == 0
    let (pageRows, groupRows) = (random.pick([1, 7, 50]), random.pick([130, 300, 1000]))
    let sample = try Sample(&random) { options in
      options.pageRowsMax = pageRows
      options.rowGroupRowsMax = groupRows
      if hasFilters {
        options.bloomFilters = Set(Self.schema.fields[..<11].map(\.name)).subtracting(["flag"])
      }
    }
    var whole = sample.source
    whole.skips = false
    for _ in 0..<40 {
      let condition = try Self.condition(sample.columns, &random, depth: 2)
      let order = Self.schema.fields.indices.map { ScanPlan.Column.table($0) } + [.row]
      let found = try ExecutionFixture.rows(
        ExecutionFixture.scan(sample.source, Self.schema, columns: order, predicate: condition))
      let wanted = try ExecutionFixture.rows(
        ExecutionFixture.scan(whole, Self.schema, columns: order, predicate: condition))
      #expect(areSameRows(found, wanted), "\(condition)")
    }
  }

  @Test("Pages that cannot hold a row are passed over, and columns read where a row is kept")
  func pages() throws {
    let schema = Schema([Field("n", .bigint), Field("name", .varchar)])
    let count = 1000
    let columns: [[Value]] = [
      (0..<count).map { .int(Int64($0)) }, (0..<count).map { .string("name \($0 * 7 % 1000)") },
    ]
    let directory = try TemporaryDirectory()
    let path = directory.file("a.parquet")
    var options = ParquetWriteOptions()
    options.pageRowsMax = 100
    options.rowGroupRowsMax = 500
    try Self.write(schema, columns, options, to: path)
    let n = BoundExpression.column(0, .bigint)
    let name = BoundExpression.column(1, .varchar)
    let at = { (value: Int64) in BoundExpression.literal(.int(value), .bigint) }
    let between = BoundExpression(
      .and([
        BoundExpression(.compare(.greaterOrEqual, n, at(120)), .boolean),
        BoundExpression(.compare(.less, n, at(130)), .boolean),
      ]), .boolean)
    // Condition, rows, row groups passed over, pages read, pages passed over, rows looked at.
    let cases: [(BoundExpression, Int, Int, Int, Int, Int)] = [
      (between, 10, 1, 2, 8, 100),
      (BoundExpression(.isIn(n, [at(5), at(450)]), .boolean), 2, 1, 4, 6, 200),
      // No page says that it is not there; then the numbers need not be read.
      (
        BoundExpression(
          .compare(.equal, name, .literal(.string("name 5000"), .varchar)), .boolean),
        0, 0, 10, 10, 1000
      ),
    ]
    for (condition, rows, groups, read, passed, looked) in cases {
      let profile = ExecutionProfile()
      let plan = ExecutionFixture.scan(
        ParquetTableSource(files: [SourceFile(path)]), schema, predicate: condition)
      #expect(try ExecutionFixture.rows(plan, profile: profile).count == rows)
      let counters = try #require(profile.known(0)).scan
      #expect(counters[.rowGroupsSkipped] == groups)
      #expect(counters[.pages] == read)
      #expect(counters[.pagesSkipped] == passed)
      #expect(counters[.rowsRead] == looked)
    }
  }

  @Test("A filter tells that a value between the bounds is not there")
  func filters() throws {
    let schema = Schema([Field("name", .varchar), Field("n", .bigint)])
    let columns: [[Value]] = [
      (0..<1000).map { .string("person number \($0 * 2)") }, (0..<1000).map { .int($0 * 2) },
    ]
    let directory = try TemporaryDirectory()
    let path = directory.file("a.parquet")
    var options = ParquetWriteOptions()
    options.rowGroupRowsMax = 250
    options.bloomFilters = ["name"]
    try Self.write(schema, columns, options, to: path)
    let name = BoundExpression.column(0, .varchar)
    let skipped = { (number: Int) -> (Int, Int) in
      let profile = ExecutionProfile()
      let literal = BoundExpression.literal(.string("person number \(number)"), .varchar)
      let plan = ExecutionFixture.scan(
        ParquetTableSource(files: [SourceFile(path)]), schema,
        predicate: BoundExpression(.compare(.equal, name, literal), .boolean))
      let rows = try ExecutionFixture.rows(plan, profile: profile)
      return (rows.count, try #require(profile.known(0)).scan[.rowGroupsSkipped])
    }
    var groups = 0
    for number in 0..<100 {
      let (rows, count) = try skipped(number)
      #expect(rows == (number % 2 == 0 ? 1 : 0))
      groups += count
    }
    // Of four row groups all, or all but the one that has it; one in a hundred may be mistaken.
    #expect(groups > 50 * 4 + 50 * 3 - 20)
  }
}
