import LakeTestSupport
import Testing

/// The programs that read published tables without knowing `lake`, where a Python has them.
@Suite(
  "Foreign readers of published tables",
  .enabled(
    if: TestPython.imports("duckdb, polars, pyarrow, deltalake"),
    "skipped: no Python with duckdb, polars, pyarrow and deltalake (LAKE_TEST_PYTHON)"))
struct GenerationTests {
  /// A sample; `Tests/Interop/generations.py all` does more.
  @Test func everyAnswerIsOneWholeGenerationWhileTheTableIsPublished() throws {
    let script = Repository.path("Tests/Interop/generations.py")
    let folder = try TemporaryDirectory()
    let result = try #require(
      TestPython.run(
        "\(script) readers --publishes 10 --lake \(Repository.lakeBinary)", in: folder.path))
    #expect(result.exitCode == 0, "\(result.outputText)\(result.errorText)")
  }
}
