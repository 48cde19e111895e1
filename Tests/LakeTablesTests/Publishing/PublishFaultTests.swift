import Foundation
import Glibc
import LakeCore
import LakeTables
import LakeTestSupport
import Testing

/// A publish that is killed, or fails, at each of its operations in turn.
@Suite("Faults during a publish")
struct PublishFaultTests {
  enum Start: CaseIterable {
    case nothing, oneVersion, lagging
  }

  /// Syncs are counted, and may fail, but cost nothing.
  private let disk = UnsyncedFileSystem(LocalFileSystem())

  /// The generations that the disk may show after a fault, and may not mix.
  private static let old = (0..<3).map { "int(\($0))|string(\"old\($0)\")" }
  private static let new = (0..<5).map { "int(\($0))|string(\"new\($0)\")" }

  @Test(arguments: Start.allCases)
  func killedAnywhere(_ start: Start) throws {
    let positions = try sweep(.stop, start)
    #expect(positions > 25)
  }

  @Test(
    arguments: Start.allCases,
    [
      FaultInjectingFileSystem.Fault.failure(EIO), .failure(ENOSPC), .shortWrite(ENOSPC),
    ])
  func failedAnywhere(_ start: Start, _ fault: FaultInjectingFileSystem.Fault) throws {
    let positions = try sweep(fault, start)
    #expect(positions > 25)
  }

  /// Publishes again and again, with the fault one operation later each time, until a publish ends
  /// without having met it. Returns how many operations there were.
  private func sweep(
    _ fault: FaultInjectingFileSystem.Fault, _ start: Start
  ) throws -> Int {
    for position in 0..<1000 {
      let fixture = try TableFixture()
      try prepare(fixture, start)
      let faulty = FaultInjectingFileSystem(disk, fault: fault, at: position)
      var acknowledged = false
      do {
        acknowledged =
          try fixture.overwrite(try fixture.table(faulty), 0..<5, generation: "new").report != nil
      } catch is LakeError {}
      try check(fixture, start, acknowledged, "position \(position)")
      if !faulty.hasStruck {
        #expect(acknowledged)
        return position
      }
    }
    Issue.record("the publish does not end")
    return 0
  }

  private func prepare(_ fixture: TableFixture, _ start: Start) throws {
    if start == .nothing { return }
    let table = try fixture.table(disk)
    try fixture.overwrite(table, 0..<9, generation: "older")
    if start == .oneVersion {
      try fixture.overwrite(table, 0..<3, generation: "old")
      return
    }
    // Killed just behind the link of the entry: the directory is still at the version before.
    let isLink: @Sendable (FileOperation) -> Bool = { operation in
      if case .link(_, let target) = operation { target.contains("_publishing") } else { false }
    }
    let killed = FaultInjectingFileSystem(
      disk, fault: .stop, at: 0, counting: isLink)
    try fixture.overwrite(try fixture.table(killed), 0..<3, generation: "old")
    #expect(killed.hasStruck)
    #expect(try fixture.publishedLines(table)?.count == 9)
  }

  private func check(
    _ fixture: TableFixture, _ start: Start, _ acknowledged: Bool, _ comment: Comment
  ) throws {
    let table = try fixture.table(disk)
    // A plain reader sees one generation, whole, before anybody has repaired anything.
    let plain = try fixture.publishedLines(table)
    switch start {
    case .nothing: #expect(plain == nil || plain == Self.new, comment)
    case .oneVersion: #expect(plain == Self.old || plain == Self.new, comment)
    case .lagging:
      #expect(plain?.count == 9 || plain == Self.old || plain == Self.new, comment)
    }
    // The log gives the old version or the new one, and the new one if that was acknowledged.
    let opened = try ManagedTable.open(
      table.name, in: fixture.layout, fileSystem: disk, options: table.options)
    let lines = try opened.map { try fixture.lines(try $0.snapshot()) }
    let before = start == .nothing ? nil : Self.old
    #expect(lines == before || lines == Self.new, comment)
    #expect(!acknowledged || lines == Self.new, comment)
    // Opening has repaired what a plain reader sees.
    #expect(try fixture.publishedLines(table) == lines, comment)
    // The next publish works, and leaves nothing of the fault behind that is older than a minute.
    fixture.now.add(61_000)
    let report = try #require(try fixture.overwrite(table, 0..<2, generation: "next").report)
    #expect(report.warnings.isEmpty, comment)
    #expect(try table.latestVersion() == report.version, comment)
    #expect(opened != nil || report.version == 0, comment)
    try checkTidy(fixture, table, comment)
  }

  private func checkTidy(
    _ fixture: TableFixture, _ table: ManagedTable, _ comment: Comment
  ) throws {
    let snapshot = try table.snapshot()
    let versions = (0...snapshot.version).map { version in
      String(repeating: "0", count: 19) + "\(version).json"
    }
    #expect(try fixture.names(in: table.root + "/_delta_log") == versions, comment)
    #expect(try fixture.names(in: table.root + "/_staging").isEmpty, comment)
    let kept = try snapshot.files.map(\.path) + table.tombstones(of: snapshot).map(\.file.path)
    var names = ["_delta_log", "_publish.lock", "_staging"] + kept
    if snapshot.version > 0 {
      names.append("_superseded")
      // What was set aside now stays for its minute; two of one millisecond have two names.
      #expect(
        try fixture.names(in: table.root + "/_superseded").allSatisfy {
          $0.hasPrefix("170000006100")
        }, comment)
    }
    #expect(try fixture.names(in: table.root) == names.sorted(), comment)
    #expect(try fixture.publishedLines(table)?.count == 2, comment)
    let root = fixture.directory.path
    #expect(try fixture.names(in: root + "/lake") == [".tables", "trusted"], comment)
    #expect(try fixture.names(in: root + "/lake/trusted") == ["customer"], comment)
  }
}
