import LakeCore
import LakeSQL
import Testing

@Suite struct SourceTextTests {
  @Test func aCaretStandsUnderThePlace() {
    let text = SourceText("SELECT a\nFROM größe x y\nWHERE b")
    #expect(text.excerpt(text.place(at: 0)) == "SELECT a\n^")
    // Each of the two letters takes two bytes and one place.
    #expect(text.excerpt(text.place(at: 24)) == "FROM größe x y\n             ^")
    #expect(text.excerpt(text.place(at: 32)) == "WHERE b\n      ^")
  }

  @Test func linesAndColumnsCountFromOne() {
    let text = SourceText("a\n\nbc", file: "x.sql")
    #expect(text.place(at: 0) == .init(path: "x.sql", byteOffset: 0, line: 1, column: 1))
    #expect(text.place(at: 2) == .init(path: "x.sql", byteOffset: 2, line: 2, column: 1))
    #expect(text.place(at: 4) == .init(path: "x.sql", byteOffset: 4, line: 3, column: 2))
    #expect(text.place(at: 99).column == 3)
  }

  @Test func aPlaceIsFoundByLineAndColumn() {
    let text = SourceText("a\nbcd")
    #expect(text.excerpt(.init(path: nil, line: 2, column: 3)) == "bcd\n  ^")
    #expect(text.excerpt(.init(path: nil, line: 3, column: 1)) == nil)
    #expect(text.excerpt(.init(path: nil, line: 1, column: 9)) == nil)
    #expect(text.excerpt(.init(path: nil, byteOffset: 7)) == nil)
  }

  @Test func longLinesAreCutAroundThePlace() throws {
    let text = SourceText(
      String(repeating: "a", count: 500) + "X" + String(repeating: "b", count: 500))
    let excerpt = try #require(text.excerpt(text.place(at: 500)))
    let lines = excerpt.split(separator: "\n").map { Array($0) }
    #expect(lines[0].count <= 100)
    #expect(lines[0][lines[1].count - 1] == "X")
    #expect(lines[0].first == "…" && lines[0].last == "…")
  }

  @Test func tabsStayAndControlCharactersDoNotReachATerminal() {
    let text = SourceText("\ta\u{1B}[31m x\r\n")
    #expect(text.excerpt(text.place(at: 8)) == "\ta\u{FFFD}[31m x\n\t       ^")
  }
}
