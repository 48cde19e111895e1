import LakeTestSupport
import Testing

/// Managed tables through the eyes of programs that read their logs, where a Python has them.
@Suite(
  "Foreign readers of managed tables",
  .enabled(
    if: TestPython.imports("duckdb, polars, pyarrow, pandas, deltalake, pytz"),
    "skipped: no Python with duckdb, polars, pyarrow, pandas and deltalake (LAKE_TEST_PYTHON)"))
struct ManagedTableReaderTests {
  /// A sample; `Tests/Interop/run` does more.
  @Test(arguments: ["every type", "by varchar", "added columns"])
  func everyVersionIsReadAsItWasWritten(scenario: String) throws {
    let script = Repository.path("Tests/Interop/managed_tables.py")
    let folder = try TemporaryDirectory()
    let result = try #require(
      TestPython.run(
        "\(script) --sample --only '\(scenario)' --lake \(Repository.lakeBinary)",
        in: folder.path))
    #expect(result.exitCode == 0, "\(result.outputText)\(result.errorText)")
    #expect(result.outputText.contains(" passed, 0 failed"))
  }
}
