import Glibc
import LakeCore
import LakeTables
import LakeTestSupport
import Testing

/// A change of a table of others that is killed, or fails, at each operation in turn; then the
/// power is cut in every way that the simulated disk knows.
@Suite("Faults while tables of others are written")
struct ForeignFaultTests {
  enum Verb: String, CaseIterable, Sendable {
    case append, overwrite, rewrite, restore
  }

  private static let old = [
    MarkedRows("old", 0..<2, in: ["x", "1"]), MarkedRows("old", 2..<4, in: ["y", "2"]),
  ]
  private static let middle = [MarkedRows("middle", 0..<2, in: ["x", "1"])]
  private static let new = [
    MarkedRows("new", 4..<6, in: ["x", "1"]), MarkedRows("new", 6..<8, in: ["z", "3"]),
  ]

  /// A table with two versions on a disk, where everything is durable.
  private let lake: SimulatedLake

  init() throws {
    let made = try SimulatedLake()
    _ = try made.overwrite(Self.old[0], Self.old[1])
    _ = try made.overwrite(Self.middle[0])
    var random = SeededRandom(seed: 1)
    lake = made.moved(to: made.disk.afterPowerCut(.nothing, using: &random))
    #expect(try seen(on: lake.disk) == OutsideView(Self.middle.lines))
  }

  private func table(_ disk: any FileSystem) throws -> ForeignTable {
    try #require(
      try ForeignTable(at: SimulatedLake.root, in: disk, options: lake.options))
  }

  private func perform(_ verb: Verb, on disk: any FileSystem) throws -> PublishOutcome {
    let table = try table(disk)
    let snapshot = try table.snapshot()
    let change: TableChange =
      switch verb {
      case .append: .append
      case .overwrite: .overwrite
      case .rewrite: .rewrite(Set(snapshot.files.map(\.path)))
      case .restore: .overwrite
      }
    if verb == .restore {
      return try table.restore(to: try table.snapshot(version: 0), PublishRequest())
    }
    let write = try table.beginWrite(WriteRequest(change, of: snapshot), format: FakeFormat())
    for rows in Self.new { try write.append(try rows.batch()) }
    return try table.publish(try write.finish(), PublishRequest())
  }

  private func view(after verb: Verb) -> OutsideView {
    switch verb {
    case .append: OutsideView((Self.middle + Self.new).lines)
    case .overwrite, .rewrite: OutsideView(Self.new.lines)
    case .restore: OutsideView(Self.old.lines)
    }
  }

  private func seen(on disk: SimulatedDisk) throws -> OutsideView {
    try #require(try LogReader(disk: disk).read(SimulatedLake.root)).view
  }

  @Test(
    arguments: Verb.allCases,
    [FaultyProcess.Fault.death, .failureBehind(EIO), .lostPages])
  func theOldRowsAreThereOrTheNew(_ verb: Verb, _ fault: FaultyProcess.Fault) throws {
    let (before, after) = (OutsideView(Self.middle.lines), view(after: verb))
    var random = SeededRandom(seed: 7)
    for position in 0..<200 {
      let disk = lake.disk.copy()
      let process = FaultyProcess(on: disk, fault, at: position)
      var isDone = false
      do {
        if case .committed = try perform(verb, on: process) { isDone = true }
      } catch is LakeError {}
      let place = "\(verb) \(fault) at \(position)"
      let now = try seen(on: disk)
      #expect(now == after || !isDone && now == before, "\(place): \(now)")
      for cut in PowerCut.allCases {
        let later = disk.afterPowerCut(cut, using: &random)
        let found = try seen(on: later)
        #expect(found == after || !isDone && found == before, "\(place), \(cut): \(found)")
        // Whoever comes next can go on.
        _ = try perform(.overwrite, on: later)
        #expect(try seen(on: later) == view(after: .overwrite), "\(place), \(cut)")
      }
      if process.struck == nil {
        #expect(isDone)
        return
      }
    }
    Issue.record("\(verb) does not end")
  }
}
