import LakeCore
import LakeTables
import LakeTestSupport
import Testing

/// What a publish does to the disk, operation by operation. docs/architecture/tables.md explains
/// the list; a change here is a change to what survives a crash.
@Suite("The operations of a publish")
struct PublishOperationsTests {
  private let fixture: TableFixture

  init() throws {
    fixture = try TableFixture()
  }

  private func operations(_ ids: Range<Int>) throws -> [String] {
    let recording = RecordingFileSystem(LocalFileSystem(), root: fixture.directory.path)
    _ = try #require(try fixture.overwrite(try fixture.table(recording), ids).report)
    return recording.log.map {
      $0.replacing("lake/.tables/trusted/customer", with: "T")
        .replacing("lake/trusted/customer", with: "P")
    }
  }

  private static let overwrite = [
    // Staging.
    "lock T/_staging/uuid-3.lock",
    "make the directory T/_staging/uuid-3",
    "create T/_staging/uuid-3/part-00000-v000001.gz.parquet",
    "write 60 bytes to T/_staging/uuid-3/part-00000-v000001.gz.parquet",
    "sync T/_staging/uuid-3/part-00000-v000001.gz.parquet",
    "close T/_staging/uuid-3/part-00000-v000001.gz.parquet",
    "sync the directory T/_staging/uuid-3",
    // Publish: the files move into the table.
    "lock T/_publish.lock",
    "rename T/_staging/uuid-3/part-00000-v000001.gz.parquet to T/part-00000-v000001.gz.parquet",
    "sync the directory T/_staging/uuid-3",
    "sync the directory T",
    // The commit.
    "create T/_staging/uuid-3/commit.json",
    "write N bytes to T/_staging/uuid-3/commit.json",
    "sync T/_staging/uuid-3/commit.json",
    "close T/_staging/uuid-3/commit.json",
    "link T/_staging/uuid-3/commit.json as T/_delta_log/00000000000000000001.json",
    "remove T/_staging/uuid-3/commit.json",
    "sync the directory T/_delta_log",
    // The published directory.
    "make the directory T/_publishing",
    "link T/part-00000-v000001.gz.parquet as T/_publishing/part-00000-v000001.gz.parquet",
    "sync the directory T/_publishing",
    "exchange T/_publishing with P",
    "sync the directory lake/trusted",
    "sync the directory T",
    // The old one stays whole for those who are listing it.
    "make the directory T/_superseded",
    "rename T/_publishing to T/_superseded/1700000000000",
    // Tidying.
    "remove the directory T/_staging/uuid-3",
    "remove T/_staging/uuid-3.lock",
    "unlock T/_staging/uuid-3.lock",
    "unlock T/_publish.lock",
  ]

  @Test func anOverwriteIsTheseOperations() throws {
    try fixture.overwrite(try fixture.table(), 0..<1)
    let log = try operations(0..<3).map { line in
      line.hasSuffix("commit.json") && line.hasPrefix("write ")
        ? line.replacing(#/write \d+/#, with: "write N") : line
    }
    #expect(log == Self.overwrite)
  }

  @Test func whatNobodyListsAnyMoreIsRemovedByALaterPublish() throws {
    try fixture.overwrite(try fixture.table(), 0..<1)
    try fixture.overwrite(try fixture.table(), 0..<2)
    fixture.now.add(59_999)
    #expect(try operations(0..<3).filter { $0.contains("remove T/_superseded") }.isEmpty)
    fixture.now.add(1)
    #expect(
      try operations(0..<4).filter { $0.contains("_superseded") } == [
        "rename T/_publishing to T/_superseded/1700000060000",
        "remove T/_superseded/1700000000000/part-00000-v000000.gz.parquet",
        "remove the directory T/_superseded/1700000000000",
      ])
    #expect(
      try fixture.names(in: fixture.directory.file("lake/.tables/trusted/customer/_superseded"))
        == ["1700000059999", "1700000060000"])
    // The clock was put back by an hour: nothing is known of the age of those.
    fixture.now.add(-3_600_000)
    try fixture.overwrite(try fixture.table(), 0..<1)
    #expect(
      try fixture.names(in: fixture.directory.file("lake/.tables/trusted/customer/_superseded"))
        == ["1699996460000"])
  }

  @Test func theDirectoriesOfANewTableAreDurableBeforeItsFirstVersion() throws {
    let log = try operations(0..<3)
    #expect(
      Array(log.prefix(10)) == [
        "make the directory lake",
        "sync the directory .",
        "make the directory lake/.tables",
        "sync the directory lake",
        "make the directory lake/.tables/trusted",
        "sync the directory lake/.tables",
        "make the directory T",
        "sync the directory lake/.tables/trusted",
        "make the directory T/_delta_log",
        "sync the directory T",
      ])
    #expect(log.contains("rename T/_publishing to P"))
  }

  @Test func whereNothingCanBeLinkedOrExchangedItIsCopiedAndRenamed() throws {
    try fixture.overwrite(try fixture.table(), 0..<1)
    let poor = PoorFileSystem(LocalFileSystem())
    let report = try #require(try fixture.overwrite(try fixture.table(poor), 0..<3).report)
    #expect(report.warnings.isEmpty)
    let table = try fixture.table(poor)
    #expect(try fixture.names(in: table.publishedDirectory) == ["part-00000-v000001.gz.parquet"])
    #expect(try fixture.publishedLines(table)?.count == 3)
    #expect(try table.publishedDirectoryState() == .current)
    #expect(
      try fixture.names(in: table.root).filter { !$0.hasPrefix("part-") }
        == ["_delta_log", "_publish.lock", "_staging", "_superseded"])
  }
}

/// A file system that has hard links for the log alone, and cannot exchange.
private final class PoorFileSystem: InterceptingFileSystem {
  let base: any FileSystem

  init(_ base: any FileSystem) {
    self.base = base
  }

  func intercept<R>(
    _ operation: FileOperation, _ body: (_ limit: Int) throws(LakeError) -> R
  ) throws(LakeError) -> R {
    switch operation {
    case .exchange: throw LakeError(.unsupported, "no exchange here")
    case .link(_, let target) where !target.contains("_delta_log"):
      throw LakeError(.permissionDenied, "no links here")
    default: return try body(.max)
    }
  }
}
