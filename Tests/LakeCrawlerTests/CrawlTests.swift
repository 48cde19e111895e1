import LakeCatalog
import LakeCore
import LakeCrawler
import LakeFormats
import LakeTestSupport
import Testing

@Suite struct CrawlTests {
  @Test func foldersBecomeTablesWithTheirColumns() throws {
    let lake = try TestLake()
    try lake.land(
      """
      {"user":"a@b","timestamp":1700000000000,"x":1.5}
      {"user":"c@d","timestamp":1700000000001,"x":2}

      """, "accelerometer/a.json")
    try lake.land("{\"user\":\"e@f\",\"y\":null}\n", "accelerometer/deep/b.json")
    try lake.land("id;name\n1;x\n2;y\n", "people/p.csv")
    try lake.land("just a line\nand another\n", "notes/n.txt")
    try lake.land("{\"a\":[1]}", "orders.json")
    let report = try lake.crawl()
    #expect(report.warnings.isEmpty)
    #expect(report.recordCount == 8)
    #expect(
      try lake.columns("accelerometer")
        == "\"user\" varchar, \"timestamp\" bigint, x double, y unknown"
        || lake.columns("accelerometer") == "user varchar, timestamp bigint, x double, y unknown")
    #expect(try lake.columns("people") == "id bigint, name varchar")
    #expect(try lake.columns("notes") == "line varchar")
    #expect(try lake.columns("orders") == "a array(bigint)")
    #expect(try lake.table("orders")?.location == "lake/landing/orders.json")
    let files = try lake.catalog.read { (session) throws(LakeError) in
      try session.files(of: TableName(.landing, "orders"))
    }
    #expect(files.map(\.path) == [""])
    #expect(
      try lake.workspace.path(of: #require(files.first), in: #require(try lake.table("orders")))
        == lake.directory.file("lake/landing/orders.json"))
    let statistics = try lake.catalog.read { (session) throws(LakeError) in
      try session.statistics(of: TableName(.landing, "accelerometer"))
    }
    #expect(statistics.map(\.nullCount) == [0, 1, 1, 3])
  }

  @Test func folderWithTheZoneInItsNameLosesIt() throws {
    let lake = try TestLake()
    try lake.land("{\"a\":1}", "customer_landing/a.json")
    let report = try lake.crawl()
    #expect(report.tables.map(\.name) == [TableName(.landing, "customer")])
    #expect(report.tables.first?.reasons.contains { $0.contains("_landing") } == true)
    #expect(try lake.table("customer")?.location == "lake/landing/customer_landing")
  }

  @Test func partitionsComeFromDirectoriesWithTypesByAllValues() throws {
    let lake = try TestLake()
    try lake.land("{\"a\":1}", "t/year=2023/kind=x%20y/a.json")
    try lake.land("{\"a\":2}", "t/year=2024/kind=__HIVE_DEFAULT_PARTITION__/b.json")
    try lake.land("{\"a\":2}", "u/month=01/b.json")
    try lake.crawl()
    #expect(
      try lake.table("t")?.columns == [
        CatalogColumn("a", .bigint), CatalogColumn("year", .bigint, isPartition: true),
        CatalogColumn("kind", .varchar, isPartition: true),
      ])
    #expect(try lake.table("u")?.columns.last?.type == .varchar)
    let (files, partitions) = try lake.catalog.read { (session) throws(LakeError) in
      let name = TableName(.landing, "t")
      return (try session.files(of: name), try session.partitions(of: name))
    }
    #expect(
      files.map(\.partitionValues) == [
        [PartitionValue("year", "2023"), PartitionValue("kind", "x y")],
        [PartitionValue("year", "2024"), PartitionValue("kind", nil)],
      ])
    #expect(partitions.map(\.recordCount) == [1, 1])
  }

  @Test func secondCrawlReadsNothing() throws {
    let lake = try TestLake()
    try lake.land("{\"a\":1}\n", "t/a.json")
    try lake.crawl()
    let reads = RecordingFileSystem(
      LocalFileSystem(), root: lake.directory.path, recordsReads: true)
    let report = try lake.crawl(in: reads)
    #expect(!report.hasChanges)
    #expect(report.table("t")?.unchangedFileCount == 1)
    #expect(!reads.log.contains { $0.hasPrefix("open") && $0.contains("a.json") })
  }

  @Test func fileYoungerThanTwoSecondsIsReadAgain() throws {
    let lake = try TestLake()
    try lake.land("{\"a\":1}\n", "t/a.json")
    let young = try lake.crawl { $0.clock = { Moment.now() * 1_000 } }
    #expect(young.table("t")?.newFiles == ["a.json"])
    #expect(try lake.crawl().table("t")?.changedFiles == ["a.json"])
    #expect(try lake.crawl().table("t")?.unchangedFileCount == 1)
  }

  @Test func newChangedAndVanishedFilesAreTold() throws {
    let lake = try TestLake()
    try lake.land("{\"a\":1}\n", "t/a.json")
    try lake.land("{\"b\":1}\n", "t/b.json")
    try lake.crawl()
    try lake.land("{\"a\":1}\n{\"a\":2}\n", "t/a.json")
    try lake.remove("t/b.json")
    try lake.land("{\"c\":true}\n", "t/c.json")
    let report = try lake.crawl()
    let table = try #require(report.table("t"))
    #expect(table.newFiles == ["c.json"])
    #expect(table.changedFiles == ["a.json"])
    #expect(table.vanishedFiles == ["b.json"])
    #expect(table.recordCount == 3)
    #expect(table.schemaChanges.map(\.description) == ["column c boolean is new"])
    // A column that no file has any more stays.
    #expect(try lake.columns("t") == "a bigint, b bigint, c boolean")
  }

  @Test func vanishedTableIsDropped() throws {
    let lake = try TestLake()
    try lake.land("{\"a\":1}\nx\n", "t/a.json")
    try lake.crawl()
    #expect(try lake.rejects("t").count == 1)
    #expect(try lake.shell("rm -r lake/landing/t").exitCode == 0)
    let report = try lake.crawl()
    #expect(report.dropped == [TableName(.landing, "t")])
    #expect(try lake.table("t") == nil)
    #expect(try lake.rejects("t").isEmpty)
  }

  @Test func dryRunWritesNothing() throws {
    let lake = try TestLake()
    try lake.land("{\"a\":1}\n{\"a\":\n", "t/a.json")
    let before = try lake.shell("find . | sort").outputText
    let report = try lake.crawl { $0.isDryRun = true }
    #expect(report.table("t")?.rejectCount == 1)
    #expect(report.table("t")?.isNew == true)
    #expect(try lake.shell("find . | sort").outputText == before)
    #expect(try lake.catalog.tables().isEmpty)
  }

  @Test func explanationNamesEveryFile() throws {
    let lake = try TestLake()
    try lake.land("{\"a\":1}\n", "t/a.json")
    try lake.crawl()
    let report = try lake.crawl { $0.explains = true }
    let reasons = report.table("t")?.reasons ?? []
    #expect(reasons.contains("the folder lake/landing/t is a table"))
    #expect(reasons.contains("a.json: is as it was; skipped"))
  }

  @Test func scopeOfOneTableLeavesOthersAlone() throws {
    let lake = try TestLake()
    try lake.land("{\"a\":1}\n", "t/a.json")
    try lake.land("{\"a\":1}\n", "u/a.json")
    try lake.crawl(.table(TableName(.landing, "T")))
    #expect(try lake.catalog.tables().map(\.name) == [TableName(.landing, "t")])
    try lake.crawl(.path(lake.directory.file("lake/landing/u/a.json")))
    #expect(try lake.catalog.tables().count == 2)
    let error = #expect(throws: LakeError.self) {
      try lake.crawl(.table(TableName(.landing, "none")))
    }
    #expect(error?.code == .notFound)
    #expect(throws: LakeError.self) { try lake.crawl(.table(TableName(.trusted, "t"))) }
  }

  @Test func hiddenNamesAndLinksOutAreLeftOut() throws {
    let lake = try TestLake()
    try lake.land("{\"a\":1}\n", "t/a.json")
    try lake.land("junk", "t/_SUCCESS")
    try lake.land("junk", "t/.a.json.crc")
    let outside = try TemporaryDirectory()
    try outside.write("{\"secret\":1}\n", to: "s.json")
    #expect(
      try lake.shell(
        """
        ln -s \(outside.file("s.json")) lake/landing/t/s.json
        ln -s \(outside.path) lake/landing/out
        ln -s .. lake/landing/t/up
        ln -s a.json lake/landing/t/alias.json
        mkfifo lake/landing/t/pipe
        """
      ).exitCode == 0)
    let report = try lake.crawl()
    #expect(report.tables.map(\.name.name) == ["t"])
    #expect(report.table("t")?.newFiles == ["a.json", "alias.json"])
    #expect(report.warnings.count == 4)
  }

  @Test func manySmallFilesAreOneTable() throws {
    let lake = try TestLake()
    for index in 0..<600 { try lake.land("{\"a\":\(index)}\n", "t/\(index).json") }
    let report = try lake.crawl()
    #expect(report.table("t")?.recordCount == 600)
    #expect(try lake.crawl().table("t")?.unchangedFileCount == 600)
  }
}
