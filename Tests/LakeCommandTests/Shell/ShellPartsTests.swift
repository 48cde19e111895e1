import Foundation
import LakeCommand
import LakeTestSupport
import Lakehouse
import Testing

@Suite("Parts of the shell")
struct ShellPartsTests {
  @Test(arguments: [
    ("", "lake> "), ("  \n", "lake> "), ("SELECT 1;", "   -> "), ("SELECT", "   -> "),
    ("SELECT (1", "   (> "), ("SELECT (1)", "   -> "), ("SELECT 'a", "   '> "),
    ("SELECT \"a", "   \"> "), ("SELECT `a", "   `> "), ("/* a", "   *> "),
    ("SELECT '('", "   -> "), ("SELECT [1,", "   (> "),
  ])
  func promptsSayWhatIsOpen(before: String, prompt: String) {
    #expect(ShellPrompt.text(before: before) == prompt)
  }

  @Test func statementsAreTakenWithTheirPlaces() {
    var buffer = StatementBuffer()
    buffer.append(line: "SELECT 1; SELECT")
    #expect(buffer.takeFinished() == [.init(sql: "SELECT 1", line: 1, column: 0)])
    #expect(!buffer.isBlank)
    buffer.append(line: "2; -- a remark;")
    #expect(buffer.takeFinished() == [.init(sql: "SELECT\n2", line: 1, column: 10)])
    #expect(buffer.isBlank)
    buffer.append(line: "  SELECT ';'")
    #expect(buffer.takeFinished() == [])
    #expect(buffer.takeRest()?.sql.contains("SELECT ';'") == true)
    #expect(buffer.isBlank)
  }

  private static let names: KnownNames = {
    var names = KnownNames()
    names.tables = [
      .init(name: "landing.customer", columns: ["email", "birthDay"]),
      .init(name: "trusted.customer", columns: ["email", "phone"]),
      .init(name: "mine", columns: ["odd name"]),
    ]
    names.spaces = ["landing", "trusted", "curated"]
    names.functions = ["lower", "length"]
    return names
  }()

  @Test(
    arguments: [
      ("sel", "", 0, ["select"]), ("SEL", "", 0, ["SELECT"]),
      ("SELECT * FROM cu", "", 14, ["customer_landing", "customer_trusted", "curated."]),
      ("SELECT * FROM trusted.", "", 22, ["customer"]),
      ("SELECT pho", " FROM customer_trusted", 7, ["phone"]),
      ("SELECT c.", " FROM trusted.customer c", 9, ["email", "phone"]),
      ("SELECT le", " FROM mine", 7, ["length(", "leading", "left"]),
      ("SELECT odd", " FROM mine", 7, []),
      ("SELECT \"", " FROM mine", 7, ["\"odd name\""]),
      (".ti", "", 0, [".timer"]), (".timer o", "", 7, ["on", "off"]),
      (
        "\\d", "", 0,
        [
          "\\dt", "\\d", "\\dv", "\\df",
        ]
      ),
      (".describe m", "", 10, ["mine"]), (".mode nd", "", 6, ["ndjson"]),
    ] as [(String, String, Int, [String])])
  func whatCanFollowIsFound(before: String, after: String, start: Int, candidates: [String]) {
    let answer = Completer(before: before, all: before + after, names: Self.names).answer
    #expect(answer.candidates == candidates)
    #expect(candidates.isEmpty || answer.start == start)
  }

  @Test func filesAreCompletedInQuotes() throws {
    let directory = try TemporaryDirectory()
    _ = FileManager.default.createFile(atPath: directory.file("cities.json"), contents: nil)
    try FileManager.default.createDirectory(
      atPath: directory.file("country"), withIntermediateDirectories: false)
    let before = "SELECT * FROM '\(directory.path)/c"
    let answer = Completer(before: before, all: before, names: KnownNames()).answer
    #expect(answer.candidates == ["\(directory.path)/cities.json", "\(directory.path)/country/"])
    #expect(answer.start == 15)
  }

  @Test func historyFilesAreOnesOwn() throws {
    let directory = try TemporaryDirectory()
    let path = directory.file("a/b/history")
    let file = HistoryFile(path: path)
    #expect(file.load() == [])
    file.append("SELECT 1,\n'\\n';")
    file.append("second")
    #expect(file.load() == ["SELECT 1,\n'\\n';", "second"])
    let attributes = try FileManager.default.attributesOfItem(atPath: path)
    #expect(attributes[.posixPermissions] as? Int == 0o600)
    for index in 0..<4_100 { file.append("\(index)") }
    #expect(file.load().count == 2_000)
    #expect(file.load().first == "2100" && file.load().last == "4099")
  }

  @Test func historyIsWhereTheEnvironmentSays() {
    func path(_ variables: [String: String]) -> String? {
      HistoryFile(Environment(variables))?.path
    }
    #expect(path(["HOME": "/h"]) == "/h/.local/state/lake/history")
    #expect(path(["HOME": "/h", "XDG_STATE_HOME": "/s"]) == "/s/lake/history")
    #expect(path(["HOME": "/h", "LAKE_HISTORY": "/x"]) == "/x")
    #expect(path(["HOME": "/h", "LAKE_HISTORY": ""]) == nil)
    #expect(path([:]) == nil)
  }
}
