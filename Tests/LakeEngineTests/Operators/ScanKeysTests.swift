import LakeCore
import LakeEngine
import LakeFormats
import LakeSQL
import LakeTestSupport
import Testing

/// Keys of joins that are passed to scans of Parquet files.
@Suite("Keys passed to scans")
struct ScanKeysTests {
  private static let schema = Schema([
    Field("k", .bigint), Field("i", .integer), Field("s", .varchar), Field("d", .date),
    Field("x", .double), Field("note", .varchar),
  ])

  /// Rows whose `k` ascends, with nulls, in row groups of fifty.
  private static func columns(_ random: inout SeededRandom, _ count: Int) throws -> Batch {
    func values(_ make: (Int) -> Value, _ random: inout SeededRandom) -> [Value] {
      (0..<count).map { random.chance(9) ? .null : make($0) }
    }
    let spread = Int64(max(count / 3, 1))
    var random = random
    let vectors: [ColumnVector] = [
      try .of(.bigint, values({ .int(Int64($0 / 2)) }, &random)),
      try .of(
        .integer, (0..<count).map { _ in .int(Int64.random(in: -2...spread, using: &random)) }),
      try .of(.varchar, values({ .string("a person with number \($0 % 70)") }, &random)),
      try .of(.date, values({ .int(Int64($0 / 5)) }, &random)),
      try .of(.double, values({ $0 % 7 == 0 ? .double(-0.0) : .double(Double($0 % 11)) }, &random)),
      try .of(.varchar, (0..<count).map { .string("note \($0)") }),
    ]
    return Batch(columns: vectors, rowCount: count)
  }

  private static func write(_ batch: Batch, _ path: String) throws {
    let target = try AtomicFileWriter(path: path, fileSystem: LocalFileSystem())
    var options = ParquetWriteOptions()
    options.rowGroupRowsMax = 50
    let writer = try ParquetWriter(
      schema: schema, target: target, options: options, pool: try ThreadPool(threadCount: 2),
      libraries: CodecLibraries(), tracker: nil)
    try writer.append(batch)
    _ = try writer.finish()
    try target.commit()
  }

  private static func resolver(
    _ directory: TemporaryDirectory, _ random: inout SeededRandom
  ) throws -> StaticResolver {
    var resolver = StaticResolver()
    let tables = [
      ("large", 700, 700), ("few", 6, 6), ("some", 45, 45), ("none", 0, 0), ("misjudged", 6, 5000),
    ]
    for (name, count, estimate) in tables {
      let path = directory.file("\(name).parquet")
      try write(try columns(&random, count), path)
      resolver.add(
        TableName(.landing, name), schema,
        ParquetTableSource(files: [SourceFile(path)], rowCountEstimate: estimate))
    }
    return resolver
  }

  private static let queries = [
    "SELECT large.note, few.note FROM large JOIN few ON large.k = few.k",
    "SELECT large.note, few.note FROM large, few WHERE large.s = few.s AND large.i = few.i",
    "SELECT large.note FROM large WHERE d IN (SELECT d FROM some WHERE i > 3)",
    "SELECT large.note FROM large WHERE x IN (SELECT x FROM few)",
    "SELECT large.note FROM large JOIN none ON large.k = none.k",
    """
    SELECT few.note, g.n FROM few JOIN (SELECT k, count(*) AS n FROM large GROUP BY k) g
    ON few.k = g.k
    """,
    """
    SELECT u.note FROM (SELECT k, note FROM large UNION ALL SELECT i, note FROM some) u
    WHERE u.k IN (SELECT k FROM few)
    """,
    """
    SELECT l.note, s.note FROM (SELECT DISTINCT k, i, note FROM large WHERE i > 1) l
    JOIN (SELECT some.k, few.note FROM some JOIN few ON some.i = few.i) s ON l.k = s.k
    """,
    """
    SELECT large.note, some.note FROM large LEFT JOIN some ON large.k = some.k
    WHERE large.i IN (SELECT i FROM few)
    """,
    "SELECT few.note FROM few WHERE EXISTS (SELECT 1 FROM large WHERE large.i = few.i)",
  ]

  private static func optimizer(passing: Bool, turning: Bool) -> Optimizer {
    var optimizer = Optimizer(isChecking: true)
    optimizer.rules = optimizer.rules.compactMap { rule in
      switch rule.name {
      case "pass-keys-to-scans": passing ? PassKeysToScans(rowsMin: 0) : nil
      case "choose-table-sides": turning ? ChooseTableSides(rowsMin: 0) : nil
      default: rule
      }
    }
    return optimizer
  }

  @Test("Rows and their order are the same, and something was passed", arguments: 0..<8)
  func sameRows(seed: Int) throws {
    var random = SeededRandom(seed: UInt64(seed))
    let directory = try TemporaryDirectory()
    let resolver = try Self.resolver(directory, &random)
    var passed: Set<String> = []
    for sql in Self.queries {
      for turning in [false, true] {
        let plan = try Binder(resolver, source: SourceText(sql))
          .bind(try BindingFixture.query(sql)).plan
        let plain = try Self.optimizer(passing: false, turning: turning).optimize(plan)
        let passing = try Self.optimizer(passing: true, turning: turning).optimize(plan)
        let expected = try ExecutionFixture.rows(plain)
        let found = try ExecutionFixture.rows(passing, threads: 2)
        #expect(areSameRows(found, expected), "\(sql)\n\(Explain.text(passing))")
        if Explain.text(passing).contains("(scan told") { passed.insert(sql) }
      }
    }
    // The two where the large side is the table, unless it is turned round.
    #expect(passed.count >= Self.queries.count - 2, "\(passed)")
  }

  @Test("Row groups without one of the keys are not read, nor pages of other columns")
  func skips() throws {
    var random = SeededRandom(seed: 7)
    let directory = try TemporaryDirectory()
    let resolver = try Self.resolver(directory, &random)
    let sql = "SELECT large.note FROM large WHERE k IN (SELECT i FROM some WHERE i = 3)"
    let plan = try Binder(resolver, source: SourceText(sql)).bind(try BindingFixture.query(sql))
      .plan
    let passing = try Self.optimizer(passing: true, turning: false).optimize(plan)
    let profile = ExecutionProfile()
    let rows = try ExecutionFixture.rows(passing, profile: profile)
    #expect(!rows.isEmpty)
    let scans = (0..<8).compactMap { profile.known($0)?.scan }
    #expect(scans.map { $0[.rowGroupsSkipped] }.max() == 13)
  }

  @Test("A table that turns out to be small is passed on, whatever was expected")
  func surprises() throws {
    var random = SeededRandom(seed: 7)
    let directory = try TemporaryDirectory()
    let resolver = try Self.resolver(directory, &random)
    let sql = "SELECT large.note FROM large WHERE k IN (SELECT k FROM misjudged)"
    let plan = try Binder(resolver, source: SourceText(sql)).bind(try BindingFixture.query(sql))
      .plan
    let passing = try Self.optimizer(passing: true, turning: false).optimize(plan)
    #expect(!Explain.text(passing).contains("(scan told"))
    let profile = ExecutionProfile()
    let rows = try ExecutionFixture.rows(passing, profile: profile)
    #expect(!rows.isEmpty)
    let scans = (0..<8).compactMap { profile.known($0)?.scan }
    #expect(scans.map { $0[.rowGroupsSkipped] }.max() == 13)
  }
}
