import Foundation
import LakeCore
import LakeTables
import LakeTestSupport
import Testing

/// What is known of a log is played on, and is what a reader finds who knows nothing.
@Suite("Snapshots that are known")
struct SnapshotCacheTests {
  private let fixture: TableFixture

  init() throws {
    fixture = try TableFixture()
  }

  private func expectEqual(_ known: Snapshot, _ read: Snapshot) throws {
    let table = try fixture.table()
    #expect(known.version == read.version)
    #expect(known.timestamp == read.timestamp)
    #expect(known.tableProtocol == read.tableProtocol)
    #expect(known.metadata == read.metadata)
    #expect(known.transactions == read.transactions)
    #expect(known.commitInfo == read.commitInfo)
    #expect(known.files.map(\.path) == read.files.map(\.path))
    #expect(
      Set(try table.tombstones(of: known).map(\.file.path))
        == Set(try table.tombstones(of: read).map(\.file.path)))
  }

  @Test func whatOthersCommitIsPlayedOnTop() throws {
    let mine = try fixture.table()
    let theirs = try fixture.table()
    try fixture.overwrite(theirs, 0..<1)
    for version in 1..<45 {
      fixture.now.add(1000)
      switch version % 4 {
      case 0:
        let earlier = try theirs.snapshot(version: version - 3)
        _ = try theirs.restore(to: earlier, PublishRequest(job: "test"))
      default: try fixture.overwrite(theirs, 0..<version)
      }
      // Not at each version: several are played at once.
      if version % 3 == 0 { try expectEqual(try mine.snapshot(), try fixture.table().snapshot()) }
      #expect(try mine.latestVersion() == version)
    }
  }

  @Test func aLogInPlaceOfAnotherIsReadAnew() throws {
    let mine = try fixture.table()
    try fixture.overwrite(mine, 0..<3)
    let old = try mine.snapshot()
    try FileManager.default.removeItem(atPath: fixture.root)
    #expect(try mine.latestVersion() == nil)
    #expect(try mine.latestSnapshot() == nil)
    fixture.now.add(1000)
    try fixture.overwrite(try fixture.table(), 0..<5)
    let new = try mine.snapshot()
    #expect(new.version == old.version)
    #expect(new.metadata.id != old.metadata.id)
    #expect(new.rowCount == 5)
  }

  /// A reader who wants the rows of today does not read which files went before.
  @Test func filesThatACheckpointNamesAsRemovedGoInTheirTime() throws {
    let writer = try fixture.table()
    for version in 0..<12 {
      fixture.now.add(1000)
      try fixture.overwrite(writer, 0..<(version + 1))
    }
    #expect(FileManager.default.fileExists(atPath: checkpoint(10)))
    let table = try fixture.table()
    #expect(try table.tombstones(of: table.snapshot()).count == 11)
    fixture.now.add(table.options.retentionMilliseconds - 2000)
    let few = try #require(try fixture.overwrite(table, 0..<1).report)
    #expect(few.expiredFiles == 9)
    fixture.now.add(10_000)
    let others = try #require(try fixture.overwrite(try fixture.table(), 0..<1).report)
    #expect(others.expiredFiles == 2)
    #expect(others.warnings.isEmpty)
  }

  private func checkpoint(_ version: Int) -> String {
    fixture.root + "/_delta_log/" + LogFileName.entry(version).dropLast(4) + "checkpoint.parquet"
  }
}
