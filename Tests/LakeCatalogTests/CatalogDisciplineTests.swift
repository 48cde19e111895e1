import LakeCatalog
import LakeCore
import LakeTestSupport
import Synchronization
import Testing

@Suite struct CatalogDisciplineTests {
  @Test func newerFileIsRefusedInWords() throws {
    let test = try TestWorkspace()
    try test.catalog.save(sampleTable())
    test.catalog.close()
    try test.script("PRAGMA user_version = 99;")
    let error = #expect(throws: LakeError.self) { try test.secondCatalog().tables() }
    #expect(error?.code == .unsupported)
    #expect(error?.message.contains("version 99") == true)
  }

  @Test func databaseOfAnotherProgramIsNotTouched() throws {
    let test = try TestWorkspace()
    try test.script("CREATE TABLE theirs (a); PRAGMA user_version = 0;")
    let before = try test.directory.read("catalog/lake.sqlite")
    let error = #expect(throws: LakeError.self) { try test.catalog.save(sampleTable()) }
    #expect(error?.code == .corruptData)
    #expect(try test.directory.read("catalog/lake.sqlite") == before)
  }

  @Test func fileThatIsNoDatabaseIsRefused() throws {
    let test = try TestWorkspace()
    try test.directory.write(
      String(repeating: "no database ", count: 500), to: "catalog/lake.sqlite")
    let error = #expect(throws: LakeError.self) { try test.catalog.tables() }
    #expect(error?.code == .corruptData)
    #expect(error?.hint?.contains("rebuild") == true)
  }

  @Test func plantedTriggerDoesNotRun() throws {
    let test = try TestWorkspace()
    var table = try test.catalog.save(sampleTable())
    test.catalog.close()
    try test.script(
      """
      CREATE TRIGGER planted AFTER UPDATE ON tables BEGIN
        INSERT OR REPLACE INTO properties VALUES ('planted', 'ran');
      END;
      """)
    table.comment = "changed"
    try test.catalog.save(table)
    let property = try test.catalog.read { (session) throws(LakeError) in
      try session.property("planted")
    }
    #expect(property == nil)
  }

  @Test func plantedViewInPlaceOfATableDoesNotRun() throws {
    let test = try TestWorkspace()
    try test.catalog.save(sampleTable())
    test.catalog.close()
    try test.script(
      "DROP TABLE properties; CREATE VIEW properties AS SELECT 'a' AS name, 'b' AS value;")
    #expect(throws: LakeError.self) {
      try test.catalog.read { (session) throws(LakeError) in try session.property("a") }
    }
  }

  @Test func failedWriteLeavesNothing() throws {
    let test = try TestWorkspace()
    #expect(throws: LakeError.self) {
      try test.catalog.write { (session) throws(LakeError) in
        var table = sampleTable()
        try session.save(&table)
        throw LakeError(.cancelled, "interrupted")
      }
    }
    #expect(try test.catalog.tables().isEmpty)
    try test.catalog.save(sampleTable())
    #expect(try test.catalog.tables().count == 1)
  }

  @Test func readerGoesOnBesideAWriter() throws {
    let test = try TestWorkspace()
    try test.catalog.save(sampleTable())
    let reader = test.secondCatalog()
    try test.catalog.write { (session) throws(LakeError) in
      try session.drop(sampleTable().name)
      #expect(try reader.tables().count == 1)
    }
    #expect(try reader.tables().isEmpty)
  }

  @Test func writerThatWaitsSaysForWhom() throws {
    let test = try TestWorkspace()
    try test.catalog.save(sampleTable())
    let told = Mutex<[String]>([])
    let second = test.secondCatalog(
      Catalog.Waiting(secondsMax: 0.3) { holder in told.withLock { $0.append(holder) } })
    try test.catalog.write { (session) throws(LakeError) in
      try session.setProperty("a", "b")
      let error = #expect(throws: LakeError.self) { try second.save(sampleTable()) }
      #expect(error?.code == .conflict)
      #expect(error?.message.contains("process ") == true)
    }
    #expect(told.withLock { $0.count } == 1)
    try second.save(sampleTable())
  }

  @Test func manyWritersLoseNothing() async throws {
    let test = try TestWorkspace()
    try await withThrowingTaskGroup(of: Void.self) { group in
      for writer in 0..<4 {
        let catalog = test.secondCatalog()
        group.addTask {
          for index in 0..<25 {
            try catalog.write { (session) throws(LakeError) in
              let count = Int(try session.property("count") ?? "0") ?? 0
              try session.setProperty("count", "\(count + 1)")
              try session.setProperty("\(writer)-\(index)", "")
            }
          }
        }
      }
      try await group.waitForAll()
    }
    let count = try test.catalog.read { (session) throws(LakeError) in
      try session.property("count")
    }
    #expect(count == "100")
  }

  @Test func fileIsReadableForItsGroupAtMost() throws {
    let test = try TestWorkspace()
    try test.catalog.save(sampleTable())
    let result = try ShellCommand(
      "stat -c %a catalog/lake.sqlite", in: test.directory.path,
      environment: ["PATH": "/usr/bin:/bin"]
    ).run()
    #expect(["640\n", "600\n"].contains(result.outputText))
  }

  @Test func linkInPlaceOfTheFileIsRefused() throws {
    let test = try TestWorkspace()
    let other = try TestWorkspace()
    try other.catalog.save(sampleTable())
    other.catalog.close()
    let result = try ShellCommand(
      "ln -s \(other.workspace.layout.catalogFile) catalog/lake.sqlite", in: test.directory.path,
      environment: ["PATH": "/usr/bin:/bin"]
    ).run()
    #expect(result.exitCode == 0)
    #expect(throws: LakeError.self) { try test.catalog.tables() }
  }
}
