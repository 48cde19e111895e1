import LakeCatalog
import LakeCore
import LakeTestSupport
import Testing

@Suite struct CatalogContentTests {
  @Test func tableComesBackAsItWasSaved() throws {
    let test = try TestWorkspace()
    let saved = try test.catalog.save(sampleTable())
    #expect(saved.id != nil)
    #expect(saved.schemaVersion == 1)
    let found = try test.secondCatalog().table(named: TableName(.landing, "CUSTOMER"))
    #expect(found == saved)
    #expect(found?.name.name == "Customer")
  }

  @Test func schemaVersionCountsChangesOfColumnsOnly() throws {
    let test = try TestWorkspace()
    var table = try test.catalog.save(sampleTable())
    table.recordCount = 4
    table = try test.catalog.save(table)
    #expect(table.schemaVersion == 1)
    table.columns[0].type = .varchar
    table = try test.catalog.save(table)
    #expect(table.schemaVersion == 2)
    let schemas = try test.catalog.read { (session) throws(LakeError) in
      try session.schemas(of: table.name).map(\.columns)
    }
    #expect(schemas.count == 2)
    #expect(schemas.last?.hasPrefix("id varchar not null") == true)
  }

  @Test func workspaceWithoutCatalogReadsAsEmptyAndStaysWithoutOne() throws {
    let test = try TestWorkspace()
    #expect(try test.catalog.tables().isEmpty)
    let path = test.workspace.layout.catalogFile
    #expect(try LocalFileSystem().status(of: path, followLinks: false) == nil)
    try test.secondCatalog().save(sampleTable())
    #expect(try test.catalog.tables().count == 1)
  }

  @Test func filesKeepAllThatIsKnownOfThem() throws {
    let test = try TestWorkspace()
    let table = try test.catalog.save(sampleTable())
    let stamp = FileStamp(size: 5, modified: 6, changed: 7, inode: .max)
    var file = CatalogFile(path: "day=2024-01-01/ä.csv", stamp: stamp, format: .csv)
    file.contentHash = .max - 1
    file.partitionValues = [PartitionValue("day", "2024-01-01")]
    file.evidence = [0, 1, 255]
    file.isSettled = false
    let gone = CatalogFile(path: "gone.csv", stamp: stamp, format: .csv)
    let found = try test.catalog.write { (session) throws(LakeError) in
      try session.saveFiles([file, gone], of: table.name)
      try session.saveFiles([], forgetting: ["gone.csv"], of: table.name)
      return try session.files(of: table.name)
    }
    #expect(found == [file])
  }

  @Test func droppedTableLeavesNothingBehind() throws {
    let test = try TestWorkspace()
    let table = try test.catalog.save(sampleTable())
    let stamp = FileStamp(size: 5, modified: 6, changed: 7, inode: 8)
    try test.catalog.write { (session) throws(LakeError) in
      try session.saveFiles(
        [CatalogFile(path: "a", stamp: stamp, format: .csv)], of: table.name)
      try session.replaceStatistics([CatalogStatistics(column: "id", nullCount: 0)], of: table.name)
      #expect(try session.drop(table.name))
      #expect(try !session.drop(table.name))
    }
    let rest = try test.query(
      "SELECT 1 FROM files UNION SELECT 1 FROM columns UNION SELECT 1 FROM statistics")
    #expect(rest.isEmpty)
  }

  @Test func runsAndJobsComeBack() throws {
    let test = try TestWorkspace()
    let error = LakeError(
      .invalidInput, "no \"such\" column", at: LakeError.Place(path: "a.sql", line: 3, column: 7),
      hint: "Did you mean b?")
    var job = JobRunRecord(
      position: 0, table: TableName(.trusted, "customer"), state: .failed)
    job.seconds = 0.25
    job.rowsWithheld = 9
    job.error = ErrorRecord(error)
    var run = RunRecord(
      uuid: WorkspaceMarker.randomUUID(), pipeline: "stedi", startedAt: 5, process: 1,
      engineVersion: "1")
    run.parameters = ["day": "2024"]
    run.id = try test.catalog.write { (session) throws(LakeError) in
      let id = try session.beginRun(run)
      try session.saveJobRun(job, of: id)
      try session.finishRun(id, .failed, error: ErrorRecord(error), at: 6)
      return id
    }
    run.state = .failed
    run.finishedAt = 6
    run.error = ErrorRecord(error)
    try test.catalog.read { (session) throws(LakeError) in
      #expect(try session.runs(of: "STEDI") == [run])
      #expect(try session.jobRuns(of: run.id) == [job])
    }
  }

  @Test func lineageIsFoundFromBothEnds() throws {
    let test = try TestWorkspace()
    let (source, target) = (TableName(.landing, "a"), TableName(.trusted, "b"))
    let edge = LineageEdge(target: target, source: source, pipeline: "p", job: "b")
    let columns = LineageEdge(
      target: target, source: source, targetColumn: "x", sourceColumn: "y", pipeline: "p", job: "b")
    try test.catalog.write { (session) throws(LakeError) in
      try session.replaceLineage(to: target, [edge, columns])
      #expect(try session.lineage(to: target) == [edge, columns])
      #expect(try session.lineage(from: source) == [edge, columns])
      try session.replaceLineage(to: target, [])
      #expect(try session.lineage().isEmpty)
    }
  }

  @Test func newestVersionIsTheStateOfTheTable() throws {
    let test = try TestWorkspace()
    let name = TableName(.trusted, "t")
    try test.catalog.save(CatalogTable(name, kind: .managed, location: "lake/trusted/t"))
    try test.catalog.write { (session) throws(LakeError) in
      for version in [1, 0] {
        try session.saveVersion(
          CatalogVersion(
            version: version, committedAt: 1, operation: "WRITE", recordCount: version * 10),
          of: name)
      }
    }
    #expect(try test.catalog.table(named: name)?.currentVersion == 1)
    #expect(try test.catalog.table(named: name)?.recordCount == 10)
  }

  @Test func everyTableAndColumnIsDescribed() throws {
    let test = try TestWorkspace()
    try test.catalog.save(sampleTable())
    let undescribed = try test.query(
      """
      SELECT m.name || '.' || c.name FROM sqlite_schema m JOIN pragma_table_info(m.name) c
      WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' AND NOT EXISTS (
        SELECT 1 FROM descriptions d WHERE d.object = m.name AND d.column = c.name)
      UNION SELECT m.name FROM sqlite_schema m
      WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' AND NOT EXISTS (
        SELECT 1 FROM descriptions d WHERE d.object = m.name AND d.column = '')
      """)
    #expect(undescribed.isEmpty)
    let described = try test.query(
      """
      SELECT object || '.' || column FROM descriptions d
      WHERE NOT EXISTS (SELECT 1 FROM sqlite_schema WHERE name = d.object)
      OR column <> '' AND NOT EXISTS (
        SELECT 1 FROM pragma_table_info(d.object) WHERE name = d.column)
      """)
    #expect(described.isEmpty)
  }
}

@Suite struct CatalogRebuildTests {
  @Test func derivedIsForgottenAndHistoryStays() throws {
    let test = try TestWorkspace()
    try test.catalog.save(sampleTable())
    let run = RunRecord(
      uuid: "u", pipeline: "p", startedAt: 1, process: 1, engineVersion: "1")
    let lines = try test.catalog.write { (session) throws(LakeError) in
      let id = try session.beginRun(run)
      try session.saveJobRun(
        JobRunRecord(position: 0, table: sampleTable().name, state: .succeeded), of: id)
      let lines = try session.history()
      try session.forgetDerived()
      return lines
    }
    #expect(lines.count == 3)
    #expect(lines.allSatisfy { FlatJSON.members(of: $0) != nil })
    #expect(try test.catalog.tables().isEmpty)
    let runs = try test.catalog.read { (session) throws(LakeError) in try session.runs() }
    #expect(runs.map(\.uuid) == ["u"])
  }

  @Test func discardedFileIsMadeAnew() throws {
    let test = try TestWorkspace()
    try test.directory.write("damage", to: "catalog/lake.sqlite")
    #expect(throws: LakeError.self) { try test.catalog.tables() }
    try test.catalog.discardFile()
    try test.catalog.save(sampleTable())
    #expect(try test.secondCatalog().tables().count == 1)
  }
}
