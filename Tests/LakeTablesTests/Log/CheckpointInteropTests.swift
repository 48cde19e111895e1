import Foundation
import LakeCore
import LakeFormats
import LakeTables
import LakeTestSupport
import Testing

/// deltalake reads a table from a checkpoint of ours, the entries before it being gone.
@Suite("Checkpoints for other readers")
struct CheckpointInteropTests {
  /// `LAKE_TEST_PYTHON` names a Python with packages.
  private static let python =
    ProcessInfo.processInfo.environment["LAKE_TEST_PYTHON"] ?? "python3"

  private static func run(_ script: String) -> ShellCommand.Result? {
    let directory = try? TemporaryDirectory()
    return directory.flatMap { directory in
      _ = try? directory.write(script, to: "script.py")
      return try? ShellCommand(
        "\(python) -B script.py", in: directory.path,
        environment: ["PATH": ProcessInfo.processInfo.environment["PATH"] ?? ""]
      ).run()
    }
  }

  private static let isThere = run("import deltalake")?.exitCode == 0

  @Test(.enabled(if: isThere, "no deltalake for Python"))
  func theSameFilesStatisticsAndMarksAreSeen() throws {
    let fixture = try TableFixture()
    let table = try fixture.table()
    for version in 0...4 {
      fixture.now.add(1000)
      let write = try table.beginWrite(fixture.request(), format: FakeFormat())
      try write.append(try fixture.batch(0..<(version + 1)))
      _ = try table.publish(
        try write.finish(),
        PublishRequest(
          job: "test", transaction: TableTransaction(application: "job", version: version)))
    }
    let script = """
      from deltalake import DeltaTable
      t = DeltaTable('\(table.root)')
      print(t.version(), t.file_uris()[0].split('/')[-1], t.schema().to_json())
      print(t.get_add_actions(flatten=True).to_pylist() if hasattr(
          t.get_add_actions(flatten=True), 'to_pylist') else str(
          t.get_add_actions(flatten=True)))
      print(t.transaction_version('job'))
      """
    let before = try #require(Self.run(script))
    #expect(before.exitCode == 0, "\(before.errorText)")
    for version in [3, 4] {
      #expect(try Checkpointer(table).write(try table.snapshot(version: version)))
      for old in (version == 3 ? 0..<3 : 3..<4) {
        try FileManager.default.removeItem(
          atPath: "\(table.root)/_delta_log/\(LogFileName.entry(old))")
      }
      let after = try #require(Self.run(script))
      #expect(after.exitCode == 0, "\(after.errorText)")
      #expect(after.outputText == before.outputText)
    }
  }
}
