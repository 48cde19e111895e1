import Foundation
import LakeTestSupport
import Lakehouse
import Testing

/// `docs/catalog-tables.md` ends with what each table that describes the workspace has.
@Suite("The page of catalog tables")
struct SystemTablePageTests {
  private static let start = "## The tables\n"

  @Test func theDocumentSaysWhatThereIs() throws {
    let path = URL(filePath: Repository.root).appending(path: "docs/catalog-tables.md")
    var written = try String(contentsOf: path, encoding: .utf8)
    let range = try #require(written.range(of: Self.start))
    if ProcessInfo.processInfo.environment["LAKE_REWRITE"] == "1" {
      written.replaceSubrange(range.lowerBound..., with: made)
      try written.write(to: path, atomically: true, encoding: .utf8)
    }
    #expect(
      written.hasSuffix(made),
      "run LAKE_REWRITE=1 swift test --filter SystemTablePageTests, and look at what has changed")
  }

  @Test func everythingIsDescribed() {
    for table in SystemTableCatalogue.all {
      #expect(!table.summary.isEmpty && !table.summary.hasSuffix("."))
      let names = table.columns.map(\.name)
      #expect(Set(names).count == names.count, "\(table.name) has a column twice")
      for column in table.columns {
        #expect(
          !column.comment.isEmpty && !column.comment.hasSuffix("."),
          "\(table.name).\(column.name)")
      }
    }
  }

  private var made: String {
    var lines = [Self.start]
    for table in SystemTableCatalogue.all {
      lines += ["### `\(table.name)`", "", table.summary + ".", ""]
      lines += ["| column | type | |", "|---|---|---|"]
      lines += table.columns.map { "| `\($0.name)` | `\($0.type)` | \($0.comment) |" }
      lines.append("")
    }
    return lines.joined(separator: "\n")
  }
}
