import LakeSQL
import Testing

@Suite("Statements that arrive piece by piece")
struct FinishedStatementsTests {
  @Test func statementsEndAtSemicolonsOutsideOfQuotes() {
    let text = Array("SELECT ';' ; -- ;\n SELECT 2; SELECT".utf8)
    let (ranges, rest) = SQLParser.finishedStatements(of: text)
    #expect(ranges.map { String(decoding: text[$0], as: UTF8.self) } == ["SELECT ';'", "SELECT 2"])
    #expect(String(decoding: text[rest...], as: UTF8.self) == " SELECT")
  }

  @Test func anOpenQuoteWaitsForItsEnd() {
    let (ranges, rest) = SQLParser.finishedStatements(of: Array("SELECT 'a;b".utf8))
    #expect(ranges.isEmpty)
    #expect(rest == 0)
  }
}
