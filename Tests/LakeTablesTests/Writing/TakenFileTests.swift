import Foundation
import LakeCore
import LakeTables
import LakeTestSupport
import Testing

/// A checker that keeps what a test says, and remembers what it saw.
private final class ListedChecker: RowChecker {
  let contract: TableContract
  private let keeps: Int?
  private(set) var seen = 0

  init(_ contract: TableContract, keeps: Int? = nil) {
    self.contract = contract
    self.keeps = keeps
  }

  func check(_ batch: Batch) throws -> Selection? {
    seen += batch.selectedCount
    guard let keeps else { return nil }
    let rows = try Buffer(byteCount: batch.rowCount * 4, tracker: nil)
    for row in 0..<keeps { rows.pointer(as: UInt32.self)[row] = UInt32(row) }
    return Selection(rows: rows, count: keeps)
  }

  func finish() throws -> CheckSummary { CheckSummary(contract: contract) }
}

@Suite("Files of other programs become a table's")
struct TakenFileTests {
  private static let contract = TableContract(text: #"{"governed":false,"checks":["id > 0"]}"#)
  private static let lines = [#"int(7)|string("x")"#, #"int(8)|string("y")"#]
  private let fixture: TableFixture
  private let path: String

  init() throws {
    fixture = try TableFixture()
    path = fixture.directory.path + "/out.parquet"
    try Data((Self.lines.joined(separator: "\n") + "\n").utf8).write(to: URL(fileURLWithPath: path))
  }

  private func offer(isGiven: Bool = false, rows: Int = 2) throws -> OfferedFile {
    let status = try #require(try LocalFileSystem().status(of: path, followLinks: false))
    return OfferedFile(
      path: path, status: status,
      summary: DataFileSummary(
        rowCount: rows, byteCount: status.size,
        columns: [
          .init(minimum: .int(7), maximum: .int(8), nullCount: 0),
          .init(minimum: nil, maximum: nil, nullCount: nil),
        ]),
      isGiven: isGiven)
  }

  private func take(
    _ offer: OfferedFile, into table: ManagedTable, _ request: WriteRequest? = nil,
    beforePublish: () throws -> Void = {}
  ) throws -> PublishOutcome {
    let write = try table.beginWrite(request ?? fixture.request(), format: FakeFormat())
    #expect(
      try write.take(offer) { _, emit in try emit(try fixture.batch(0..<offer.summary.rowCount)) })
    let staged = try write.finish()
    try beforePublish()
    return try table.publish(staged, PublishRequest(operation: "ADOPT"))
  }

  private func inode(_ path: String) throws -> UInt64? {
    try LocalFileSystem().status(of: path, followLinks: false)?.inode
  }

  @Test(arguments: [false, true])
  func theFileIsTheTablesAsItIs(isGiven: Bool) throws {
    let table = try fixture.table()
    let report = try #require(try take(try offer(isGiven: isGiven), into: table).report)
    #expect(report.rows == 2)
    #expect(try fixture.publishedLines(table) == Self.lines)
    let file = try #require(report.snapshot.files.first)
    let own = try inode(report.snapshot.path(of: file))
    let offered = try inode(path)
    #expect((own == offered) == isGiven)
    // One column has no bounds, so that readers are told of none; our own are.
    #expect(file.statisticsText == #"{"numRecords":2,"nullCount":{"id":0}}"#)
    #expect(
      file.tags?["lake.stats"]
        == #"{"numRecords":2,"minValues":{"id":7},"maxValues":{"id":8},"nullCount":{"id":0}}"#)
    #expect(file.statistics?.minimums.map(\.name) == ["id"])
  }

  @Test func rowsMayBeWrittenBesideIt() throws {
    let table = try fixture.table()
    let write = try table.beginWrite(fixture.request(), format: FakeFormat())
    #expect(try write.take(try offer()) { _, _ in })
    try write.append(try fixture.batch(0..<3))
    let report = try #require(
      try table.publish(try write.finish(), PublishRequest()).report)
    #expect(report.rows == 5)
    #expect(report.files == 2)
  }

  @Test func aFileThatChangedSinceItWasLookedAtIsRefused() throws {
    let table = try fixture.table()
    let offer = try offer()
    try Data("int(9)\n".utf8).write(to: URL(fileURLWithPath: path))
    let write = try table.beginWrite(fixture.request(), format: FakeFormat())
    let error = try #require(throws: LakeError.self) { _ = try write.take(offer) { _, _ in } }
    #expect(error.code == .conflict)
    #expect(error.message == "the file was changed while it was taken over")
    #expect(try !table.exists)
  }

  @Test func aGivenFileThatChangesBeforeThePublishIsRefused() throws {
    let table = try fixture.table()
    try fixture.overwrite(table, 0..<2)
    let error = try #require(throws: LakeError.self) {
      _ = try take(try offer(isGiven: true), into: table) {
        let file = try #require(FileHandle(forWritingAtPath: path))
        try file.seekToEnd()
        try file.write(contentsOf: Data("int(9)\n".utf8))
        try file.close()
      }
    }
    #expect(error.code == .conflict)
    #expect(try table.latestVersion() == 0)
    #expect(try inode(path) != nil)
  }

  @Test func aCopyDoesNotMindWhatBecomesOfTheFile() throws {
    let table = try fixture.table()
    let outcome = try take(try offer(), into: table) {
      try Data("other\n".utf8).write(to: URL(fileURLWithPath: path))
    }
    #expect(outcome.report?.rows == 2)
    #expect(try fixture.publishedLines(table) == Self.lines)
  }

  // MARK: - Checks

  @Test func allRowsGoThroughTheChecker() throws {
    let table = try fixture.table()
    let checker = ListedChecker(Self.contract)
    let report = try #require(
      try take(
        try offer(), into: table,
        fixture.request(contract: Self.contract, checker: checker)
      ).report)
    #expect(checker.seen == 2)
    #expect(report.proof?.rowsIn == 2)
    #expect(report.proof?.rowsOut == 2)
  }

  @Test func aFileWithRowsThatAreNotForTheTableIsNotTaken() throws {
    let table = try fixture.table()
    let checker = ListedChecker(Self.contract, keeps: 1)
    let write = try table.beginWrite(
      fixture.request(contract: Self.contract, checker: checker), format: FakeFormat())
    let isTaken = try write.take(try offer()) { _, emit in try emit(try fixture.batch(0..<2)) }
    #expect(!isTaken)
    write.abandon()
    #expect(try fixture.names(in: table.root + "/_staging") == [])
  }

  /// Rows that nobody has shown to the checker are as good as withheld.
  @Test func aFileOfWhichTheCheckerSawTooFewRowsIsNotTaken() throws {
    let table = try fixture.table()
    let write = try table.beginWrite(
      fixture.request(contract: Self.contract, checker: ListedChecker(Self.contract)),
      format: FakeFormat())
    #expect(try !write.take(try offer()) { _, emit in try emit(try fixture.batch(0..<1)) })
    write.abandon()
  }

  @Test func aFileWithMoreRowsThanItsFooterSaysIsDamage() throws {
    let table = try fixture.table()
    let write = try table.beginWrite(
      fixture.request(contract: Self.contract, checker: ListedChecker(Self.contract)),
      format: FakeFormat())
    let error = try #require(throws: LakeError.self) {
      _ = try write.take(try offer()) { _, emit in try emit(try fixture.batch(0..<3)) }
    }
    #expect(error.code == .corruptData)
  }

  @Test func nullsThatNobodyHasCountedMayBeAny() throws {
    let table = try fixture.table()
    let schema = Schema([Field("id", .bigint), Field("email", .varchar, isNullable: false)])
    let write = try table.beginWrite(WriteRequest(schema: schema), format: FakeFormat())
    #expect(try write.take(try offer()) { _, _ in })
    let error = try #require(throws: LakeError.self) { _ = try write.finish() }
    #expect(error.code == .qualityLimit)
  }

  // MARK: - The disk

  /// A file that is given is made durable before the log names it: its writer need not have done
  /// that.
  @Test func theOperationsOnAGivenFile() throws {
    let recording = RecordingFileSystem(LocalFileSystem(), root: fixture.directory.path)
    _ = try take(try offer(isGiven: true), into: try fixture.table(recording))
    let log = recording.log.map { $0.replacing("lake/.tables/trusted/customer", with: "T") }
    let first = try #require(log.firstIndex { $0.hasPrefix("link out.parquet") })
    #expect(
      log[first...].prefix(5) == [
        "link out.parquet as T/_staging/uuid-1/part-00000-v000000.gz.parquet",
        "sync T/_staging/uuid-1/part-00000-v000000.gz.parquet",
        "sync the directory T/_staging/uuid-1",
        "lock T/_publish.lock",
        "rename T/_staging/uuid-1/part-00000-v000000.gz.parquet to T/part-00000-v000000.gz.parquet",
      ])
    #expect(!log.contains { $0.hasPrefix("remove out.parquet") })
  }
}
