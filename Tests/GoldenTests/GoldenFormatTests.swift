import LakeTestSupport
import Testing

/// The format of golden files itself.
@Suite("Golden file format")
struct GoldenFormatTests {
  static let sample = #"""
    # Shows two commands.
    [skip-if codecs=none]

    file in/data.json
    {"a": 1}

    \----
    \x\x00\xFF\c
    ----

    $ lake convert in/data.json - |
    > cat
    a

    1
    \$ not a command
    stderr:
    warning: <dir>
    exit: 3

    # A remark.
    $ true
    """#.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\n") + "\n"

  @Test func readsFilesCommandsAndConditions() throws {
    let file = try GoldenFile(parsing: Self.sample)
    #expect(file.conditions == [.withoutCodecs])
    guard case .file(let name, let content, _) = file.parts[1] else {
      Issue.record("no file")
      return
    }
    #expect(name == "in/data.json")
    #expect(content == Array("{\"a\": 1}\n\n----\nx".utf8) + [0, 0xFF])
    guard case .command(let command) = file.parts[3] else {
      Issue.record("no command")
      return
    }
    #expect(command.text == "lake convert in/data.json - |\ncat")
    #expect(command.line == 11)
    let expected = GoldenFile.Expectation(
      output: Array("a\n\n1\n$ not a command\n".utf8), error: Array("warning: <dir>\n".utf8),
      exitCode: 3)
    #expect(command.expected == expected)
  }

  @Test func writesWhatItRead() throws {
    #expect(try GoldenFile(parsing: Self.sample).text == Self.sample)
  }

  static let outputs: [String] = [
    "", "a\n", "a", "\n", "\n\n", "a\n\n", "a\n\nb\n", "$ x\n", "# x\n", "exit: 1\n", "stderr:\n",
    "\\\n", "\\x41\n", "tab\there\n", "trailing \n", "\r\n", "\u{1B}[1m\n", "é\n", "file x\n",
    "> x\n",
  ]

  @Test(arguments: outputs)
  func everyOutputSurvivesRewriting(output: String) throws {
    var file = try GoldenFile(parsing: "$ x\n\n$ y\n")
    guard case .command(var command) = file.parts[0] else {
      Issue.record("no command")
      return
    }
    command.expected = .init(output: Array(output.utf8), error: [0xFF] + output.utf8, exitCode: 0)
    file.parts[0] = .command(command)
    let again = try GoldenFile(parsing: file.text)
    #expect(again.parts.first == file.parts.first)
    #expect(again.parts.count == 2)
  }

  static let broken = [
    ("output without a command\n", "line 1: 'output without a command' is no directive"),
    ("file a\nx\n$ y\n", "line 1: the content of a does not end"),
    ("file ../a\n----\n$ y\n", "line 1: a file's name stays below"),
    ("file /a\n----\n$ y\n", "line 1: a file's name stays below"),
    ("[skip-if moon=full]\n$ y\n", "line 1: '[skip-if moon=full]' is none of"),
    ("$ y\n\\\\q\n", "line 2: '\\\\q' has an unknown escape"),
    ("$ y\n\\\\x4\n", "line 2: '\\\\x4' has an unknown escape"),
    ("$ y\nexit: one\n", "line 2: 'exit: one' has no number"),
    ("# nothing\n", "line 1: the file has no command"),
  ]

  @Test(arguments: broken)
  func brokenFilesAreRefusedByLine(text: String, message: String) throws {
    let error = #expect(throws: GoldenFile.FormatError.self) { try GoldenFile(parsing: text) }
    #expect(error?.description.hasPrefix(message) == true, "\(error?.description ?? "")")
  }

  @Test func differencesShowWhatChangedAndLittleElse() {
    let old = ["1", "2", "3", "4", "5", "6", "7"]
    #expect(
      LineDifference.text(from: old, to: ["1", "2", "3", "4", "5", "6", "x"])
        == "…\n 4\n 5\n 6\n-7\n+x")
    #expect(LineDifference.text(from: [], to: ["a"]) == "+a")
  }

  @Test func commandsSeeTheirFolderAndMessagesLoseTheirTimes() throws {
    let runner = try GoldenRunner()
    try runner.write(Array("hello".utf8), to: "sub/in.txt")
    let seen = try runner.run("cat sub/in.txt; pwd; echo took 1.25 s, 3 ms at 12 MB/s >&2; exit 7")
    #expect(String(decoding: seen.output, as: UTF8.self) == "hello<dir>\n")
    #expect(String(decoding: seen.error, as: UTF8.self) == "took <time>, <time> at <rate>\n")
    #expect(seen.exitCode == 7)
  }

  @Test func commandsThatHangAreKilledWithTheirPipeline() throws {
    let folder = try TemporaryDirectory()
    let command = ShellCommand(
      "echo before; sleep 100 | cat", in: folder.path, environment: ["PATH": "/usr/bin:/bin"],
      secondsMax: 0.2)
    let result = try command.run()
    #expect(result.timedOut)
    #expect(result.exitCode == 128 + 9)
    #expect(result.outputText == "before\n")
  }
}
