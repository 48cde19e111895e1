import LakeCore
import LakeSQL
import LakeTestSupport
import Testing

@Suite struct RoundTripTests {
  @Test(arguments: Corpus.all)
  func whatIsPrintedIsReadAsTheSameTree(text: String) throws {
    try requireRoundTrip(try SQLParser.parseStatement(text))
  }
}

/// Prints a tree, reads that, and compares; and once more, since what was printed is a fixed point.
func requireRoundTrip(_ statement: Statement) throws {
  let printed = statement.sql
  let again: Statement
  do {
    again = try SQLParser.parseStatement(printed)
  } catch {
    Issue.record("\(error)\nin: \(printed)")
    return
  }
  #expect(again == statement, "\(printed)")
  #expect(again.sql == printed)
  #expect(!printed.split(separator: "\n").contains { $0.hasSuffix(" ") }, "\(printed)")
}

extension RoundTripTests {
  @Test(arguments: 0..<4 as Range<UInt64>)
  func randomTreesArePrintedSoThatTheyAreReadAlike(seed: UInt64) throws {
    var trees = RandomTrees(seed: seed)
    for _ in 0..<200 {
      let tree = trees.statement()
      let printed = tree.sql
      guard let again = parsed(printed, SQLParser.parseStatement(_:)) else { return }
      guard again == tree else {
        Issue.record("\(difference(printed, again.sql))")
        return
      }
    }
  }

  @Test(arguments: 0..<4 as Range<UInt64>)
  func randomExpressionsArePrintedSoThatTheyAreReadAlike(seed: UInt64) throws {
    var trees = RandomTrees(seed: seed)
    for _ in 0..<500 {
      let tree = trees.expression(4)
      let printed = tree.sql
      guard let again = parsed(printed, SQLParser.parseExpression(_:)) else { return }
      guard again == tree else {
        Issue.record("\(difference(printed, again.sql))")
        return
      }
    }
  }

  private func parsed<Tree>(
    _ text: String, _ parse: (String) throws(LakeError) -> Tree
  ) -> Tree? {
    do {
      return try parse(text)
    } catch {
      let excerpt = error.place.flatMap { SourceText(text).excerpt($0) } ?? ""
      Issue.record("\(error)\n\(excerpt)")
      return nil
    }
  }

  /// The first lines that differ.
  private func difference(_ a: String, _ b: String) -> String {
    let lines = (a.split(separator: "\n"), b.split(separator: "\n"))
    for (one, other) in zip(lines.0, lines.1) where one != other {
      return "\(one)\nis read as\n\(other)"
    }
    return "\(a)\nis read as something else that is printed alike"
  }
}

extension SQLParser {
  static func parseStatement(_ text: String) throws(LakeError) -> Statement {
    try parseStatement(text, file: nil)
  }

  static func parseExpression(_ text: String) throws(LakeError) -> Expression {
    try parseExpression(text, file: nil)
  }
}
