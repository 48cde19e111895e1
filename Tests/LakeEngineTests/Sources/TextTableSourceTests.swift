import LakeCore
import LakeEngine
import LakeFormats
import LakeTestSupport
import Testing

@Suite("Tables of text files")
struct TextTableSourceTests {
  private static let schema = Schema([
    Field("name", .varchar), Field("n", .bigint), Field("d", .varchar),
  ])

  private static func text(_ count: Int, from start: Int) -> String {
    (start..<(start + count)).map { "{\"name\":\"person \($0 % 7)\",\"n\":\($0)}\n" }.joined()
  }

  /// Three files of a partitioned table, one of them with damage.
  private static func source(
    _ directory: TemporaryDirectory, chunk: Int, observer: ScanObserver? = nil
  ) throws -> TextTableSource {
    let a = try directory.write(Array(text(100, from: 0).utf8), to: "a.json")
    let b = try directory.write(
      Array((text(3, from: 100) + "{broken\n" + text(2, from: 103)).utf8), to: "b.json")
    let c = try directory.write([], to: "c.json")
    var source = TextTableSource(
      files: [
        SourceFile(c, constants: [2: .string("z")]), SourceFile(b, constants: [2: .string("y")]),
        SourceFile(a, constants: [2: .string("x")]),
      ], observer: observer)
    source.sizes.target = chunk
    return source
  }

  private static let expected: [[Value]] = (0..<105).map {
    [.string("person \($0 % 7)"), .int(Int64($0)), .string($0 < 100 ? "x" : "y")]
  }

  @Test("A scan gives the rows of the files in order, however they are cut", arguments: [1, 2, 4])
  func order(threads: Int) throws {
    let directory = try TemporaryDirectory()
    for chunk in [50, 1000, 1 << 20] {
      let source = try TextTableSourceTests.source(directory, chunk: chunk)
      let plan = ExecutionFixture.scan(source, TextTableSourceTests.schema)
      let rows = try ExecutionFixture.rows(plan, threads: threads)
      #expect(rows == TextTableSourceTests.expected)
    }
  }

  @Test("Files of other partitions are not opened")
  func pruning() throws {
    let directory = try TemporaryDirectory()
    let source = try TextTableSourceTests.source(directory, chunk: 1000)
    let condition = BoundExpression(
      .compare(.equal, .column(2, .varchar), .literal(.string("y"), .varchar)), .boolean)
    let profile = ExecutionProfile()
    let rows = try ExecutionFixture.rows(
      ExecutionFixture.scan(source, TextTableSourceTests.schema, predicate: condition),
      profile: profile)
    #expect(rows == Array(TextTableSourceTests.expected[100...]))
    let counters = try #require(profile.known(0)).scan
    #expect(counters[.files] == 1 && counters[.filesSkipped] == 2)
  }

  @Test("Hidden columns say the file and the row in it", arguments: [1, 2])
  func hidden(threads: Int) throws {
    let directory = try TemporaryDirectory()
    let source = try TextTableSourceTests.source(directory, chunk: 100)
    let plan = ExecutionFixture.scan(
      source, TextTableSourceTests.schema, columns: [.row, .table(1), .path])
    let rows = try ExecutionFixture.rows(plan, threads: threads)
    let numbers = (0..<105).map { Value.int($0) }
    let inFile = (0..<105).map { Value.int($0 < 100 ? $0 : $0 - 100) }
    #expect(rows.map { $0[0] } == inFile && rows.map { $0[1] } == numbers)
    #expect(rows[103][2] == .string(source.files[1].path))
  }

  @Test("No column at all gives the number of rows")
  func noColumns() throws {
    let directory = try TemporaryDirectory()
    let source = try TextTableSourceTests.source(directory, chunk: 100)
    let plan = ExecutionFixture.scan(source, TextTableSourceTests.schema, columns: [])
    #expect(try ExecutionFixture.rows(plan).count == 105)
  }

  @Test("The observer gets rejects and summaries in order; the profile counts")
  func observed() throws {
    let directory = try TemporaryDirectory()
    let rejects = Shared<[Reject]>([])
    let files = Shared<[FileSummary]>([])
    let observer = ScanObserver(
      reject: { reject in rejects.withLock { $0.append(reject) } },
      finished: { summary in files.withLock { $0.append(summary) } })
    let source = try TextTableSourceTests.source(directory, chunk: 100, observer: observer)
    let profile = ExecutionProfile()
    let condition = BoundExpression(
      .compare(.greaterOrEqual, .column(1, .bigint), .literal(.int(98), .bigint)), .boolean)
    let plan = ExecutionFixture.scan(source, TextTableSourceTests.schema, predicate: condition)
    let rows = try ExecutionFixture.rows(plan, profile: profile)
    #expect(rows == Array(TextTableSourceTests.expected[98...]))
    #expect(rejects.value.map(\.line) == [4])
    #expect(files.value.map(\.recordCount) == [100, 5, 0])
    let counters = try #require(profile.known(0))
    #expect(counters.rowsOut == 7)
    #expect(counters.scan[.rowsRead] == 105)
    #expect(counters.scan[.rejects] == 1)
    #expect(counters.scan[.files] == 3)
  }

  @Test("A limit takes the first rows and reads no further")
  func limited() throws {
    let directory = try TemporaryDirectory()
    let files = Shared<[FileSummary]>([])
    let observer = ScanObserver(finished: { summary in files.withLock { $0.append(summary) } })
    let source = try TextTableSourceTests.source(directory, chunk: 100, observer: observer)
    let scan = ExecutionFixture.scan(source, TextTableSourceTests.schema)
    let rows = try ExecutionFixture.rows(.limit(scan, count: 5, offset: 3))
    #expect(rows == Array(TextTableSourceTests.expected[3..<8]))
    #expect(files.value.isEmpty)
    #expect(try ExecutionFixture.rows(.limit(scan, count: nil, offset: 101)).count == 4)
    #expect(try ExecutionFixture.rows(.limit(scan, count: 0, offset: 0)).isEmpty)
  }

  @Test("Where the policy says fail, the first broken record ends the query")
  func failing() throws {
    let directory = try TemporaryDirectory()
    var source = try TextTableSourceTests.source(directory, chunk: 60)
    source.onError = .fail
    let plan = ExecutionFixture.scan(source, TextTableSourceTests.schema)
    let error = #expect(throws: LakeError.self) { _ = try ExecutionFixture.rows(plan) }
    #expect(error?.place?.line == 4)
  }
}
