import Foundation
import LakeSamples
import Testing

/// What the command carries with it against what the repository shows.
@Suite("STEDI template")
struct StediTemplateTests {
  private static let repository = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  private static func names(in folder: String) throws -> [String] {
    let path = repository.appending(path: folder).path
    return try FileManager.default.contentsOfDirectory(atPath: path).sorted()
  }

  @Test(arguments: StediTemplate.files.map(\.path))
  func filesAreThoseOfTheRepository(path: String) throws {
    let text = try String(contentsOf: Self.repository.appending(path: path), encoding: .utf8)
    #expect(StediTemplate.files.first { $0.path == path }?.text == text)
  }

  @Test func leavesNoFileOfTheRepositoryOut() throws {
    let paths = StediTemplate.files.map(\.path)
    let definitions = try Self.names(in: "catalog").filter { $0.hasSuffix(".sql") }
    let jobs = try Self.names(in: "examples/stedi")
    #expect(
      paths.sorted()
        == definitions.map { "catalog/\($0)" } + jobs.map { "examples/stedi/\($0)" })
  }

  @Test(arguments: StediTable.allCases)
  func sampleIsThatOfTheRepository(table: StediTable) throws {
    let files = try StediFiles(StediTemplate.sample)
    let folder = "lake/landing/\(table.rawValue)"
    #expect(try files.names(of: table) == Self.names(in: folder))
    for (name, text) in zip(try files.names(of: table), try files.texts(of: table)) {
      let shipped = Self.repository.appending(path: "\(folder)/\(name)")
      #expect(try String(contentsOf: shipped, encoding: .utf8) == text)
    }
  }

  /// The walk tells a beginner what to expect: it must be what the generator promises, before and
  /// after the withdrawal that it shows.
  @Test func readmeHasTheCountsOfTheSample() throws {
    let files = try StediFiles(StediTemplate.sample)
    let truth = files.report.truth
    let readme = try #require(StediTemplate.files.first { $0.path.hasSuffix("README.md") }?.text)
    let rows = readme.matches(of: /\| (landing\.\w+) \| (\d+) \|/).map { Int($0.2) }
    #expect(rows == [truth.customers, truth.readings, truth.steps])
    let expected = readme.matches(of: /\| `(\w+)` \| (\d+) \|/)
    #expect(expected.map { String($0.1) } == truth.tables.map(\.name))
    #expect(expected.map { Int($0.2) } == truth.tables.map(\.rows))
    #expect(readme.contains("\(truth.joinedOnTimeAlone) rows instead of"))

    let person = "Kofi.Fujita@test.com"
    let record = try #require(
      try files.records(of: .customer).first { $0["email"] as? String == person })
    #expect(record["shareWithResearchAsOfDate"] != nil)
    let readings = try files.records(of: .accelerometer).count { $0["user"] as? String == person }
    let serial = try #require(record["serialNumber"] as? String)
    let steps = try files.records(of: .stepTrainer).count {
      $0["serialNumber"] as? String == serial
    }
    let changes = readme.matches(of: /\| (\w+\.\w+) \| (\d+) \| (\d+) \|/)
    #expect(changes.map { Int($0.2) } == truth.tables.map(\.rows))
    let losses = zip([1, readings, 1, steps, readings], truth.tables).map { $1.rows - $0 }
    #expect(changes.map { Int($0.3) } == losses)
    #expect(readme.contains("his \(readings) readings"))
    #expect(readme.contains("the \(steps) records of his device"))
  }
}
