import Foundation
import LakeCore
import LakeTables
import LakeTestSupport
import Testing

/// Tables of others are written beside others: rows change, and nothing else does.
@Suite("Writing tables of others")
struct ForeignWriteTests {
  private let fixture: TableFixture
  private let root: String

  /// A table with three rows in one file, which stands for one that others made.
  init() throws {
    fixture = try TableFixture()
    root = fixture.directory.path + "/theirs"
    let table = try fixture.table()
    try fixture.overwrite(table, 0..<3, generation: "old")
    try FileManager.default.createDirectory(
      atPath: root + "/_delta_log", withIntermediateDirectories: true)
    for name in ["part-00000-v000000.gz.parquet", "_delta_log/00000000000000000000.json"] {
      try FileManager.default.copyItem(atPath: "\(table.root)/\(name)", toPath: "\(root)/\(name)")
    }
  }

  private func table(
    _ fileSystem: any FileSystem = LocalFileSystem()
  ) throws -> ForeignTable {
    let options = try fixture.table().options
    return try #require(try ForeignTable(at: root, in: fileSystem, options: options))
  }

  private func stage(
    _ change: TableChange, _ ids: Range<Int>, generation: String = "new",
    in table: ForeignTable? = nil
  ) throws -> StagedFiles {
    let table = try table ?? self.table()
    let write = try table.beginWrite(
      WriteRequest(change, of: try table.snapshot()), format: FakeFormat())
    try write.append(try fixture.batch(ids, generation: generation))
    return try write.finish()
  }

  @discardableResult
  private func change(
    _ change: TableChange, _ ids: Range<Int>, in table: ForeignTable? = nil
  ) throws -> PublishOutcome {
    let table = try table ?? self.table()
    return try table.publish(try stage(change, ids, in: table), PublishRequest(operation: "WRITE"))
  }

  private func entry(_ version: Int) -> String {
    "\(root)/_delta_log/" + String(repeating: "0", count: 19) + "\(version).json"
  }

  private func text(_ version: Int) throws -> String {
    try String(contentsOfFile: entry(version), encoding: .utf8)
  }

  /// What others commit, with nothing of ours.
  private func commitOfOthers(_ version: Int, _ lines: String...) throws {
    let text = lines.joined(separator: "\n") + "\n"
    try text.write(toFile: entry(version), atomically: true, encoding: .utf8)
  }

  /// Changes the first entry, as others might have written it.
  private func rewriteFirst(_ old: String, _ new: String) throws {
    let text = try text(0)
    #expect(text.contains(old))
    try text.replacing(old, with: new).write(toFile: entry(0), atomically: true, encoding: .utf8)
  }

  private func lines() throws -> [String] { try fixture.lines(try table().snapshot()) }

  private static let old = (0..<3).map { "int(\($0))|string(\"old\($0)\")" }
  private static let new = (5..<7).map { "int(\($0))|string(\"new\($0)\")" }

  // MARK: - What is written

  @Test func anAppendIsOneEntryAndOneFile() throws {
    let report = try #require(try change(.append, 5..<7).report)
    #expect((report.version, report.rows, report.files, report.rowsBefore) == (1, 2, 1, 3))
    #expect(report.warnings.isEmpty)
    #expect(try lines() == Self.old + Self.new)
    #expect(try !text(1).contains("metaData"))
    #expect(try !text(1).contains("protocol"))
    #expect(try !text(1).contains("lake.contract"))
    let names = try fixture.names(in: root)
    #expect(names.count == 4)
    #expect(names.contains { $0.hasPrefix("part-00000-v000001-uuid-") })
    #expect(try fixture.names(in: root + "/_lake/staging").isEmpty)
    #expect(try table().snapshot().files == report.snapshot.files)
  }

  @Test func rowsThatGoLeaveTheirFiles() throws {
    let old = try table().snapshot().files[0].path
    try change(.rewrite([old]), 5..<7)
    #expect(try lines() == Self.new)
    try change(.overwrite, 0..<0)
    #expect(try table().snapshot().files.isEmpty)
    fixture.now.withLock { $0 += 1_000_000_000_000 }
    for _ in 0..<3 { try change(.append, 5..<7) }
    let files = try fixture.names(in: root).filter { $0.hasSuffix(".parquet") }
    #expect(files.contains(old))
    #expect(files.count == 5)
  }

  @Test func theMetadataOfOthersStaysAsItIs() throws {
    try rewriteFirst("\\\"metadata\\\":{}", "\\\"metadata\\\":{\\\"theirs\\\":[1]}")
    try change(.overwrite, 5..<7)
    #expect(try !text(1).contains("metaData"))
    #expect(try lines() == Self.new)
  }

  @Test func otherColumnsAreRefused() throws {
    let snapshot = try table().snapshot()
    var request = WriteRequest(.append, of: snapshot)
    request.schema.fields.append(Field("more", .bigint))
    request.addsColumns = true
    let error = #expect(throws: LakeError.self) {
      try table().beginWrite(request, format: FakeFormat())
    }
    #expect(error?.code == .unsupported)
  }

  @Test func anEarlierVersionComesBack() throws {
    try change(.overwrite, 5..<7)
    let table = try table()
    let report = try #require(
      try table.restore(to: try table.snapshot(version: 0), PublishRequest()).report)
    #expect(report.version == 2)
    #expect(try lines() == Self.old)
    let file = try table.snapshot(version: 1).files[0]
    try FileManager.default.removeItem(atPath: "\(root)/\(file.path)")
    let error = #expect(throws: LakeError.self) {
      try table.restore(to: try table.snapshot(version: 1), PublishRequest())
    }
    #expect(error?.code == .notFound)
  }

  // MARK: - Others at the same time

  private static let theirFile = """
    {"add":{"path":"b.parquet","partitionValues":{},"size":1,"modificationTime":1,\
    "dataChange":true,"stats":"{\\"numRecords\\":1}"}}
    """

  @Test func anAppendStandsBesideACommitOfOthers() throws {
    let table = try table()
    let staged = try stage(.append, 5..<7, in: table)
    try commitOfOthers(1, Self.theirFile)
    let report = try #require(try table.publish(staged, PublishRequest()).report)
    #expect(report.version == 2)
    #expect(report.snapshot.files.map(\.path).contains("b.parquet"))
    #expect(report.snapshot.files.count == 3)
  }

  @Test(arguments: [TableChange.overwrite, .rewrite(["part-00000-v000000.gz.parquet"])])
  func whatReplacesRowsDoesNot(_ change: TableChange) throws {
    let table = try table()
    let staged = try stage(change, 5..<7, in: table)
    try commitOfOthers(1, Self.theirFile)
    guard case .conflicted(let conflict) = try table.publish(staged, PublishRequest()) else {
      Issue.record("it was published")
      return
    }
    #expect(conflict.winner == 1)
    #expect(try fixture.names(in: root).filter { $0.hasSuffix(".parquet") }.count == 1)
    #expect(try fixture.names(in: root + "/_lake/staging").isEmpty)
  }

  private static let vector = """
    "deletionVector":{"storageType":"i","pathOrInlineDv":"0rJua","sizeInBytes":4,"cardinality":1}
    """

  private func withVector(_ action: String) -> String {
    """
    {"\(action)":{"path":"part-00000-v000000.gz.parquet","partitionValues":{},"size":1,\
    "modificationTime":1,"deletionTimestamp":1,"dataChange":true,"stats":"{\\"numRecords\\":3}",\
    \(Self.vector)}}
    """
  }

  private var removal: String {
    """
    {"remove":{"path":"part-00000-v000000.gz.parquet","deletionTimestamp":1,"dataChange":true}}
    """
  }

  @Test func filesThatAreArrangedOtherwiseDoNotBringRowsBack() throws {
    let table = try table()
    let staged = try stage(.rearrange(["part-00000-v000000.gz.parquet"]), 0..<3, in: table)
    try commitOfOthers(1, removal, withVector("add"))
    guard case .conflicted = try table.publish(staged, PublishRequest()) else {
      Issue.record("it was published")
      return
    }
  }

  @Test func vectorsGoAndComeBackWithTheirFiles() throws {
    try commitOfOthers(1, removal, withVector("add"))
    let file = try #require(try table().snapshot().files.first)
    #expect(file.rowCount == 2)
    try change(.rewrite([file.path]), 5..<7)
    #expect(try text(2).contains("\"pathOrInlineDv\":\"0rJua\""))
    #expect(try lines() == Self.new)
    let again = try table()
    _ = try again.restore(to: try again.snapshot(version: 1), PublishRequest())
    #expect(try table().snapshot().files.map(\.key) == [file.key])
    _ = try again.restore(to: try again.snapshot(version: 0), PublishRequest())
    #expect(try table().snapshot().files.map(\.deletionVector) == [nil])
  }

  @Test func pathsAreSpelledAsTheLogHasThem() throws {
    try rewriteFirst("part-00000-v000000.gz.parquet", "part%2d00000-v000000.gz.parquet")
    #expect(try lines() == Self.old)
    try change(.overwrite, 5..<7)
    #expect(try text(1).contains("\"remove\":{\"path\":\"part%2d00000-v000000.gz.parquet\""))
    #expect(try lines() == Self.new)
  }

  // MARK: - Faults

  @Test(arguments: [FaultInjectingFileSystem.Fault.stop, .failure(EIO), .shortWrite(ENOSPC)])
  func aWriteThatFailsAnywhereLeavesTheOldRowsOrTheNew(
    _ fault: FaultInjectingFileSystem.Fault
  ) throws {
    for position in 0..<200 {
      let one = try ForeignWriteTests()
      let faulty = FaultInjectingFileSystem(
        UnsyncedFileSystem(LocalFileSystem()), fault: fault, at: position)
      var isDone = false
      do {
        isDone = try one.change(.overwrite, 5..<7, in: try one.table(faulty)).report != nil
      } catch is LakeError {}
      let lines = try one.lines()
      #expect(lines == Self.new || !isDone && lines == Self.old, "position \(position)")
      try one.change(.overwrite, 5..<7)
      #expect(try one.lines() == Self.new, "position \(position)")
      #expect(try fixture.names(in: one.root + "/_lake/staging").isEmpty, "position \(position)")
      if !faulty.hasStruck {
        #expect(isDone && position > 15)
        return
      }
    }
    Issue.record("the publish does not end")
  }

  // MARK: - What is refused

  struct Demand: Sendable, CustomTestStringConvertible {
    var word: String
    var old: String
    var new: String
    var testDescription: String { word }
  }

  private static let demands = [
    demand("writer version 8", writer: "8"),
    demand("rowTracking", writer: #"7,"writerFeatures":["rowTracking"]"#),
    demand("inCommitTimestamp", writer: #"7,"writerFeatures":["appendOnly","inCommitTimestamp"]"#),
    demand("changeDataFeed", setting: #""delta.enableChangeDataFeed":"true""#),
    demand("rowTracking", setting: #""delta.enableRowTracking":"TRUE""#),
    demand("delta.appendOnly", setting: #""delta.appendOnly":"true""#),
    demand("managed table", setting: #""lake.contract":"{}""#),
    demand("generatedColumns", column: #"\"delta.generationExpression\":\"1\""#),
    demand("identityColumns", column: #"\"delta.identity.start\":1"#),
    demand("allowColumnDefaults", column: #"\"CURRENT_DEFAULT\":\"1\""#),
    demand("columnMapping", setting: #""delta.columnMapping.mode":"name""#),
    demand(
      "parts are never null",
      type: #"{\"type\":\"array\",\"elementType\":\"string\",\"containsNull\":false}"#),
    demand(
      "parts are never null",
      type:
        #"{\"type\":\"struct\",\"fields\":[{\"name\":\"a\",\"type\":\"string\",\"nullable\":false,"#
        + #"\"metadata\":{}}]}"#),
  ]

  private static func demand(_ word: String, writer: String) -> Demand {
    Demand(word: word, old: "\"minWriterVersion\":2", new: "\"minWriterVersion\":\(writer)")
  }

  private static func demand(_ word: String, setting: String) -> Demand {
    Demand(word: word, old: "\"configuration\":{", new: "\"configuration\":{\(setting)")
  }

  private static func demand(_ word: String, column: String) -> Demand {
    let physical = #"\"delta.columnMapping.physicalName\":\"email\""#
    return Demand(
      word: word, old: #"\"metadata\":{}}]"#, new: #"\"metadata\":{\#(column),\#(physical)}}]"#)
  }

  private static func demand(_ word: String, type: String) -> Demand {
    Demand(word: word, old: #"\"type\":\"string\""#, new: #"\"type\":\#(type)"#)
  }

  @Test(arguments: ForeignWriteTests.demands)
  func whatIsNotDoneIsNamed(_ demand: Demand) throws {
    if demand.word == "columnMapping" {
      try rewriteFirst(
        #"\"metadata\":{}}]"#,
        #"\"metadata\":{\"delta.columnMapping.physicalName\":\"e\"}}]"#)
    }
    try rewriteFirst(demand.old, demand.new)
    let table = try table()
    let snapshot = try table.snapshot()
    let error = #expect(throws: LakeError.self) {
      try table.beginWrite(WriteRequest(.overwrite, of: snapshot), format: FakeFormat())
    }
    #expect(error?.code == .unsupported)
    #expect(error?.message.contains(demand.word) == true, "\(String(describing: error))")
    #expect(try fixture.names(in: root) == ["_delta_log", "part-00000-v000000.gz.parquet"])
  }

  @Test func featuresThatAreNotInForceAskForNothing() throws {
    try rewriteFirst(
      "\"minWriterVersion\":2",
      #""minWriterVersion":7,"writerFeatures":["changeDataFeed","generatedColumns","#
        + #""identityColumns","columnMapping","deletionVectors","checkConstraints"]"#)
    #expect(try change(.overwrite, 5..<7).report?.version == 1)
  }

  @Test func anAppendOnlyTableTakesRows() throws {
    try rewriteFirst("\"configuration\":{", #""configuration":{"delta.appendOnly":"true""#)
    #expect(try change(.append, 5..<7).report?.version == 1)
  }

  @Test func checksNeedSomebodyWhoMakesThem() throws {
    try rewriteFirst("\"configuration\":{", #""configuration":{"delta.constraints.c":"id > 0""#)
    let checks = try table().snapshot().declaredChecks
    #expect(checks.map(\.name) == ["c"])
    #expect(checks.map(\.condition) == ["id > 0"])
    let error = #expect(throws: LakeError.self) { try change(.append, 5..<7) }
    #expect(error?.code == .internal)
  }
}
