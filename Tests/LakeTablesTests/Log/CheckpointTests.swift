import Foundation
import LakeCore
import LakeTables
import LakeTestSupport
import Testing

/// Checkpoints: what they hold, and that nothing but time depends on them.
@Suite("Checkpoints")
struct CheckpointTests {
  private let fixture: TableFixture

  init() throws {
    fixture = try TableFixture()
  }

  /// As somebody sees it who has not seen it before.
  private var table: ManagedTable { get throws { try fixture.table() } }

  private var log: String { fixture.root + "/_delta_log" }

  private func file(_ version: Int, _ suffix: String = "checkpoint.parquet") -> String {
    "\(log)/\(LogFileName.entry(version).dropLast(4))\(suffix)"
  }

  /// Versions 0 to `last`, with rows that tell them apart, and a checkpoint of one of them.
  private func publish(through last: Int, checkpoint: Int? = nil) throws {
    for version in 0...last {
      fixture.now.add(1000)
      try fixture.overwrite(table, 0..<(version + 1))
    }
    if let checkpoint {
      #expect(try Checkpointer(table).write(try table.snapshot(version: checkpoint)))
    }
  }

  private func removeEntries(_ versions: Range<Int>) throws {
    for version in versions { try FileManager.default.removeItem(atPath: file(version, "json")) }
  }

  private func expectEqual(_ a: Snapshot, _ b: Snapshot) throws {
    #expect(a.version == b.version)
    #expect(a.timestamp == b.timestamp)
    #expect(a.tableProtocol == b.tableProtocol)
    #expect(a.metadata == b.metadata)
    #expect(a.transactions == b.transactions)
    #expect(a.commitInfo == b.commitInfo)
    #expect(a.files.map(\.path) == b.files.map(\.path))
    #expect(a.files.map(\.statisticsText) == b.files.map(\.statisticsText))
    #expect(a.files.map(\.size) == b.files.map(\.size))
    #expect(
      Set(try table.tombstones(of: a).map(\.file.path))
        == Set(try table.tombstones(of: b).map(\.file.path)))
  }

  @Test(arguments: [5, 7])
  func aCheckpointStandsForTheEntriesBeforeIt(version: Int) throws {
    try publish(through: 7)
    let before = try table.snapshot()
    #expect(try Checkpointer(table).write(try table.snapshot(version: version)))
    try removeEntries(0..<version)
    try expectEqual(try table.snapshot(), before)
    try FileManager.default.removeItem(atPath: "\(log)/_last_checkpoint")
    try expectEqual(try table.snapshot(), before)
    #expect(try table.history().map(\.version) == Array(version...7))
    try fixture.overwrite(table, 0..<20)
    #expect(try table.snapshot().rowCount == 20)
  }

  @Test func aVersionWhoseEntryIsGoneIsReadFromItsCheckpoint() throws {
    try publish(through: 3, checkpoint: 3)
    try removeEntries(0..<4)
    #expect(try table.snapshot().rowCount == 4)
    #expect(try table.latestVersion() == 3)
  }

  @Test func aVersionBeforeTheFirstCheckpointIsGoneWithItsEntries() throws {
    try publish(through: 7, checkpoint: 5)
    #expect(try table.snapshot(version: 4).rowCount == 5)
    try removeEntries(0..<2)
    let error = #expect(throws: LakeError.self) { try table.snapshot(version: 4) }
    #expect(error?.code == .notFound)
    #expect(error?.message.contains("begins with the checkpoint of version 5") == true)
    #expect(try table.snapshot(version: 6).rowCount == 7)
  }

  @Test(
    arguments: [
      "", "{", "[]", #"{"version":99}"#, #"{"version":-1}"#, #"{"version":3}"#,
      #"{"version":5,"parts":3}"#, #"{"version":5,"parts":99999999999}"#, #"{"version":"5"}"#,
      #"{"version":5,"v2Checkpoint":{"path":"../../x.parquet"}}"#, #"{"version":7}"#,
    ])
  func aHintThatIsWrongCostsTimeOnly(hint: String) throws {
    try publish(through: 7, checkpoint: 5)
    try removeEntries(0..<5)
    let before = try table.snapshot()
    try fixture.directory.write(
      hint, to: "lake/.tables/trusted/customer/_delta_log/_last_checkpoint")
    try expectEqual(try table.snapshot(), before)
    #expect(try table.latestVersion() == 7)
  }

  @Test func aDamagedCheckpointIsPassedOver() throws {
    try publish(through: 7)
    let before = try table.snapshot()
    #expect(try Checkpointer(table).write(try table.snapshot(version: 5)))
    try Data("PAR1 and nothing".utf8).write(to: URL(fileURLWithPath: file(5)))
    try expectEqual(try table.snapshot(), before)
    try removeEntries(0..<1)
    let error = #expect(throws: LakeError.self) { try table.snapshot() }
    #expect(error?.code == .corruptData)
    #expect(error?.place?.path == file(5))
  }

  @Test func anEntryThatIsMissingBehindACheckpointIsNamed() throws {
    try publish(through: 8, checkpoint: 5)
    try removeEntries(7..<8)
    let error = #expect(throws: LakeError.self) { try table.snapshot() }
    #expect(error?.message == "the log lacks version 7, and has version 8")
  }

  @Test func aCheckpointIsWrittenOnceAndLeavesNothingElse() throws {
    try publish(through: 2, checkpoint: 2)
    let names = try fixture.names(in: log)
    let bytes = try Data(contentsOf: URL(fileURLWithPath: file(2)))
    #expect(try !Checkpointer(table).write(try table.snapshot()))
    #expect(try fixture.names(in: log) == names)
    #expect(names.contains("_last_checkpoint") && names.count == 5)
    try FileManager.default.removeItem(atPath: file(2))
    #expect(try Checkpointer(table).write(try table.snapshot()))
    #expect(try Data(contentsOf: URL(fileURLWithPath: file(2))) == bytes)
  }

  @Test func anOlderCheckpointDoesNotBecomeTheHint() throws {
    try publish(through: 4, checkpoint: 4)
    #expect(try Checkpointer(table).write(try table.snapshot(version: 2)))
    let hint = try String(contentsOfFile: "\(log)/_last_checkpoint", encoding: .utf8)
    #expect(hint.hasPrefix(#"{"version":4,"size":7,"sizeInBytes":"#))
  }

  @Test func checkpointsAreDueEverySoManyVersions() throws {
    for _ in 0...12 {
      fixture.now.add(1000)
      try fixture.overwrite(table, 0..<3)
    }
    let written = try fixture.names(in: log).filter { $0.hasSuffix(".parquet") }
    #expect(written == ["00000000000000000010.checkpoint.parquet"])
    #expect(try !Checkpointer(table).writeIfDue(try table.snapshot()))
    var policy = CheckpointPolicy()
    policy.versionsMin = 1
    policy.actionsPerVersion = 4
    // Fourteen files in three actions a version: not before the third version.
    #expect(try !Checkpointer(table, policy).writeIfDue(try table.snapshot()))
    fixture.now.add(1000)
    try fixture.overwrite(table, 0..<3)
    #expect(try Checkpointer(table, policy).writeIfDue(try table.snapshot()))
  }

  @Test(
    "A failure or a kill at any operation harms nothing",
    arguments: [FaultInjectingFileSystem.Fault.failure(EIO), .shortWrite(ENOSPC), .stop])
  func faults(fault: FaultInjectingFileSystem.Fault) throws {
    try publish(through: 3)
    let before = try table.snapshot()
    for position in 0..<50 {
      let faulty = FaultInjectingFileSystem(LocalFileSystem(), fault: fault, at: position)
      _ = try? Checkpointer(try fixture.table(faulty)).write(before)
      try expectEqual(try table.snapshot(), before)
      try? FileManager.default.removeItem(atPath: file(3))
      if !faulty.hasStruck {
        #expect(position > 8)
        return
      }
    }
    Issue.record("the checkpoint has no end")
  }
}
