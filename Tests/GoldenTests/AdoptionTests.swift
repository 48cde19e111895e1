import LakeTestSupport
import Testing

/// Files that other programs write become tables, where a Python has those programs.
@Suite(
  "Files of other programs, adopted",
  .enabled(
    if: TestPython.imports("duckdb, polars, pyarrow, pandas, deltalake, pytz"),
    "skipped: no Python with duckdb, polars, pyarrow, pandas and deltalake (LAKE_TEST_PYTHON)"))
struct AdoptionTests {
  /// A sample; `Tests/Interop/run` does more.
  @Test(arguments: ["all of them in one table", "under a key", "partitions", "INT96"])
  func allReadersSeeTheRowsThatWereWritten(scenario: String) throws {
    let script = Repository.path("Tests/Interop/adoption.py")
    let folder = try TemporaryDirectory()
    let result = try #require(
      TestPython.run(
        "\(script) --only '\(scenario)' --lake \(Repository.lakeBinary)", in: folder.path))
    #expect(result.exitCode == 0, "\(result.outputText)\(result.errorText)")
    #expect(result.outputText.contains(" passed, 0 failed"))
  }
}
