import Foundation
import LakeTestSupport
import Testing

/// The lint of this project, as tests.
@Suite("Tidy")
struct TidyTests {
  static let tree = Result { try SourceTree(root: Repository.root) }

  @Test(arguments: Rule.all)
  func theRepositoryKeepsThe(rule: Rule) throws {
    let findings = rule.findings(try Self.tree.get())
    let list = findings.map(\.description).joined(separator: "\n")
    #expect(findings.isEmpty, "\(rule.name)\n\(list)")
  }

  @Test(arguments: Rule.all)
  func badSamplesAreFoundAndGoodOnesAreNot(rule: Rule) {
    #expect(!rule.bad.isEmpty)
    for sample in rule.bad {
      #expect(!rule.findings(SourceTree(texts: sample)).isEmpty, "nothing found in \(sample)")
    }
    for sample in rule.good {
      #expect(rule.findings(SourceTree(texts: sample)) == [], "in \(sample)")
    }
  }

  @Test func theTreeIsTheWholeCheckout() throws {
    let tree = try Self.tree.get()
    #expect(tree.file("Package.swift") != nil)
    #expect(tree.exists("Sources/lake"))
    #expect(tree.swift(in: "Sources").count > 10)
    #expect(tree.files.allSatisfy { !$0.path.hasPrefix(".build/") })
  }

  @Test(.timeLimit(.minutes(3)))
  func theFormatterHasNothingToSay() throws {
    let result = try run("swift format lint --strict --recursive Sources Tests Package.swift")
    #expect(result.exitCode == 0, "\(result.errorText)")
  }

  @Test func scriptsParse() throws {
    for file in try Self.tree.get().files where file.isShellScript {
      let result = try run("bash -n '\(file.path)'")
      #expect(result.exitCode == 0, "\(file.path): \(result.errorText)")
    }
  }

  private func run(_ command: String) throws -> ShellCommand.Result {
    let environment = ProcessInfo.processInfo.environment
    return try ShellCommand(
      command, in: Repository.root, environment: environment, secondsMax: 170
    ).run()
  }
}
