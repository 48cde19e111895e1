import LakeCatalog
import LakeCore
import LakeCrawler
import LakeFormats
import LakeTestSupport
import Testing

@Suite struct ParquetCrawlTests {
  /// Writes a file of one column.
  private func land(
    _ values: [Value], _ type: DataType, column: String = "a", _ name: String, _ lake: TestLake
  ) throws {
    let builder = try ColumnBuilder(type)
    for value in values { try builder.append(value) }
    let batch = Batch(columns: [try builder.finish()], rowCount: values.count)
    let path = lake.directory.file("lake/landing/\(name)")
    try LocalFileSystem().makeDirectories(Path.directory(of: path))
    let target = try AtomicFileWriter(path: path, fileSystem: LocalFileSystem())
    let writer = try ParquetWriter(
      schema: Schema([Field(column, type)]), target: target, pool: lake.pool,
      libraries: lake.libraries, tracker: nil)
    try writer.append(batch)
    _ = try writer.finish()
    try target.commit()
  }

  @Test func columnsAndCountsComeFromTheFooter() throws {
    let lake = try TestLake()
    try land([.int(1), .null, .int(3)], .integer, "t/day=2024-01-01/a", lake)
    try land([.string("x")], .varchar, column: "B", "t/day=2024-01-02/b.parquet", lake)
    let report = try lake.crawl()
    #expect(report.table("t")?.format == .parquet)
    #expect(report.table("t")?.recordCount == 4)
    #expect(report.rejectCount == 0)
    #expect(
      try lake.table("t")?.columns == [
        CatalogColumn("a", .integer), CatalogColumn("B", .varchar),
        CatalogColumn("day", .date, isPartition: true),
      ])
    let statistics = try lake.catalog.read { (session) throws(LakeError) in
      try session.statistics(of: TableName(.landing, "t"))
    }
    #expect(statistics.map(\.nullCount) == [2, 3])
    #expect(try lake.crawl().hasChanges == false)
  }

  @Test func widerTypeAppliesAndAnotherIsLeftOut() throws {
    let lake = try TestLake()
    try land([.int(1)], .integer, "t/a.parquet", lake)
    try lake.crawl()
    try land([.int(1)], .bigint, "t/b.parquet", lake)
    try land([.string("x")], .varchar, "t/c.parquet", lake)
    let report = try lake.crawl()
    #expect(try lake.columns("t") == "a bigint")
    #expect(report.table("t")?.schemaChanges.map(\.kind) == [.widened])
    #expect(report.table("t")?.rejectCount == 1)
    #expect(report.table("t")?.recordCount == 2)
    #expect(try lake.rejects("t").first?.reason.contains("varchar") == true)
  }

  @Test func damagedParquetFileIsAProblem() throws {
    let lake = try TestLake()
    try lake.directory.write(Array("PAR1 and then nothing".utf8), to: "lake/landing/t/a.parquet")
    let report = try lake.crawl()
    #expect(report.table("t")?.rejectCount == 1)
    #expect(report.table("t")?.recordCount == 0)
    #expect(try lake.rejects("t").count == 1)
  }
}
