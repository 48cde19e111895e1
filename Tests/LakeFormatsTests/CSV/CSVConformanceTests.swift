import Foundation
import LakeCore
import LakeFormats
import LakeTestSupport
import Testing

/// Each file of the corpus, read as text, is the JSON of the same name.
@Suite("CSV conformance")
struct CSVConformanceTests {
  private static let folder = Repository.path("../shared/data/csv")

  private static var names: [String] {
    let files = (try? FileManager.default.contentsOfDirectory(atPath: "\(folder)/csvs")) ?? []
    return files.filter { $0.hasSuffix(".csv") }.map { String($0.dropLast(4)) }.sorted()
  }

  @Test(
    .enabled(if: !names.isEmpty, "skipped: ../shared/data/csv is not there"),
    arguments: names)
  func fileEqualsItsJSON(_ name: String) throws {
    let folder = CSVConformanceTests.folder
    let source = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/csvs/\(name).csv"))
    let json = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/expected/\(name).json"))
    let expected = try #require(
      try JSONSerialization.jsonObject(with: json) as? [[String: String]])
    let names = try CSVHarness().infer(String(decoding: source, as: UTF8.self)).fields.map(\.name)
    let outcome = try CSVHarness().read(
      [Array(source)], schema: Schema(names.map { Field($0, .varchar) }))
    #expect(outcome.rejects.isEmpty)
    let records = outcome.texts.map { row in
      Dictionary(uniqueKeysWithValues: zip(names, row.map { $0 ?? "" }))
    }
    #expect(records == expected)
  }
}
