import Foundation
import LakeCore
import LakeTables
import LakeTestSupport
import Testing

/// What is not an overwrite: rows that come beside others, or in their place.
@Suite("Changing a table")
struct ChangeTests {
  private let fixture: TableFixture
  private let table: ManagedTable

  init() throws {
    fixture = try TableFixture()
    table = try fixture.table()
  }

  private func lines(_ ids: Range<Int>, _ generation: String) -> [String] {
    ids.map { "int(\($0))|string(\"\(generation)\($0)\")" }
  }

  private func published() throws -> Set<String> {
    Set(try fixture.publishedLines(table) ?? [])
  }

  @Test func anAppendKeepsWhatIsThere() throws {
    try fixture.overwrite(table, 0..<2, generation: "a")
    let report = try #require(try fixture.change(table, .append, 2..<5, generation: "b").report)
    #expect((report.version, report.rows, report.rowsBefore) == (1, 3, 2))
    #expect(report.snapshot.rowCount == 5)
    #expect(try fixture.publishedLines(table) == lines(0..<2, "a") + lines(2..<5, "b"))
    #expect(try table.publishedDirectoryState() == .current)
    #expect(try table.snapshot().files == report.snapshot.files)
  }

  @Test func anAppendNeedsATable() throws {
    let error = #expect(throws: LakeError.self) {
      try fixture.change(table, .append, 0..<1)
    }
    #expect(error?.code == .notFound)
  }

  @Test func oneFileMoreIsAddedInPlaceAndSeveralAreNot() throws {
    try fixture.overwrite(table, 0..<2)
    let before = try FileManager.default.attributesOfItem(atPath: table.publishedDirectory)
    try fixture.change(table, .append, 2..<3)
    let after = try FileManager.default.attributesOfItem(atPath: table.publishedDirectory)
    #expect(before[.systemFileNumber] as? Int == after[.systemFileNumber] as? Int)
    let small = try fixture.table { $0.fileBytesMax = 10 }
    let write = try small.beginWrite(
      WriteRequest(.append, of: try small.snapshot()), format: FakeFormat(rowsPerStep: 1))
    try write.append(try fixture.batch(5..<8))
    let report = try #require(try small.publish(try write.finish(), PublishRequest()).report)
    #expect(report.files == 3)
    let exchanged = try FileManager.default.attributesOfItem(atPath: table.publishedDirectory)
    #expect(exchanged[.systemFileNumber] as? Int != after[.systemFileNumber] as? Int)
    #expect(try table.publishedDirectoryState() == .current)
  }

  @Test func anAppendStandsBesideWhatOthersAppendedMeanwhile() throws {
    try fixture.overwrite(table, 0..<1, generation: "a")
    let slow = try table.beginWrite(
      WriteRequest(.append, of: try table.snapshot()), format: FakeFormat())
    try slow.append(try fixture.batch(1..<2, generation: "slow"))
    try fixture.change(table, .append, 2..<3, generation: "fast")
    let report = try #require(try table.publish(try slow.finish(), PublishRequest()).report)
    #expect(report.version == 2)
    #expect(report.snapshot.files.last?.path == "part-00000-v000002.gz.parquet")
    #expect(
      try published()
        == Set(lines(0..<1, "a") + lines(1..<2, "slow") + lines(2..<3, "fast")))
  }

  @Test(arguments: [false, true])
  func keysOrNewColumnsMakeItAConflict(metadataChanges: Bool) throws {
    try fixture.overwrite(table, 0..<1)
    let snapshot = try table.snapshot()
    let slow = try table.beginWrite(
      WriteRequest(.append, of: snapshot, dependsOnRows: !metadataChanges), format: FakeFormat())
    try slow.append(try fixture.batch(1..<2))
    if metadataChanges {
      var metadata = snapshot.metadata
      metadata.comment = "other"
      #expect(try table.change(to: metadata, of: snapshot, PublishRequest()).report != nil)
    } else {
      try fixture.change(table, .append, 2..<3)
    }
    guard case .conflicted(let conflict) = try table.publish(try slow.finish(), PublishRequest())
    else {
      Issue.record("the append went through")
      return
    }
    #expect(conflict.winner == 1)
    #expect(try fixture.names(in: table.root + "/_staging").isEmpty)
  }

  @Test func rowsThatWereLookedAtBeforeATableWasDroppedAreNotWritten() throws {
    try fixture.overwrite(table, 0..<1)
    let snapshot = try table.snapshot()
    try table.drop()
    let request = WriteRequest(.append, of: snapshot)
    #expect(throws: LakeError.self) { try table.beginWrite(request, format: FakeFormat()) }
    try fixture.overwrite(table, 0..<1)
    let error = #expect(throws: LakeError.self) {
      try table.beginWrite(request, format: FakeFormat())
    }
    #expect(error?.code == .conflict)
  }

  @Test func filesAreRewrittenAndOthersStay() throws {
    try fixture.overwrite(table, 0..<2, generation: "a")
    try fixture.change(table, .append, 2..<4, generation: "b")
    let paths = Set([try table.snapshot().files[0].path])
    let report = try #require(
      try fixture.change(table, .rewrite(paths), 0..<1, generation: "c").report)
    #expect((report.files, report.filesRemoved) == (1, 1))
    #expect(try published() == Set(lines(0..<1, "c") + lines(2..<4, "b")))
  }

  @Test func whenAllRowsGoAFileWithoutRowsIsLeft() throws {
    try fixture.overwrite(table, 0..<2)
    let paths = Set(try table.snapshot().files.map(\.path))
    let report = try #require(try fixture.change(table, .rewrite(paths), 0..<0).report)
    #expect(report.snapshot.rowCount == 0)
    #expect(report.files == 1)
    #expect(try fixture.publishedLines(table) == [])
  }

  @Test func aRewriteThatSomebodyWasFasterThanIsAConflict() throws {
    try fixture.overwrite(table, 0..<2)
    let snapshot = try table.snapshot()
    let paths = Set(snapshot.files.map(\.path))
    let slow = try table.beginWrite(
      WriteRequest(.rewrite(paths), of: snapshot), format: FakeFormat())
    try slow.append(try fixture.batch(0..<1))
    try fixture.change(table, .append, 2..<3)
    guard case .conflicted = try table.publish(try slow.finish(), PublishRequest()) else {
      Issue.record("the rewrite went through")
      return
    }
  }

  /// The race may be lost before the first row is written.
  @Test(arguments: [TableChange.append, .rewrite([]), .overwrite])
  func whoeverLookedBeforeOthersPublishedIsJudgedAtThePublish(change: TableChange) throws {
    try fixture.overwrite(table, 0..<1, generation: "a")
    let snapshot = try table.snapshot()
    try fixture.change(table, .append, 2..<3, generation: "fast")
    let slow = try table.beginWrite(WriteRequest(change, of: snapshot), format: FakeFormat())
    try slow.append(try fixture.batch(1..<2, generation: "slow"))
    let outcome = try table.publish(try slow.finish(), PublishRequest())
    #expect((outcome.report?.version == 2) == (change == .append))
    if case .conflicted(let conflict) = outcome { #expect(conflict.winner == 1) }
  }

  @Test func filesThatAreOnlyArrangedOtherwiseAreCommittedBesideAnAppend() throws {
    try fixture.overwrite(table, 0..<2, generation: "a")
    try fixture.change(table, .append, 2..<4, generation: "a")
    let snapshot = try table.snapshot()
    let paths = Set(snapshot.files.map(\.path))
    let slow = try table.beginWrite(
      WriteRequest(.rearrange(paths), of: snapshot), format: FakeFormat())
    try slow.append(try fixture.batch(0..<4, generation: "a"))
    try fixture.change(table, .append, 4..<5, generation: "b")
    let report = try #require(try table.publish(try slow.finish(), PublishRequest()).report)
    #expect(report.snapshot.files.count == 2)
    #expect(report.snapshot.files.last?.dataChange == false)
    #expect(try published() == Set(lines(0..<4, "a") + lines(4..<5, "b")))
    // Their files are not there any more for a second one.
    let late = try table.beginWrite(
      WriteRequest(.rearrange(["part-00000-v000003.gz.parquet"]), of: try table.snapshot()),
      format: FakeFormat())
    try late.append(try fixture.batch(0..<4, generation: "a"))
    try fixture.overwrite(table, 0..<1)
    guard case .conflicted = try table.publish(try late.finish(), PublishRequest()) else {
      Issue.record("files that are gone were arranged")
      return
    }
  }

  @Test func anEarlierVersionIsRestored() throws {
    try fixture.overwrite(table, 0..<2, generation: "a")
    try fixture.change(table, .append, 2..<3, generation: "b")
    try fixture.overwrite(table, 0..<1, generation: "c")
    let earlier = try table.snapshot(version: 1)
    let report = try #require(
      try table.restore(to: earlier, PublishRequest(operation: "RESTORE")).report)
    #expect(report.version == 3)
    #expect((report.files, report.filesRemoved) == (2, 1))
    #expect(try published() == Set(lines(0..<2, "a") + lines(2..<3, "b")))
    #expect(try table.snapshot().files.map(\.path).sorted() == earlier.files.map(\.path).sorted())
    // The files that were removed once and are there again are not taken for old ones.
    fixture.now.add(30 * 24 * 3_600_000)
    try fixture.change(table, .append, 3..<4, generation: "d")
    try table.recover()
    #expect(try fixture.lines(try table.snapshot()).count == 4)
  }

  @Test func whatATableSaysOfItselfChangesWithoutItsFiles() throws {
    try fixture.overwrite(table, 0..<2)
    let snapshot = try table.snapshot()
    var metadata = snapshot.metadata
    metadata.configuration["team"] = "balance"
    let report = try #require(
      try table.change(to: metadata, of: snapshot, PublishRequest(operation: "SET")).report)
    #expect(report.snapshot.files == snapshot.files)
    #expect(try table.snapshot().metadata.configuration["team"] == "balance")
    guard
      case .conflicted(let conflict) = try table.change(
        to: metadata, of: snapshot, PublishRequest())
    else {
      Issue.record("what was looked at is not the latest any more")
      return
    }
    #expect(conflict.winner == 1)
    metadata.configuration["lake.contract"] = "{}"
    #expect(throws: LakeError.self, "what rows are held to does not change unchecked") {
      try table.change(to: metadata, of: try table.snapshot(), PublishRequest())
    }
  }
}
