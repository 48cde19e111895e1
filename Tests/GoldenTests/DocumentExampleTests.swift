import Foundation
import LakeTestSupport
import Testing

/// Sessions that stand in `docs/*.md` between "```console" and "```", in the form of golden tests.
/// Those of one document run one after the other in one folder.
@Suite("Examples in documents")
struct DocumentExampleTests {
  private static let opening = "```console\n"
  private static let closing = "\n```\n"

  static let documents: [String] = {
    let folder = Repository.path("docs")
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.filter { $0.hasSuffix(".md") }.sorted().map { "\(folder)/\($0)" }.filter { path in
      (try? String(contentsOfFile: path, encoding: .utf8))?.contains(opening) ?? false
    }
  }()

  @Test func thereAreExamples() {
    #expect(!Self.documents.isEmpty)
  }

  @Test(arguments: documents)
  func showsWhatItIsSaidToShow(document path: String) throws {
    let text = try String(contentsOfFile: path, encoding: .utf8)
    let runner = try GoldenRunner()
    var parts = text.components(separatedBy: Self.opening)
    for index in parts.indices.dropFirst() {
      let end = try #require(parts[index].range(of: Self.closing))
      var file = try GoldenFile(parsing: String(parts[index][..<end.lowerBound]) + "\n")
      try run(&file, runner, path)
      parts[index] = String(file.text.dropLast()) + parts[index][end.lowerBound...]
    }
    if GoldenTests.isRewriting {
      let changed = parts.joined(separator: Self.opening)
      try changed.write(toFile: path, atomically: true, encoding: .utf8)
    }
  }

  private func run(_ file: inout GoldenFile, _ runner: GoldenRunner, _ path: String) throws {
    for (index, part) in file.parts.enumerated() {
      switch part {
      case .remark: continue
      case .file(let name, let content, _): try runner.write(content, to: name)
      case .command(var command):
        let actual = try runner.run(command.text)
        if !GoldenTests.isRewriting {
          #expect(
            actual.output == command.expected.output && actual.error == command.expected.error
              && actual.exitCode == command.expected.exitCode,
            "\(path): $ \(command.text)\n\(shown(actual.output))\(shown(actual.error))")
        }
        command.expected = actual
        file.parts[index] = .command(command)
      }
    }
  }

  private func shown(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}
