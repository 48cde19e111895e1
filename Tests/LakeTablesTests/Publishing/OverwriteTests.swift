import Foundation
import LakeCore
import LakeTables
import LakeTestSupport
import Testing

@Suite("Overwriting a table")
struct OverwriteTests {
  private let fixture: TableFixture

  init() throws {
    fixture = try TableFixture()
  }

  @Test func theFirstOverwriteMakesTheTable() throws {
    let table = try fixture.table()
    #expect(try !table.exists)
    let report = try #require(try fixture.overwrite(table, 0..<3).report)
    #expect(report.version == 0)
    #expect(report.rows == 3)
    #expect(report.rowsBefore == nil)
    #expect(report.warnings.isEmpty)
    #expect(try table.exists)
    #expect(try fixture.names(in: table.publishedDirectory) == ["part-00000-v000000.gz.parquet"])
    #expect(
      try fixture.publishedLines(table) == [
        "int(0)|string(\"a0\")", "int(1)|string(\"a1\")", "int(2)|string(\"a2\")",
      ])
    #expect(try table.publishedDirectoryState() == .current)
  }

  @Test func anOverwriteNeverAppends() throws {
    let table = try fixture.table()
    for version in 0..<4 {
      let report = try #require(try fixture.overwrite(table, 0..<5).report)
      #expect(report.version == version)
      #expect(report.rowsBefore == (version == 0 ? nil : 5))
      #expect(try fixture.publishedLines(table)?.count == 5)
      let snapshot = try table.snapshot()
      #expect(snapshot.rowCount == 5)
      #expect(snapshot.files.count == 1)
      #expect(snapshot.version == version)
    }
  }

  @Test func theReportedSnapshotIsTheOneThatTheLogGives() throws {
    let table = try fixture.table()
    for generation in ["a", "b", "c"] {
      let report = try #require(
        try fixture.overwrite(table, 0..<5, generation: generation).report)
      let read = try table.snapshot()
      #expect(read.version == report.snapshot.version)
      #expect(read.timestamp == report.snapshot.timestamp)
      #expect(read.metadata == report.snapshot.metadata)
      #expect(read.files == report.snapshot.files)
      let tombstones = try table.tombstones(of: read)
      #expect(try table.tombstones(of: report.snapshot) == tombstones)
      #expect(read.commitInfo == report.snapshot.commitInfo)
      #expect(read.tableProtocol == report.snapshot.tableProtocol)
    }
  }

  @Test func anEmptyTableHasAFile() throws {
    let table = try fixture.table()
    let report = try #require(try fixture.overwrite(table, 0..<0).report)
    #expect((report.rows, report.files) == (0, 1))
    #expect(try fixture.publishedLines(table) == [])
    #expect(try fixture.names(in: table.publishedDirectory).count == 1)
  }

  @Test func aReaderOfAnOlderVersionIsNotDisturbed() throws {
    let table = try fixture.table()
    try fixture.overwrite(table, 0..<3, generation: "a")
    let old = try table.snapshot()
    for generation in ["b", "c", "d"] {
      try fixture.overwrite(table, 0..<3, generation: generation)
    }
    #expect(try fixture.lines(old).first == "int(0)|string(\"a0\")")
    #expect(try fixture.lines(table.snapshot(version: 1)).first == "int(0)|string(\"b0\")")
    #expect(try fixture.publishedLines(table)?.first == "int(0)|string(\"d0\")")
  }

  @Test func historyTellsWhoMadeAVersionAndWhen() throws {
    let table = try fixture.table()
    for rows in 1...3 {
      let write = try table.beginWrite(fixture.request(), format: FakeFormat())
      try write.append(try fixture.batch(0..<rows))
      _ = try table.publish(
        try write.finish(),
        PublishRequest(job: "customer", runID: "run-\(rows)", fingerprint: "f\(rows)"))
    }
    let history = try table.history()
    #expect(history.map(\.version) == [0, 1, 2])
    #expect(history.map(\.addedRows) == [1, 2, 3])
    #expect(history.map(\.removedFiles) == [0, 1, 1])
    #expect(history.map(\.info.runID) == ["run-1", "run-2", "run-3"])
    #expect(history[2].info.fingerprint == "f3")
    #expect(history[2].info.operation == "CREATE OR REPLACE TABLE AS SELECT")
    #expect(history[2].info.engineInfo == "lake test")
    // The clock stood still, and time goes forward all the same.
    #expect(history.map(\.timestamp) == [0, 1, 2].map { fixture.now.value + $0 })
    #expect(try table.version(atTimestamp: fixture.now.value + 1) == 1)
    #expect(try table.version(atTimestamp: .max) == 2)
    #expect(throws: LakeError.self) { try table.version(atTimestamp: fixture.now.value - 1) }
  }

  @Test func aWriteThatIsGivenUpLeavesNothing() throws {
    let table = try fixture.table()
    try fixture.overwrite(table, 0..<3)
    let before = try fixture.tree()
    do {
      let write = try table.beginWrite(fixture.request(), format: FakeFormat())
      try write.append(try fixture.batch(0..<9))
      _ = try write.finish()
    }
    do {
      let write = try table.beginWrite(fixture.request(), format: FakeFormat())
      try write.append(try fixture.batch(0..<9))
    }
    #expect(try fixture.tree() == before)
  }

  @Test func filesAreCutAtTheSameRowsWhateverTheBatches() throws {
    var contents: [[String: String]] = []
    for size in [1, 7, 50, 100] {
      let fixture = try TableFixture()
      let table = try fixture.table { $0.fileBytesMax = 500 }
      let write = try table.beginWrite(
        fixture.request(), format: FakeFormat(rowsPerStep: 10))
      for start in stride(from: 0, to: 100, by: size) {
        try write.append(try fixture.batch(start..<min(start + size, 100)))
      }
      let report = try #require(
        try table.publish(try write.finish(), PublishRequest()).report)
      #expect(report.rows == 100)
      #expect(report.files > 3)
      var content: [String: String] = [:]
      for file in report.snapshot.files {
        content[file.path] = try String(
          contentsOfFile: report.snapshot.path(of: file), encoding: .utf8)
      }
      contents.append(content)
    }
    #expect(Set(contents).count == 1)
  }

  @Test func whoeverComesSecondIsToldAndChangesNothing() throws {
    let table = try fixture.table()
    try fixture.overwrite(table, 0..<3, generation: "a")
    let slow = try table.beginWrite(fixture.request(), format: FakeFormat())
    try slow.append(try fixture.batch(0..<3, generation: "slow"))
    try fixture.overwrite(table, 0..<3, generation: "fast")
    let outcome = try table.publish(try slow.finish(), PublishRequest())
    guard case .conflicted(let conflict) = outcome else {
      Issue.record("\(outcome)")
      return
    }
    #expect(conflict.latestVersion == 1)
    #expect(
      conflict.description
        == "version 1 (CREATE OR REPLACE TABLE AS SELECT by the job test)")
    #expect(try fixture.publishedLines(table)?.first == "int(0)|string(\"fast0\")")
    #expect(try fixture.names(in: table.root + "/_staging").isEmpty)
    #expect(
      throws: LakeError.self, "work that was based on an older version is refused at once"
    ) {
      var request = fixture.request()
      request.basedOnVersion = 0
      _ = try table.beginWrite(request, format: FakeFormat())
    }
  }

  @Test func columnsThatMayNotBeNullAreNot() throws {
    let table = try fixture.table()
    let schema = Schema([Field("id", .bigint, isNullable: false)])
    let write = try table.beginWrite(WriteRequest(schema: schema), format: FakeFormat())
    let column = try ColumnBuilder(.bigint)
    try column.append(.null)
    try write.append(Batch(columns: [try column.finish()], rowCount: 1))
    #expect(throws: LakeError.self) { try write.finish() }
    #expect(try !table.exists)
  }

  @Test func typesThatATableCannotHoldAreRefusedByName() throws {
    let table = try fixture.table()
    let request = WriteRequest(
      schema: Schema([Field("a", .array(.localTimestamp))]))
    let error = #expect(throws: LakeError.self) {
      _ = try table.beginWrite(request, format: FakeFormat())
    }
    #expect(error?.code == .unsupported)
    #expect(error?.hint?.contains("CAST(a AS timestamp)") == true)
  }

  @Test func tablesAreListedAndFoundInAnyCase() throws {
    try fixture.overwrite(try fixture.table(name: "Customer"), 0..<1)
    try fixture.overwrite(try fixture.table(name: "orders"), 0..<1)
    _ = try fixture.directory.write("", to: "lake/.tables/curated/empty/file")
    let all = try ManagedTable.all(in: fixture.layout, fileSystem: LocalFileSystem())
    #expect(all.map(\.name.description) == ["trusted.Customer", "trusted.orders"])
    #expect(try fixture.table(name: "CUSTOMER").name.description == "trusted.Customer")
    #expect(try fixture.table(name: "CUSTOMER").exists)
  }

  @Test(arguments: ["", ".", "..", "../x", "a/b", "_x", ".x", "a\u{0}b"])
  func namesThatLeadElsewhereAreRefused(name: String) throws {
    #expect(throws: LakeError.self) { try fixture.table(name: name) }
  }

  @Test func filesOfOthersInThePublishedDirectoryAreNotOverwritten() throws {
    let table = try fixture.table()
    try fixture.directory.write("mine", to: "lake/trusted/customer/notes.txt")
    let error = #expect(throws: LakeError.self) { try fixture.overwrite(table, 0..<1) }
    #expect(error?.code == .alreadyExists)
    #expect(try fixture.directory.read("lake/trusted/customer/notes.txt") == Array("mine".utf8))
  }

  @Test func filesThatSomebodyPutIntoThePublishedDirectoryGoToTheTrash() throws {
    let table = try fixture.table()
    try fixture.overwrite(table, 0..<1)
    try fixture.directory.write("mine", to: "lake/trusted/customer/notes.txt")
    #expect(try table.publishedDirectoryState() == .lagging)
    try fixture.overwrite(table, 0..<1)
    #expect(try fixture.names(in: table.publishedDirectory) == ["part-00000-v000001.gz.parquet"])
    let trash = try fixture.names(in: table.root + "/_trash")
    #expect(trash.count == 1)
    #expect(trash.first?.hasSuffix("-notes.txt") == true)
  }

  @Test func aSymbolicLinkIsNotPublishedThrough() throws {
    let table = try fixture.table()
    try fixture.directory.write("x", to: "elsewhere/precious")
    try FileManager.default.createDirectory(
      atPath: fixture.directory.file("lake/trusted"), withIntermediateDirectories: true)
    try FileManager.default.createSymbolicLink(
      atPath: table.publishedDirectory,
      withDestinationPath: fixture.directory.file("elsewhere"))
    #expect(throws: LakeError.self) { try fixture.overwrite(table, 0..<1) }
    #expect(try fixture.names(in: fixture.directory.file("elsewhere")) == ["precious"])
  }

  @Test func aDroppedTableIsGoneAndCanBeMadeAnew() throws {
    let table = try fixture.table()
    try fixture.overwrite(table, 0..<3)
    let staged = try table.beginWrite(fixture.request(), format: FakeFormat())
    let grave = try table.drop()
    #expect(try !table.exists)
    #expect(try fixture.publishedLines(table) == nil)
    #expect(try fixture.names(in: grave + "/_delta_log") == ["00000000000000000000.json"])
    #expect(throws: LakeError.self) { try table.publish(try staged.finish(), PublishRequest()) }
    let report = try #require(try fixture.overwrite(table, 0..<2).report)
    #expect(report.version == 0)
    #expect(try fixture.publishedLines(table)?.count == 2)
  }
}
