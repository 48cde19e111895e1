import LakeCommand
import LakeTestSupport
import Testing

@Suite("Tables of results on a terminal")
struct ResultTableTests {
  private static func shown(_ sql: String, width: Int, _ options: String...) -> CommandRun {
    CommandRun(
      ["query", sql] + options, traits: SinkTraits(isTerminal: true, width: width))
  }

  @Test func typesStandUnderNamesAndNullsAreSeen() {
    let run = Self.shown(
      "VALUES (1, 'ü日本', ARRAY['a']), (NULL, NULL, ARRAY[]), (-20, 'a\tb', NULL)", width: 80)
    #expect(
      run.output == """
        ┌─────────┬─────────┬────────────────┐
        │   _col0 │ _col1   │ _col2          │
        │ integer │ varchar │ array(varchar) │
        ├─────────┼─────────┼────────────────┤
        │       1 │ ü日本   │ ["a"]          │
        │    NULL │ NULL    │ []             │
        │     -20 │ a\\tb    │ NULL           │
        └─────────┴─────────┴────────────────┘

        """)
    #expect(run.errors.hasPrefix("3 rows · "))
  }

  @Test func longResultsShowBothEnds() {
    let run = Self.shown("SELECT n FROM UNNEST(sequence(1, 5000)) t (n)", width: 80)
    let lines = run.output.split(separator: "\n")
    #expect(lines.count == 4 + 20 + 1 + 20 + 1)
    #expect(lines[23] == "│     20 │")
    #expect(lines[24] == "│      ⋮ │")
    #expect(lines[25] == "│   4981 │")
    #expect(run.errors.hasPrefix("40 of 5,000 rows shown; --all shows them all · "))
    let whole = Self.shown("SELECT n FROM UNNEST(sequence(1, 5000)) t (n)", width: 80, "--all")
    #expect(whole.output.split(separator: "\n").count == 5005)
    let fitting = Self.shown("SELECT n FROM UNNEST(sequence(1, 40)) t (n)", width: 80)
    #expect(!fitting.output.contains("⋮"))
  }

  @Test func columnsInTheMiddleAreLeftOut() {
    let run = Self.shown(
      "SELECT 1000000 AS a_long_title, 'text' AS b, 3333333 AS c, 4444444 AS d, 'last' AS e",
      width: 44)
    #expect(
      run.output == """
        ┌─────────┬────────┬───┬─────────┬─────────┐
        │ a_long… │ b      │ … │       d │ e       │
        │ integer │ varch… │ … │ integer │ varchar │
        ├─────────┼────────┼───┼─────────┼─────────┤
        │ 1000000 │ text   │ … │ 4444444 │ last    │
        └─────────┴────────┴───┴─────────┴─────────┘
        4 of 5 columns fit the terminal; --format line shows them whole.

        """)
  }

  @Test func nothingIsCutInAPipe() {
    let run = CommandRun([
      "query", "SELECT repeat('x', 300) AS a, n FROM UNNEST(sequence(1, 100)) t (n)",
    ])
    #expect(run.output.split(separator: "\n").count == 101)
    #expect(!run.output.contains("…"))
  }

  @Test func timesAreToldByTheirParts() {
    let run = Self.shown("SELECT 1; SHOW FUNCTIONS LIKE 'nothing'", width: 80, "--timer")
    let lines = run.errors.split(separator: "\n")
    #expect(lines.count == 2)
    #expect(lines.allSatisfy { $0.hasPrefix("time: ") && $0.contains(" · parse ") })
    #expect(lines.first?.hasSuffix(" · 1 row") == true)
  }
}
