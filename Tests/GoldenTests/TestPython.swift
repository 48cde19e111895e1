import Foundation
import LakeTestSupport
import Testing

/// A Python for scripts that bring other programs: `LAKE_TEST_PYTHON` names one with packages.
enum TestPython {
  private static let program =
    ProcessInfo.processInfo.environment["LAKE_TEST_PYTHON"] ?? "python3"

  /// Whether it runs a line to its end.
  static func succeeds(_ line: String) -> Bool {
    run("-c '\(line)'", in: "/")?.exitCode == 0
  }

  static func imports(_ packages: String) -> Bool { succeeds("import \(packages)") }

  /// Nil where there is none.
  static func run(_ arguments: String, in directory: String) -> ShellCommand.Result? {
    let environment = ProcessInfo.processInfo.environment
    return try? ShellCommand(
      "\(program) -B \(arguments)", in: directory,
      environment: [
        "PATH": environment["PATH"] ?? "", "LC_ALL": "C.UTF-8", "HOME": directory,
      ],
      secondsMax: 300
    ).run()
  }

  /// Runs a script that puts generated queries to the command and to another program.
  static func compareAnswers(_ script: String, seed: Int) throws {
    let folder = try TemporaryDirectory()
    let result = try #require(
      run(
        "\(Repository.path(script)) --lake \(Repository.lakeBinary) --count 300 --seed \(seed)",
        in: folder.path))
    #expect(result.exitCode == 0, "\(result.outputText)\(result.errorText)")
    #expect(result.outputText.contains("300 queries of seed \(seed), 0 answered differently"))
  }
}
