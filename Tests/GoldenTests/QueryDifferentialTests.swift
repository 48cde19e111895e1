import LakeTestSupport
import Testing

/// DuckDB as another opinion.
@Suite(
  "Queries and DuckDB",
  .enabled(
    if: TestPython.imports("duckdb"),
    "skipped: there is no Python with duckdb (LAKE_TEST_PYTHON)"))
struct QueryDifferentialTests {
  /// Of files in landing, of published tables, and of files named in FROM.
  @Test(arguments: [1, 2])
  func generatedQueriesAreAnsweredAsByDuckDB(seed: Int) throws {
    try TestPython.compareAnswers("Tests/Interop/query_differential.py", seed: seed)
  }

  /// INSERT, UPDATE, DELETE and MERGE, of rows in memory and of stored tables.
  @Test func generatedChangesLeaveTheRowsThatDuckDBLeaves() throws {
    try TestPython.compareAnswers("Tests/Interop/change_differential.py", seed: 1)
  }
}
