import Foundation
import LakeEngine
import LakeTestSupport
import Testing

/// `docs/sql-functions.md` is made of the tables that functions are resolved by.
@Suite("The page of functions")
struct FunctionPageTests {
  @Test func theDocumentSaysWhatThereIs() throws {
    let path = URL(filePath: Repository.root).appending(path: "docs/sql-functions.md")
    let made = FunctionPage.text
    if ProcessInfo.processInfo.environment["LAKE_REWRITE"] == "1" {
      try made.write(to: path, atomically: true, encoding: .utf8)
    }
    let written = try String(contentsOf: path, encoding: .utf8)
    #expect(
      made == written,
      "run LAKE_REWRITE=1 swift test --filter FunctionPageTests, and look at what has changed")
  }

  @Test func everyNameIsThereOnce() {
    var seen: Set<String> = []
    for page in ScalarFunctions.pages {
      for function in page.functions {
        for name in function.names { #expect(seen.insert(name).inserted, "\(name) is there twice") }
      }
    }
    for function in HigherOrderFunctions.catalogue {
      #expect(!seen.contains(function.name), "\(function.name) is there twice")
    }
    for aggregate in AggregateFunctions.catalogue {
      #expect(AggregateFunctions.isKnown(aggregate.name), "\(aggregate.name) is no aggregate")
      #expect(!seen.contains(aggregate.name), "\(aggregate.name) is there twice")
    }
  }

  @Test func everyFunctionSaysOneLine() {
    let all = ScalarFunctions.catalogue + AggregateFunctions.catalogue
    for function in all {
      #expect(!function.description.isEmpty && !function.description.hasSuffix("."))
      #expect(!function.description.contains("\n") && !function.signature.isEmpty)
    }
  }
}

enum FunctionPage {
  static var text: String {
    var lines = [
      "# Functions", "",
      "What can be called in SQL, by what it is about. `SHOW FUNCTIONS` prints the same in one",
      "list; names are matched in any case. A function of a null is null, unless its line says",
      "otherwise.",
      "How values are computed, and where it differs from Trino, is in",
      "[architecture/expressions.md](architecture/expressions.md); the syntax of patterns in",
      "[architecture/regex.md](architecture/regex.md).",
    ]
    for page in ScalarFunctions.pages {
      lines += section(
        page.title,
        page.functions.map { function in
          (function.signatures, function.description, Array(function.names.dropFirst()))
        })
    }
    lines += section("Functions with lambdas", grouped(HigherOrderFunctions.catalogue))
    lines += section("Conditions", grouped(Desugar.catalogue))
    lines += section("Aggregates", grouped(AggregateFunctions.catalogue))
    return lines.joined(separator: "\n") + "\n"
  }

  private static func grouped(
    _ all: [(name: String, signature: String, description: String)]
  ) -> [(signatures: [String], description: String, aliases: [String])] {
    var result: [(signatures: [String], description: String, aliases: [String])] = []
    for function in all {
      if let index = result.firstIndex(where: { $0.signatures.contains(function.signature) }) {
        result[index].aliases.append(function.name)
      } else {
        result.append(([function.signature], function.description, []))
      }
    }
    return result
  }

  private static func section(
    _ title: String,
    _ functions: [(signatures: [String], description: String, aliases: [String])]
  ) -> [String] {
    let rows = functions.map { function in
      let calls = function.signatures.map { "`\($0.replacing("|", with: "\\|"))`" }
      let names = function.aliases.map { "`\($0)`" }.joined(separator: ", ")
      return "| \(calls.joined(separator: "<br>")) | \(function.description) | \(names) |"
    }
    return ["", "## \(title)", "", "| call | what it gives | also called |", "|---|---|---|"] + rows
  }
}
