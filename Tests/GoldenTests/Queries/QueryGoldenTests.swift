import Foundation
import LakeTestSupport
import Testing

/// Every `Tests/Golden/queries/*.test`, and every ```` ```sql ```` block of the language's pages,
/// in every configuration.
@Suite("Golden queries")
struct QueryGoldenTests {
  static let folder = Repository.path("Tests/Golden/queries")

  static let files: [String] = {
    let all = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return all.filter { $0.hasSuffix(".test") }.sorted()
  }()

  static let pages = ["docs/sql.md", "docs/sql-examples.md"].filter {
    FileManager.default.fileExists(atPath: Repository.path($0))
  }

  @Test func thereAreManyQueries() throws {
    let counts = try Self.files.map { try file(at: "\(Self.folder)/\($0)").queryCount }
    #expect(counts.reduce(0, +) >= 800)
  }

  @Test(arguments: files, QueryConfiguration.wanted)
  func answersAsWritten(file name: String, in configuration: QueryConfiguration) throws {
    let path = "\(Self.folder)/\(name)"
    let expected = try file(at: path)
    let actual = try expected.answered(by: QueryRunner(configuration.fitting(name)))
    if GoldenTests.isRewriting {
      if configuration.isUsual, actual.lines != expected.lines { try write(actual.lines, to: path) }
      return
    }
    report(expected, actual, path, usesRules: configuration.usesRules)
  }

  @Test(arguments: pages, QueryConfiguration.wanted)
  func pagesSayWhatIsAnswered(page name: String, in configuration: QueryConfiguration) throws {
    let path = Repository.path(name)
    var page = QueryPage(try lines(of: path))
    let runner = try QueryRunner(configuration)
    for index in page.blocks.indices {
      let actual = try page.blocks[index].answered(by: runner)
      if !GoldenTests.isRewriting {
        report(page.blocks[index], actual, path, usesRules: configuration.usesRules)
      }
      page.blocks[index] = actual
    }
    if GoldenTests.isRewriting, configuration.isUsual { try write(page.lines, to: path) }
  }

  private func file(at path: String) throws -> QueryFile { QueryFile(try lines(of: path)) }

  private func lines(of path: String) throws -> [String] {
    var text = try String(contentsOfFile: path, encoding: .utf8)
    if text.hasSuffix("\n") { text.removeLast() }
    return text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  }

  private func write(_ lines: [String], to path: String) throws {
    try (lines.joined(separator: "\n") + "\n")
      .write(toFile: path, atomically: true, encoding: .utf8)
  }

  /// Records an issue at the line of each query whose answer is not as expected.
  /// Plans are those with all rules.
  private func report(
    _ expected: QueryFile, _ actual: QueryFile, _ path: String, usesRules: Bool
  ) {
    for case (.query(let old), .query(let new)) in zip(expected.parts, actual.parts)
    where old.answer != new.answer && (usesRules || !old.sql.hasPrefix("EXPLAIN")) {
      let difference = LineDifference.text(from: old.answer, to: new.answer)
      Issue.record(
        "\(old.sql)\n(- expected, + answered):\n\(difference)",
        sourceLocation: SourceLocation(
          fileID: "GoldenTests/\((path as NSString).lastPathComponent)", filePath: path,
          line: old.line, column: 1))
    }
  }
}
