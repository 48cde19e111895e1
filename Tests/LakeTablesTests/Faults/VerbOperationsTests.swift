import Foundation
import LakeCore
import LakeTestSupport
import Testing

/// What each verb does to the disk, operation by operation, as `Tests/Fixtures/operations.txt` has
/// it. A change of the list is a change to what survives a crash: it is rewritten by a run with
/// LAKE_REWRITE_GOLDEN=1, and read.
@Suite("The operations of each verb")
struct VerbOperationsTests {
  @Test func theListIsAsExpected() throws {
    let found = try FaultScenario.all.map { try text(of: $0) }.joined(separator: "\n")
    let path = Repository.path("Tests/Fixtures/operations.txt")
    if ProcessInfo.processInfo.environment["LAKE_REWRITE_GOLDEN"] != nil {
      try found.write(toFile: path, atomically: true, encoding: .utf8)
    }
    let expected = try String(contentsOfFile: path, encoding: .utf8)
    for (line, (a, b)) in zip(found.split(separator: "\n"), expected.split(separator: "\n"))
      .enumerated() where a != b
    {
      Issue.record("line \(line + 1) is '\(a)', and was '\(b)'")
      return
    }
    #expect(found == expected)
  }

  private func text(of scenario: FaultScenario) throws -> String {
    let lake = try SimulatedLake()
    try scenario.prepare(lake)
    lake.now.add(1000)
    let recording = RecordingFileSystem(lake.disk, root: SimulatedLake.layout.root)
    _ = try scenario.act(lake, FaultyProcess(on: recording))
    let lines = recording.log.map { line in
      line.replacing("lake/.tables/trusted/t", with: "T")
        .replacing("lake/trusted/t", with: "P")
        .replacing(#/write \d+ bytes/#, with: "write N bytes")
    }
    return "# \(scenario.testDescription)\n" + lines.map { $0 + "\n" }.joined()
  }
}
