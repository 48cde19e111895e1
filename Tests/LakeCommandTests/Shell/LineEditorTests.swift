import LakeCommand
import Testing

@Suite("Line editor")
struct LineEditorTests {
  /// Types keys at an editor, one piece after the other, and gives what came of it.
  private static func outcomes(
    _ keys: [String], history: [String] = [], isWhole: @escaping (String) -> Bool = { _ in true }
  ) throws -> [LineEditor.Outcome] {
    var pieces = keys.map { Array($0.utf8) }[...]
    let editor = LineEditor(
      EditorTerminal(
        read: { pieces.popFirst() ?? [] }, write: { _ in }, size: { (40, 10) }),
      style: Style(SinkTraits(isTerminal: false)), history: LineHistory(history),
      behaviour: LineEditor.Behaviour(
        prompt: { _ in "> " }, isWhole: isWhole,
        complete: { before, _ in (0, ["apple", "apricot"].filter { $0.hasPrefix(before) }) }))
    var outcomes: [LineEditor.Outcome] = []
    while true {
      let outcome = try editor.read()
      if outcome == .end { return outcomes }
      outcomes.append(outcome)
    }
  }

  @Test(arguments: [
    (["abc\r"], "abc"), (["ac", "\u{1B}[D", "b\r"], "abc"), (["abc", "\u{1}", "x\r"], "xabc"),
    (["abc", "\u{1B}[H", "\u{1B}[3~", "\r"], "bc"), (["abx", "\u{7F}", "c\r"], "abc"),
    (["one two", "\u{17}", "2\r"], "one 2"), (["one two", "\u{15}", "x\r"], "x"),
    (["one two", "\u{1B}b", "\u{B}", "\u{1}", "\u{19}", "\r"], "twoone "),
    (["one two", "\u{1B}[1;5D", "x\r"], "one xtwo"), (["ab", "\u{14}", "\r"], "ba"),
    (["å日", "\u{1B}[D", "\u{7F}", "e\u{301}", "\r"], "é日"),
    (["\u{1B}[200~a\rb\t\u{1B}[201~", "\r"], "a\nb\t"), (["one\u{1B}d", "\u{1B}\u{7F}", "\r"], ""),
    (["a", "\u{1B}OH", "b", "\u{1B}[F", "c\r"], "bac"), (["x", "\u{1B}[99;99Z", "\r"], "x"),
    (["app", "\t", "\r"], "apple"), (["ap", "\t", "r", "\t", "\r"], "apricot"),
  ])
  func keysDoWhatTheyDoElsewhere(keys: [String], text: String) throws {
    #expect(try Self.outcomes(keys) == [.entered(text)])
  }

  @Test func ctrlCGivesUpALineAndCtrlDTheDialogue() throws {
    #expect(
      try Self.outcomes(["abc", "\u{3}", "x\r", "\u{4}", "y\r"]) == [
        .interrupted, .entered("x"),
      ])
  }

  @Test func arrowsGoThroughHistoryAndBackToWhatWasTyped() throws {
    let old = ["first", "second"]
    #expect(
      try Self.outcomes(["new", "\u{1B}[A", "\u{1B}[A", "\r"], history: old) == [.entered("first")])
    #expect(
      try Self.outcomes(["new", "\u{1B}[A", "\u{1B}[B", "\r"], history: old) == [.entered("new")])
  }

  @Test func searchFindsWhatWasEnteredBefore() throws {
    let old = ["select one", "select two", "show"]
    #expect(try Self.outcomes(["\u{12}", "SEL", "\r"], history: old) == [.entered("select two")])
    #expect(
      try Self.outcomes(["\u{12}", "sel", "\u{12}", "\r"], history: old)
        == [.entered("select one")])
    #expect(
      try Self.outcomes(["abc", "\u{12}", "sel", "\u{7}", "\r"], history: old) == [
        .entered("abc")
      ])
  }

  @Test func linesOfAStatementAreEditedTogether() throws {
    let keys = ["one\r", "three;", "\u{1B}[A", "\u{5}", "\r", "two", "\u{1B}[B", "\r"]
    let isWhole = { (text: String) in text.hasSuffix(";") && text.contains("two") }
    #expect(try Self.outcomes(keys, isWhole: isWhole) == [.entered("one\ntwo\nthree;")])
  }

  @Test func historyKeepsWhatIsWorthIt() {
    var history = LineHistory()
    for entry in ["a", "a", " b", "", "  ", "c"] { _ = history.add(entry) }
    #expect(history.entries == ["a", "c"])
  }

  /// Plays a terminal of so many columns far enough to see what stands on it.
  @Test func longLinesAreBrokenAndDrawnAnew() throws {
    var written = ""
    var pieces = ["abcdefghijklmnopqrst", "\u{1}", "\r"].map { Array($0.utf8) }[...]
    let editor = LineEditor(
      EditorTerminal(
        read: { pieces.popFirst() ?? [] }, write: { written += $0 }, size: { (12, 10) }),
      style: Style(SinkTraits(isTerminal: false)), history: LineHistory(),
      behaviour: LineEditor.Behaviour(
        prompt: { _ in "> " }, isWhole: { _ in true }, complete: { _, _ in (0, []) }))
    #expect(try editor.read() == .entered("abcdefghijklmnopqrst"))
    #expect(written.contains("> abcdefghi\r\njklmnopqrst\r"))
    // From the second line the cursor goes up to the first column behind the prompt.
    #expect(written.contains("jklmnopqrst\u{1B}[1A\r\u{1B}[2C"))
  }
}
