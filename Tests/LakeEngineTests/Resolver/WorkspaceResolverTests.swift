import LakeCatalog
import LakeCore
import LakeEngine
import LakeFormats
import LakeSQL
import LakeTables
import LakeTestSupport
import Testing

/// Queries over the tables of a workspace on the disk.
@Suite struct WorkspaceResolverTests {
  private let directory: TemporaryDirectory
  private let workspace: Workspace
  private let catalog: Catalog
  private let context: ExecutionContext

  init() throws {
    directory = try TemporaryDirectory()
    workspace = try Workspace.create(at: directory.file("w"), in: LocalFileSystem())
    catalog = Catalog(workspace, fileSystem: LocalFileSystem())
    context = try ExecutionFixture.context(threads: 2)
  }

  private func rows(_ sql: String, overrides: [TableName: BoundTable] = [:]) throws -> [[Value]] {
    let resolver = WorkspaceResolver(
      workspace: workspace, catalog: catalog, context: context, tableOptions: TableOptions(),
      overrides: overrides)
    let bound = try Binder(resolver, source: SourceText(sql)).bind(try BindingFixture.query(sql))
    let plan = try Optimizer(isChecking: true).optimize(bound.plan)
    return try Execution(plan, context).collect().flatMap(\.allRows)
  }

  /// A landing table of two partitions, as a crawl would leave it.
  private func makeReadings() throws {
    let texts = [
      "day=2024-01-02/b.json": "{\"x\": 3}\n", "day=2024-01-01/a.json": "{\"x\": 1}\n{\"x\": 2}\n",
    ]
    var files: [CatalogFile] = []
    for (name, text) in texts {
      let path = "\(workspace.root)/lake/landing/readings/\(name)"
      try LocalFileSystem().makeDirectories(Path.directory(of: path))
      try directory.write(text, to: "w/lake/landing/readings/\(name)")
      let status = try #require(try LocalFileSystem().status(of: path, followLinks: true))
      var file = CatalogFile(path: name, stamp: FileStamp(status), format: .json)
      file.partitionValues = [PartitionValue("day", String(name.dropFirst(4).prefix(10)))]
      files.append(file)
    }
    let name = TableName(.landing, "readings")
    var table = CatalogTable(name, kind: .external, location: "lake/landing/readings")
    table.format = .json
    table.columns = [
      CatalogColumn("x", .bigint), CatalogColumn("day", .date, isPartition: true),
    ]
    try catalog.write { [table] session throws(LakeError) in
      var table = table
      try session.save(&table)
      try session.saveFiles(files, of: name)
      try session.saveDatabase("stedi")
    }
  }

  private func publish(_ name: TableName, _ numbers: [Int64]) throws {
    let table = try ManagedTable(name, in: workspace.layout, fileSystem: LocalFileSystem())
    let format = ParquetDataFiles(
      pool: context.pool, libraries: context.libraries, tracker: context.tracker)
    let write = try table.beginWrite(
      WriteRequest(schema: Schema([Field("n", .bigint)])), format: format)
    let column = try ColumnVector.of(.bigint, numbers.map { .int($0) })
    try write.append(Batch(columns: [column], rowCount: numbers.count))
    _ = try table.publish(try write.finish(), PublishRequest())
  }

  @Test func landingFilesAreReadInTheOrderOfTheirPathsWithTheirPartitions() throws {
    try makeReadings()
    #expect(
      try rows("SELECT x, day FROM readings_landing")
        == [[.int(1), .int(19723)], [.int(2), .int(19723)], [.int(3), .int(19724)]])
    #expect(
      try rows("SELECT sum(x) FROM stedi.readings WHERE day = '2024-01-01'") == [[.int(3)]])
  }

  @Test func fileColumnsAreThereForThoseWhoAsk() throws {
    try makeReadings()
    let found = try rows(
      "SELECT r.\"$row\", x FROM landing.readings r WHERE \"$path\" LIKE '%a.json'")
    #expect(found == [[.int(0), .int(1)], [.int(1), .int(2)]])
    #expect(try rows("SELECT * FROM landing.readings LIMIT 1")[0].count == 2)
  }

  @Test func managedTablesAreWhatTheirLogsSay() throws {
    let name = TableName(.trusted, "numbers")
    try publish(name, [1, 2])
    try publish(name, [3])
    #expect(try rows("SELECT n FROM trusted.numbers") == [[.int(3)]])
    #expect(
      try rows("SELECT n FROM numbers_trusted FOR VERSION AS OF 0") == [[.int(1)], [.int(2)]])
    #expect(throws: LakeError.self) { try rows("SELECT n FROM numbers FOR VERSION AS OF 7") }
  }

  @Test func tablesInMemoryGoBeforeTheirFiles() throws {
    let name = TableName(.trusted, "numbers")
    try publish(name, [1])
    let schema = Schema([Field("n", .bigint)])
    let inMemory = BoundTable(
      name: name, label: "trusted.numbers", schema: schema,
      source: try BindingFixture.source(schema, [[.int(9)]]))
    #expect(try rows("SELECT n FROM numbers", overrides: [name: inMemory]) == [[.int(9)]])
    #expect(
      try rows("SELECT n FROM numbers FOR VERSION AS OF 0", overrides: [name: inMemory])
        == [[.int(1)]])
  }

  @Test func viewsAreBoundWhereTheyAreRead() throws {
    try publish(TableName(.trusted, "numbers"), [1, 2, 3])
    var view = CatalogTable(TableName(.curated, "large"), kind: .view, location: "")
    view.viewSQL = "SELECT n FROM trusted.numbers WHERE n > 1"
    try catalog.save(view)
    #expect(try rows("SELECT count(*) FROM curated.large") == [[.int(2)]])
  }

  @Test func aViewThatReadsItselfIsRefused() throws {
    var view = CatalogTable(TableName(.curated, "loop"), kind: .view, location: "")
    view.viewSQL = "SELECT * FROM curated.loop"
    try catalog.save(view)
    let error = #expect(throws: LakeError.self) { try rows("SELECT * FROM curated.loop") }
    #expect(error?.message == "in the view curated.loop: the view curated.loop reads itself")
  }

  @Test func filesAreReadByTheirPathsAndPatterns() throws {
    try directory.write("a,b\n1,x\n2,y\n", to: "one.csv")
    try directory.write("a,b\n3,z\n", to: "two.csv")
    let pattern = directory.file("*.csv")
    #expect(
      try rows("SELECT a, b FROM '\(pattern)' WHERE a > 1")
        == [[.int(2), .string("y")], [.int(3), .string("z")]])
    #expect(
      try rows("SELECT one.b FROM read_csv('\(directory.file("one.csv"))') LIMIT 1")
        == [[.string("x")]])
    #expect(throws: LakeError.self) { try rows("SELECT * FROM '\(directory.file("no.csv"))'") }
  }
}
