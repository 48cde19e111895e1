import LakeTestSupport
import Testing

/// SQLite as another opinion; every Python has it.
@Suite(
  "Queries and SQLite",
  .enabled(
    if: TestPython.succeeds("import sqlite3; assert sqlite3.sqlite_version_info >= (3, 39)"),
    "skipped: there is no Python with SQLite 3.39 or newer"))
struct QuerySQLiteTests {
  /// Of three small tables with nulls, one of them perhaps empty.
  @Test(arguments: [1, 2])
  func generatedQueriesAreAnsweredAsBySQLite(seed: Int) throws {
    try TestPython.compareAnswers("Tests/Interop/query_sqlite.py", seed: seed)
  }
}
