import Foundation
import LakeTestSupport
import Testing

/// Every `Tests/Golden/<topic>/*.test`, run on the real command; but `queries/`, which
/// `QueryGoldenTests` runs.
@Suite("Golden text tests")
struct GoldenTests {
  static let folder = Repository.path("Tests/Golden")
  static let isRewriting = ProcessInfo.processInfo.environment["LAKE_REWRITE_GOLDEN"] == "1"

  /// Paths below the folder, sorted.
  static let files: [String] = {
    let all = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
    return all.filter { $0.hasSuffix(".test") && !$0.hasPrefix("queries/") }.sorted()
  }()

  @Test func thereAreFilesAndACommand() {
    #expect(!Self.files.isEmpty)
    #expect(FileManager.default.isExecutableFile(atPath: Repository.lakeBinary))
  }

  @Test(arguments: files)
  func showsWhatItIsSaidToShow(file name: String) throws {
    let path = "\(Self.folder)/\(name)"
    let text = try String(contentsOfFile: path, encoding: .utf8)
    var file = try GoldenFile(parsing: text)
    if let reason = file.conditions.compactMap(\.reasonToSkip).first {
      try skip(reason)
      return
    }
    let runner = try GoldenRunner()
    for (index, part) in file.parts.enumerated() {
      switch part {
      case .remark: continue
      case .file(let name, let content, _): try runner.write(content, to: name)
      case .command(var command):
        let actual = try runner.run(command.text)
        if !Self.isRewriting { report(command, actual, in: path) }
        command.expected = actual
        file.parts[index] = .command(command)
      }
    }
    if Self.isRewriting, file.text != text {
      try file.text.write(toFile: path, atomically: true, encoding: .utf8)
    }
  }

  private func skip(_ reason: String) throws {
    #if compiler(>=6.3)
      try Test.cancel("\(reason)")
    #endif
  }

  /// Records an issue at the command's line for each thing that is not as expected.
  private func report(
    _ command: GoldenFile.Command, _ actual: GoldenFile.Expectation, in path: String
  ) {
    let place = SourceLocation(
      fileID: "GoldenTests/\((path as NSString).lastPathComponent)", filePath: path,
      line: command.line, column: 1)
    let expected = command.expected
    if actual.output != expected.output {
      record("standard output", expected.output, actual.output, command, place)
    }
    if actual.error != expected.error {
      record("standard error", expected.error, actual.error, command, place)
    }
    if actual.exitCode != expected.exitCode {
      Issue.record(
        "$ \(command.text)\nexit code \(actual.exitCode), not \(expected.exitCode)",
        sourceLocation: place)
    }
  }

  private func record(
    _ what: String, _ expected: [UInt8], _ actual: [UInt8], _ command: GoldenFile.Command,
    _ place: SourceLocation
  ) {
    let difference = LineDifference.text(
      from: GoldenLine.encode(expected, isDirective: GoldenFile.isDirective),
      to: GoldenLine.encode(actual, isDirective: GoldenFile.isDirective))
    Issue.record(
      "$ \(command.text)\n\(what) (- expected, + seen):\n\(difference)", sourceLocation: place)
  }
}

extension GoldenFile.Condition {
  /// Nil where the file is to be run.
  var reasonToSkip: String? {
    let holds =
      switch self {
      case .withoutCodecs: !Repository.hasOptionalCodecs
      case .withCodecs: Repository.hasOptionalCodecs
      case .asRoot: geteuid() == 0
      }
    return holds ? rawValue : nil
  }
}
