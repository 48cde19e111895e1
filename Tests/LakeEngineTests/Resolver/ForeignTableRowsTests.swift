import LakeCore
import LakeEngine
import LakeSQL
import LakeTestSupport
import Testing

/// Every table of other writers is read right or refused for a reason that stands here.
@Suite(
  "Rows of tables of other writers",
  .enabled(if: SharedTables.root != nil, "no ../shared/data/delta"))
struct ForeignTableRowsTests {
  private let context: ExecutionContext

  init() throws {
    context = try ExecutionFixture.context(threads: 2)
  }

  /// Words of the refusal. Beside it, why nothing else is right.
  private static let refusals = [
    // Absolute paths, which are not followed.
    "canonicalized-paths-normal-b": "it is absolute",
    "canonicalized-paths-special-a": "it is absolute",
    // Logs without data files: what they name is not there.
    "checkpoint": "there is no such file",
    "delete-re-add-same-file-different-transactions": "there is no such file",
    "log-replay-special-characters-b": "there is no such file",
    // The zone of the writer is not in the log. That of the first was another one than that of the
    // others, by the rows that are expected.
    "data-reader-partition-values": "does not say in which time zone '2021-09-08 11:11:11' is",
    "kernel-timestamp-int96": "does not say in which time zone",
    "kernel-timestamp-pst": "does not say in which time zone",
    "kernel-timestamp-timestamp_millis": "does not say in which time zone",
    // Logs that are not whole.
    "deltalog-invalid-protocol-version": "reader version 99",
    "deltalog-state-reconstruction-from-checkpoint-missing-protocol": "lacks 'schemaString'",
    "deltalog-state-reconstruction-without-metadata": "no metaData",
    "no-delta-log-folder": "no table with a log",
    "update-deleted-directory": "lacks 'schemaString'",
    "versions-not-contiguous": "lacks version 1",
  ]

  private func rows(_ sql: String) throws -> [[Value]] {
    let resolver = FileTables(files: FileResolver(context: context))
    let bound = try Binder(resolver, source: SourceText(sql)).bind(try BindingFixture.query(sql))
    let plan = try Optimizer(isChecking: true).optimize(bound.plan)
    return try Execution(plan, context).collect().flatMap(\.allRows)
  }

  private func columns(_ from: String) throws -> [String] {
    let sql = "SELECT * FROM \(from)"
    let resolver = FileTables(files: FileResolver(context: context))
    return try Binder(resolver, source: SourceText(sql)).bind(try BindingFixture.query(sql)).names
  }

  private func difference(_ a: String, _ b: String) throws -> [[Value]] {
    try rows(
      "SELECT (SELECT count(*) FROM (\(a))), (SELECT count(*) FROM (\(b))), "
        + "(SELECT count(*) FROM (\(a) EXCEPT ALL \(b)))")
  }

  @Test(arguments: SharedTables.names)
  func isReadRightOrRefused(name: String) throws {
    let table = "delta_scan('\(SharedTables.path(name, "delta"))')"
    do {
      try expectSameRows(table, name)
      #expect(Self.refusals[name] == nil, "\(name) is read")
    } catch let error as LakeError {
      let words = try #require(Self.refusals[name], "\(name): \(error)")
      #expect(error.message.contains(words), "\(name): \(error)")
      #expect(error.code != .internal)
    }
  }

  private func expectSameRows(_ table: String, _ name: String) throws {
    guard SharedTables.hasExpectation(name) else {
      #expect(try rows("SELECT * FROM \(table)").isEmpty, "\(name) has no expectation")
      return
    }
    let expected = "'\(SharedTables.path(name, "expected"))/*.parquet'"
    let names = try columns(expected)
    #expect(try columns(table).sorted() == names.sorted())
    let list = names.map { "\"\($0)\"" }.joined(separator: ", ")
    let counts = try difference(
      "SELECT \(list) FROM \(table)", "SELECT \(list) FROM \(expected)")[0]
    #expect(counts[0] == counts[1] && counts[2] == .int(0), "\(name): \(counts)")
  }

  @Test func timesOfPartitionsAreReadInTheZoneThatIsNamed() throws {
    for (name, zone) in [
      ("kernel-timestamp-int96", "UTC"), ("kernel-timestamp-pst", "UTC"),
      ("kernel-timestamp-timestamp_millis", "UTC"), ("data-reader-partition-values", "-07:00"),
    ] {
      let path = SharedTables.path(name, "delta")
      try expectSameRows("delta_scan('\(path)', time_zone => '\(zone)')", name)
    }
    let name = "data-reader-partition-values"
    #expect(
      try rows("SELECT as_int FROM '\(SharedTables.path(name, "delta"))' WHERE as_int = 1")
        == [[.int(1)]])
  }

  @Test func olderVersionsAreReadByNumberAndTime() throws {
    let path = SharedTables.path("time-travel-start-start20-start40", "delta")
    for (version, count) in [(0, 10), (1, 20), (2, 30)] {
      let count = [[Value.int(Int64(count))]]
      #expect(
        try rows("SELECT count(*) FROM '\(path)' FOR VERSION AS OF \(version)") == count)
      #expect(
        try rows("SELECT count(*) FROM delta_scan('\(path)', version => \(version))") == count)
    }
    for (moment, count) in [("2100-01-01", 30)] {
      #expect(
        try rows(
          "SELECT count(*) FROM '\(path)' FOR TIMESTAMP AS OF TIMESTAMP '\(moment) 00:00:00'")
          == [[.int(Int64(count))]])
    }
    for sql in [
      "SELECT 1 FROM '\(path)' FOR VERSION AS OF 3",
      "SELECT 1 FROM '\(path)' FOR TIMESTAMP AS OF TIMESTAMP '1999-01-01 00:00:00'",
    ] {
      let error = #expect(throws: LakeError.self) { try rows(sql) }
      #expect(error?.code == .notFound)
    }
  }

  @Test func rowNumbersAreThoseOfTheFileWhateverIsDeleted() throws {
    let path = SharedTables.path("log-replay-dv-key-cases", "delta")
    let found = try rows("SELECT \"$row\", id FROM '\(path)' ORDER BY id LIMIT 2")
    #expect(found.allSatisfy { $0[0] == $0[1] })
    #expect(try rows("SELECT count(*) FROM '\(path)'") == [[.int(47)]])
    #expect(try rows("SELECT count(*) FROM '\(path)' WHERE id = 0") == [[.int(0)]])
    #expect(try rows("SELECT count(*) FROM '\(path)' WHERE id >= 0") == [[.int(47)]])
  }
}

/// Files and nothing else.
private struct FileTables: TableResolver {
  let files: FileResolver

  func resolve(_ parts: [String], asOf: TableMoment?) throws -> ResolvedRelation {
    throw LakeError(.notFound, "there are no tables")
  }

  func resolveFiles(_ request: FileRequest) throws -> BoundTable { try files.resolve(request) }
}
