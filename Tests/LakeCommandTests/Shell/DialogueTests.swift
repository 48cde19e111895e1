import Foundation
import LakeTestSupport
import Testing

/// The real shell at a terminal.
@Suite("lake sql at a terminal", .serialized)
struct DialogueTests {
  private static func terminal(
    _ directory: TemporaryDirectory, term: String = "xterm"
  ) throws -> PseudoTerminal {
    try PseudoTerminal(
      "'\(Repository.lakeBinary)' sql --color never", in: directory.path,
      environment: [
        "TERM": term, "PATH": "/usr/bin:/bin", "XDG_STATE_HOME": directory.file("state"),
      ])
  }

  /// Billions of rows, of which none is kept.
  private static let endless = """
    SELECT count(*) FROM UNNEST(sequence(1, 9000)) a (x), UNNEST(sequence(1, 9000)) b (y), \
    UNNEST(sequence(1, 9000)) c (z) WHERE x * y * z = -1;
    """

  @Test func ctrlCEndsAQueryAndNotTheShell() throws {
    let directory = try TemporaryDirectory()
    let terminal = try Self.terminal(directory)
    #expect(terminal.waitFor("lake> "))
    terminal.type("CREATE TEMP TABLE t AS SELECT 4 + 2 AS six;\r")
    #expect(terminal.waitFor("is there, with 1 row."))
    terminal.clear()
    terminal.type(Self.endless + "\r")
    #expect(terminal.waitFor("= -1;"))
    usleep(300_000)
    terminal.clear()
    let start = Date()
    terminal.type("\u{3}")
    #expect(terminal.waitFor("note: interrupted\nlake> "), "\(terminal.seen)")
    #expect(Date().timeIntervalSince(start) < 10)
    // The session is what it was, and the next query begins afresh.
    terminal.clear()
    terminal.type("FROM t;\r")
    #expect(terminal.waitFor("│       6 │"), "\(terminal.seen)")
    #expect(terminal.waitForLast("lake> "), "\(terminal.seen)")
    terminal.type("\u{4}")
    #expect(terminal.waitForExit() == 0)
  }

  @Test func statementsAreEditedAndKept() throws {
    let directory = try TemporaryDirectory()
    do {
      let terminal = try Self.terminal(directory)
      #expect(terminal.waitFor("lake> "))
      terminal.type("SELECT (41\r")
      #expect(terminal.waitFor("   (> "))
      terminal.type("+ 1) AS answre\u{7F}\u{7F}er;\r")
      #expect(terminal.waitFor("│  answer │"))
      #expect(terminal.waitFor("│      42 │"), "\(terminal.seen)")
      terminal.type(" SELECT 'secret';\r")
      #expect(terminal.waitFor("│ secret  │"))
      terminal.type(".quit\r")
      #expect(terminal.waitForExit() == 0)
    }
    let file = directory.file("state/lake/history")
    #expect(
      try String(contentsOfFile: file, encoding: .utf8)
        == "SELECT (41\\n+ 1) AS answer;\n.quit\n")
    let attributes = try FileManager.default.attributesOfItem(atPath: file)
    #expect(attributes[.posixPermissions] as? Int == 0o600)

    // The next shell begins where this one ended.
    let terminal = try Self.terminal(directory)
    #expect(terminal.waitFor("lake> "))
    terminal.type("\u{1B}[A\u{1B}[A\r")
    #expect(terminal.waitFor("│      42 │"), "\(terminal.seen)")
    #expect(terminal.waitForLast("lake> "), "\(terminal.seen)")
    terminal.clear()
    terminal.type("\u{12}ANSW\r")
    #expect(terminal.waitFor("(search 'ANSW')"))
    #expect(terminal.waitFor("1 row"), "\(terminal.seen)")
    #expect(terminal.waitForLast("lake> "), "\(terminal.seen)")
    terminal.type("\u{4}")
    #expect(terminal.waitForExit() == 0)
  }

  @Test func tabCompletesAndErrorsLeaveTheShellRunning() throws {
    let directory = try TemporaryDirectory()
    try #"{"city": "Lund"}"#.write(
      toFile: directory.file("cities.json"), atomically: true, encoding: .utf8)
    let terminal = try Self.terminal(directory)
    #expect(terminal.waitFor("lake> "))
    terminal.type("SEL\t city FROM 'cit\t';\r")
    #expect(terminal.waitFor("│ Lund    │"), "\(terminal.seen)")
    terminal.clear()
    terminal.type("SELECT nothing;\r")
    #expect(terminal.waitFor("  |        ^\n"), "\(terminal.seen)")
    terminal.type(".tabels\r")
    #expect(terminal.waitFor("help: Did you mean '.tables'?"))
    terminal.type("exit\r")
    #expect(terminal.waitForExit() == 0)
  }

  @Test func aTerminalThatCannotBeDrawnOnIsEnough() throws {
    let directory = try TemporaryDirectory()
    let terminal = try Self.terminal(directory, term: "dumb")
    #expect(terminal.waitFor("lake> "))
    terminal.type("SELECT\n")
    #expect(terminal.waitFor("   -> "))
    terminal.type("\u{3}")
    #expect(terminal.waitFor("^C\nlake> "), "\(terminal.seen)")
    terminal.type("SELECT 5 + 5 AS ten;\n")
    #expect(terminal.waitFor("│      10 │"), "\(terminal.seen)")
    #expect(terminal.waitForLast("lake> "), "\(terminal.seen)")
    terminal.type("\u{4}")
    #expect(terminal.waitForExit() == 0)
  }

  @Test func theTerminalIsGivenBackAsItWas() throws {
    let directory = try TemporaryDirectory()
    let terminal = try PseudoTerminal(
      "sh -c \"'\(Repository.lakeBinary)' sql; echo code \\$?; stty -a | tr ' ' '\\n'\"",
      in: directory.path, environment: ["TERM": "xterm", "PATH": "/usr/bin:/bin"])
    #expect(terminal.waitFor("lake> "))
    terminal.type(".read nothing.sql\r")
    #expect(terminal.waitFor("nothing.sql\n"))
    #expect(terminal.waitForLast("lake> "), "\(terminal.seen)")
    terminal.type("\u{4}")
    #expect(terminal.waitFor("code 0\n"))
    #expect(terminal.waitFor("\nicanon\n") && terminal.waitFor("\necho\n"), "\(terminal.seen)")
    #expect(terminal.waitForExit() == 0)
  }
}
