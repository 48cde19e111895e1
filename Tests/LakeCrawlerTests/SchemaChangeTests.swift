import LakeCatalog
import LakeCore
import LakeCrawler
import LakeFormats
import LakeTestSupport
import Testing

@Suite struct SchemaChangeTests {
  /// Many records, so that a few values against the type are outliers.
  private func numbers(_ count: Int) -> String {
    (0..<count).map { "{\"a\":\($0)}\n" }.joined()
  }

  @Test(arguments: [
    ("null", "2", "a bigint"), ("1", "2.5", "a double"), ("1", "null", "a bigint"),
    ("9007199254740993", "12345678901234567890123", "a decimal(38,0)"),
    ("{\"b\":1}", "{\"c\":\"x\"}", "a row(b bigint, c varchar)"),
    ("[1]", "[2.5]", "a array(double)"), ("\"x\"", "1", "a varchar"), ("2.5", "1", "a double"),
    ("[]", "[true]", "a array(boolean)"),
  ])
  func losslessChangeAppliesByItself(first: String, second: String, columns: String) throws {
    let lake = try TestLake()
    try lake.land("{\"a\":\(first)}\n", "t/1.json")
    try lake.crawl()
    try lake.land("{\"a\":\(second)}\n", "t/2.json")
    let report = try lake.crawl()
    #expect(try lake.columns("t") == columns)
    #expect(report.rejectCount == 0)
    #expect(report.table("t")?.recordCount == 2)
  }

  @Test func changeThatLosesSomethingIsRejectsUntilAccepted() throws {
    let lake = try TestLake()
    try lake.land("{\"a\":1}\n", "t/1.json")
    try lake.crawl()
    try lake.land("{\"a\":\"x\"}\n{\"a\":7}\n", "t/2.json")
    let report = try lake.crawl()
    let table = try #require(report.table("t"))
    #expect(try lake.columns("t") == "a bigint")
    #expect(table.rejectCount == 1)
    #expect(table.recordCount == 2)
    #expect(table.schemaChanges.map(\.kind) == [.refused])
    #expect(table.warnings.contains { $0.contains("--accept") })
    let rejects = try lake.rejects("t")
    #expect(rejects.map(\.file) == ["lake/landing/t/2.json"])
    #expect(rejects.first.map { String(decoding: $0.raw, as: UTF8.self) } == "{\"a\":\"x\"}")

    let accepted = try lake.crawl { $0.acceptsChanges = true }
    #expect(try lake.columns("t") == "a varchar")
    #expect(accepted.rejectCount == 0)
    #expect(accepted.recordCount == 3)
    #expect(try lake.rejects("t").isEmpty)
    #expect(try lake.crawl().hasChanges == false)
  }

  @Test func fewValuesAgainstTheTypeAreRejects() throws {
    let lake = try TestLake()
    try lake.land(numbers(3_000) + "{\"a\":\"x\"}\n", "t/1.json")
    try lake.land(numbers(10), "t/2.json")
    let report = try lake.crawl()
    #expect(try lake.columns("t") == "a bigint")
    #expect(report.table("t")?.rejectCount == 1)
    #expect(report.table("t")?.recordCount == 3_010)
    #expect(try lake.rejects("t").map(\.line) == [3_001])
    #expect(try lake.crawl().hasChanges == false)
  }

  @Test func crawlingFileByFileEndsLikeCrawlingAtOnce() throws {
    let texts = [
      "{\"a\":1,\"b\":null}\n", "{\"a\":2.5,\"c\":{\"d\":1}}\n", "{\"b\":true,\"c\":{\"e\":[1]}}\n",
    ]
    let (once, stepwise) = (try TestLake(), try TestLake())
    for (index, text) in texts.enumerated() {
      try once.land(text, "t/\(index).json")
      try stepwise.land(text, "t/\(index).json")
      try stepwise.crawl()
    }
    try once.crawl()
    #expect(try once.state() == stepwise.state())
  }

  @Test func definitionWinsAndTheDifferenceIsTold() throws {
    let lake = try TestLake()
    var definition = TableDefinition(TableName(.landing, "steps"))
    definition.columns = [
      CatalogColumn("distance", .integer), CatalogColumn("serial", .bigint),
      CatalogColumn("missing", .varchar),
    ]
    definition.comment = "declared"
    definition.location = "lake/landing/step_trainer"
    definition.source = "catalog/steps.sql"
    try lake.land(
      """
      {"distance":1,"serial":5,"more":1}
      {"distance":3000000000,"serial":5}
      {"distance":2,"serial":"x"}

      """, "step_trainer/a.json")
    let report = try lake.crawl { $0.definitions = [definition] }
    let table = try #require(report.table("steps"))
    #expect(report.tables.count == 1)
    #expect(table.recordCount == 1)
    #expect(table.rejectCount == 2)
    #expect(table.definitionDifferences.count == 4)
    let saved = try lake.table("steps")
    #expect(saved?.comment == "declared")
    #expect(saved?.definedBy == "catalog/steps.sql")
    #expect(saved?.location == "lake/landing/step_trainer")
    #expect(saved?.schema.fields.map(\.type) == [.integer, .bigint, .varchar])
    #expect(try lake.crawl { $0.definitions = [definition] }.hasChanges == false)
  }

  @Test func definedReadingOptionsAreUsed() throws {
    let lake = try TestLake()
    var definition = TableDefinition(TableName(.landing, "t"))
    definition.format = .csv
    definition.reading.delimiter = UInt8(ascii: "|")
    definition.reading.hasHeader = false
    definition.columns = [CatalogColumn("a", .varchar), CatalogColumn("b", .bigint)]
    try lake.land("x|1\ny|2\n", "t/a.txt")
    let report = try lake.crawl { $0.definitions = [definition] }
    #expect(report.table("t")?.recordCount == 2)
    #expect(report.table("t")?.format == .csv)
    definition.reading.delimiter = UInt8(ascii: ";")
    let again = try lake.crawl { $0.definitions = [definition] }
    #expect(again.table("t")?.changedFiles == ["a.txt"])
  }

  @Test func misfitsBecomeNullWhereTheDefinitionSaysSo() throws {
    let lake = try TestLake()
    var definition = TableDefinition(TableName(.landing, "t"))
    definition.columns = [CatalogColumn("a", .bigint)]
    definition.reading.nullsMisfits = true
    try lake.land("{\"a\":\"x\"}\n{\"a\":1}\n", "t/a.json")
    let report = try lake.crawl { $0.definitions = [definition] }
    #expect(report.table("t")?.recordCount == 2)
    #expect(report.table("t")?.rejectCount == 0)
    #expect(report.table("t")?.warnings.contains { $0.contains("became null") } == true)
  }

  @Test func definedTableWithoutFilesIsKept() throws {
    let lake = try TestLake()
    var definition = TableDefinition(TableName(.landing, "t"))
    definition.columns = [CatalogColumn("a", .bigint)]
    let report = try lake.crawl { $0.definitions = [definition] }
    #expect(report.table("t")?.warnings.isEmpty == false)
    #expect(try lake.columns("t") == "a bigint")
    #expect(try lake.crawl { $0.definitions = [definition] }.dropped.isEmpty)
  }

  @Test func definitionThatLeadsOutIsRefused() throws {
    let lake = try TestLake()
    var definition = TableDefinition(TableName(.landing, "t"))
    definition.location = "/etc"
    let error = #expect(throws: LakeError.self) {
      try lake.crawl { $0.definitions = [definition] }
    }
    #expect(error?.code == .permissionDenied)
  }
}
