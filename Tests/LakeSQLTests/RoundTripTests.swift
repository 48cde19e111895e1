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

/// Prints a tree, reads that, and compares; then once more, since what was printed is a fixed point.
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
