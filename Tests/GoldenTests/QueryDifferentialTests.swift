import Foundation
import LakeTestSupport
import Testing

/// Another program that answers queries: DuckDB, where a Python has it. `LAKE_TEST_PYTHON` names
/// that Python.
enum DuckDB {
  static let python =
    ProcessInfo.processInfo.environment["LAKE_TEST_PYTHON"] ?? "python3"

  static let isThere: Bool = {
    let check = run("-c 'import duckdb'", in: "/")
    return check?.exitCode == 0
  }()

  static func run(_ arguments: String, in directory: String) -> ShellCommand.Result? {
    let environment = ProcessInfo.processInfo.environment
    return try? ShellCommand(
      "\(python) -B \(arguments)", in: directory,
      environment: [
        "PATH": environment["PATH"] ?? "", "LC_ALL": "C.UTF-8", "HOME": directory,
      ],
      secondsMax: 300
    ).run()
  }
}

@Suite(
  "Queries and DuckDB",
  .enabled(if: DuckDB.isThere, "skipped: there is no Python with duckdb (LAKE_TEST_PYTHON)"))
struct QueryDifferentialTests {
  /// Of files in landing, of published tables, and of files named in FROM.
  @Test(arguments: [1, 2])
  func generatedQueriesAreAnsweredAsByDuckDB(seed: Int) throws {
    let script = Repository.path("Tests/Interop/query_differential.py")
    let folder = try TemporaryDirectory()
    let result = try #require(
      DuckDB.run(
        "\(script) --lake \(Repository.lakeBinary) --count 300 --seed \(seed)", in: folder.path))
    #expect(result.exitCode == 0, "\(result.outputText)\(result.errorText)")
    #expect(result.outputText.contains("300 queries of seed \(seed), 0 answered differently"))
  }
}
