import LakeCatalog
import LakeCore
import LakeCrawler
import LakeFormats
import LakeTestSupport
import Testing

@Suite struct CrawlDamageTests {
  @Test func everyKindOfDamageIsCountedAndKept() throws {
    let lake = try TestLake()
    // A comma behind each line, glue, a broken record, a cut at the end.
    try lake.land("{\"a\":1},\n{\"a\":2}{\"a\":3}\n{\"a\":}\n{\"a\":4", "t/a.json")
    let report = try lake.crawl()
    let table = try #require(report.table("t"))
    #expect(table.recordCount == 3)
    #expect(table.rejectCount == 2)
    #expect(table.firstRejects.count == 2)
    #expect(table.warnings.contains { $0.contains("1 comma") })
    #expect(table.warnings.contains { $0.contains("right behind another") })
    let rejects = try lake.rejects("t")
    #expect(rejects.map(\.line) == [3, 4])
    #expect(rejects.map(\.byteOffset) == [24, 31])
    let summary = try lake.catalog.read { (session) throws(LakeError) in
      try session.rejects(of: TableName(.landing, "t"))
    }
    #expect(summary.map(\.count) == [2])
    #expect(summary.first?.firstReason == rejects.first?.reason)
    #expect(
      try summary.first.map {
        try LocalFileSystem().status(of: lake.workspace.path(of: $0.path), followLinks: false)
          != nil
      }
        == true)
  }

  @Test func rejectsAreReplacedAndRemovedWithTheirFile() throws {
    let lake = try TestLake()
    try lake.land("{\"a\":}\n", "t/a.json")
    try lake.land("{\"a\":}\n{\"a\":1}\n", "t/b.json")
    try lake.crawl()
    #expect(try lake.rejects("t").count == 2)
    try lake.land("{\"a\":1}\n", "t/a.json")
    try lake.crawl()
    #expect(try lake.rejects("t").map(\.file) == ["lake/landing/t/b.json"])
    try lake.remove("t/b.json")
    try lake.crawl()
    #expect(try lake.rejects("t").isEmpty)
  }

  @Test func lostRejectsAreMadeAnew() throws {
    let lake = try TestLake()
    try lake.land("{\"a\":}\n", "t/a.json")
    try lake.crawl()
    #expect(try lake.shell("rm -r lake/.rejects").exitCode == 0)
    #expect(try lake.crawl().table("t")?.changedFiles == ["a.json"])
    #expect(try lake.rejects("t").count == 1)
  }

  @Test func rawBytesThatAreNoTextComeBack() throws {
    let lake = try TestLake()
    let bytes: [UInt8] =
      Array("{\"a\":\"".utf8) + [0xFF, 0xFE] + Array("\"}\n{\"a\":\"b\"}\n".utf8)
    try lake.directory.write(bytes, to: "lake/landing/t/a.json")
    try lake.crawl()
    #expect(try lake.rejects("t").map(\.raw) == [Array(bytes.prefix(10))])
  }

  @Test func fileOfAnotherFormatIsLeftOutAndSaysSo() throws {
    let lake = try TestLake()
    try lake.land("{\"a\":1}\n{\"a\":2}\n", "t/a.json")
    try lake.land("x;y\n1;2\n", "t/b.csv")
    try lake.directory.write(Array("%PDF-1.4".utf8), to: "lake/landing/t/c.pdf")
    let report = try lake.crawl()
    #expect(report.table("t")?.recordCount == 2)
    #expect(report.table("t")?.rejectCount == 2)
    #expect(try lake.columns("t") == "a bigint")
    let files = try lake.catalog.read { (session) throws(LakeError) in
      try session.files(of: TableName(.landing, "t"))
    }
    #expect(files.map { $0.problem != nil } == [false, true, true])
    #expect(try lake.rejects("t").count == 2)
    #expect(try lake.crawl().hasChanges == false)
  }

  @Test func partitionValueThatDoesNotFitIsAProblem() throws {
    let lake = try TestLake()
    try lake.land("{\"a\":1}\n", "t/year=2024/a.json")
    try lake.crawl()
    try lake.land("{\"a\":1}\n", "t/year=soon/a.json")
    let report = try lake.crawl()
    #expect(try lake.table("t")?.columns.last?.type == .bigint)
    #expect(report.table("t")?.rejectCount == 1)
    try lake.crawl {
      $0.acceptsChanges = true; $0.rereads = true
    }
    #expect(try lake.table("t")?.columns.last?.type == .varchar)
    #expect(try lake.table("t")?.recordCount == 2)
  }

  @Test func emptyFilesGoWithAnyFormat() throws {
    let lake = try TestLake()
    try lake.land("", "t/a.json")
    try lake.land("{\"a\":1}\n", "t/b.json")
    try lake.land("\n \n", "t/c")
    let report = try lake.crawl()
    #expect(report.table("t")?.recordCount == 1)
    #expect(report.table("t")?.rejectCount == 0)
    #expect(report.table("t")?.format == .json)
  }

  /// Kills the crawl at each operation that changes the disk; the next one completes it.
  @Test func crawlThatDiesAnywhereIsCompletedByTheNext() throws {
    let expected = try prepared()
    try expected.crawl()
    var operation = 0
    while true {
      let lake = try prepared()
      let faulty = FaultInjectingFileSystem(LocalFileSystem(), fault: .stop, at: operation)
      _ = try? lake.crawl(in: faulty)
      if !faulty.hasStruck { break }
      try lake.crawl()
      #expect(try lake.state() == expected.state(), "operation \(operation)")
      #expect(try lake.rejects("t") == expected.rejects("t"), "operation \(operation)")
      operation += 1
    }
    #expect(operation > 5)
  }

  /// Fails each operation, reads included; the next crawl completes it.
  @Test func failedOperationLeavesWhatTheNextCrawlCompletes() throws {
    let expected = try prepared()
    try expected.crawl()
    var operation = 0
    while true {
      let lake = try prepared()
      let faulty = FaultInjectingFileSystem(
        LocalFileSystem(), fault: .failure(5), at: operation, counting: { _ in true })
      _ = try? lake.crawl(in: faulty)
      if !faulty.hasStruck { break }
      try lake.crawl()
      #expect(try lake.state() == expected.state(), "operation \(operation)")
      operation += 1
    }
    #expect(operation > 20)
  }

  private func prepared() throws -> TestLake {
    let lake = try TestLake(threadCount: 1)
    try lake.land("{\"a\":1}\n{\"a\":\n{\"b\":2}\n", "t/a.json")
    try lake.land("{\"a\":}\n{\"a\":2}\n", "t/b.json")
    try lake.land("x;y\n1;2\n", "u/b.csv")
    return lake
  }
}
