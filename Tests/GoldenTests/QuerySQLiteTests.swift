import LakeTestSupport
import Testing

/// SQLite as another opinion; every Python has it.
private let isSQLiteThere: Bool = {
  let check = DuckDB.run(
    "-c 'import sqlite3; assert sqlite3.sqlite_version_info >= (3, 39)'", in: "/")
  return check?.exitCode == 0
}()

@Suite(
  "Queries and SQLite",
  .enabled(if: isSQLiteThere, "skipped: there is no Python with SQLite 3.39 or newer"))
struct QuerySQLiteTests {
  /// Of three small tables with nulls, one of them perhaps empty.
  @Test(arguments: [1, 2])
  func generatedQueriesAreAnsweredAsBySQLite(seed: Int) throws {
    let script = Repository.path("Tests/Interop/query_sqlite.py")
    let folder = try TemporaryDirectory()
    let result = try #require(
      DuckDB.run(
        "\(script) --lake \(Repository.lakeBinary) --count 300 --seed \(seed)", in: folder.path))
    #expect(result.exitCode == 0, "\(result.outputText)\(result.errorText)")
    #expect(result.outputText.contains("300 queries of seed \(seed), 0 answered differently"))
  }
}
