import Foundation
import LakeCore
import LakeTestSupport
import Testing
import LakeCommand

@Suite("Program")
struct ProgramTests {
  @Test func versionIsOneLineInBothSpellings() {
    let option = CommandRun(["--version"])
    #expect(option.output.wholeMatch(of: /lake \d+\.\d+\.\d+\n/) != nil)
    #expect(CommandRun(["version"]).output == option.output)
    #expect(CommandRun(["version", "--json"]).output.contains("\"version\": \""))
    #expect(CommandRun(["--version", "--json"]).output.contains("\"version\": \""))
  }

  @Test func helpIsTheSameOnEveryRoad() {
    let help = CommandRun(["help", "generate", "stedi"]).output
    #expect(help.hasPrefix("OVERVIEW: "))
    #expect(CommandRun(["generate", "stedi", "-h"]).output == help)
    #expect(CommandRun(["generate", "stedi", "--scale", "2", "--help", "more"]).output == help)
  }

  @Test func generatedCountsArePrinted() throws {
    let directory = try TemporaryDirectory()
    let run = CommandRun(["generate", "stedi", "--scale", "0.01", directory.file("a")])
    #expect(run.code == .done)
    #expect(run.errors == "")
    #expect(run.output.contains("machine_learning_curated"))
    let json = CommandRun([
      "generate", "stedi", "--scale", "0.01", "--json", "--damage", "cut", directory.file("b"),
    ])
    let object = try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any]
    let landing = object?["landing"] as? [String: [String: Int]]
    #expect(landing?["customer"] == ["files": 4, "records": 10, "rejects": 4, "bytes": 3296])
    let expected = object?["expected"] as? [String: Int]
    #expect(expected?.count == 5)
    for (name, rows) in expected ?? [:] {
      let line = run.output.split(separator: "\n").first { $0.hasPrefix("\(name) ") }
      #expect(line?.hasSuffix(" \(rows)") == true)
    }
  }

  @Test func generateRefusesWithPlaceAndHint() throws {
    let directory = try TemporaryDirectory()
    try directory.write("mine", to: "note.txt")
    let run = CommandRun(["generate", "stedi", directory.path])
    #expect(run.code == .failed)
    #expect(run.output == "")
    #expect(
      run.errors == """
        error: the directory is not empty
         --> \(directory.path)
        help: Name another directory, or replace earlier data with --force.

        """)
  }

  @Test func strangersAreNotedUnlessQuiet() throws {
    let directory = try TemporaryDirectory()
    try directory.write("x", to: "customer/other.json")
    let words = ["generate", "stedi", "--scale", "0.01", "--force", directory.path]
    let run = CommandRun(words)
    #expect(run.errors.hasPrefix("note: \(directory.path)/customer holds 1 more file that is not"))
    #expect(CommandRun(words + ["--quiet"]).errors == "")
  }

  @Test func interruptionsEndTheWork() throws {
    let directory = try TemporaryDirectory()
    let interruption = Interruption()
    interruption.request(15)
    let run = CommandRun(
      ["generate", "stedi", directory.file("a")], interruption: interruption)
    #expect(run.code == .terminated)
    #expect(run.errors == "error: interrupted\n")
  }

  @Test func helpTakesItsColourAndWidthFromTheTerminal() {
    let traits = SinkTraits(isTerminal: true, width: 60, isColored: true)
    #expect(CommandRun(["--help"], traits: traits).output.contains("\u{1B}[1mUSAGE:\u{1B}[0m"))
    #expect(!CommandRun(["--help", "--color", "never"], traits: traits).output.isEmpty)
    let plain = CommandRun(["--color=never", "--help"], traits: traits)
    #expect(!plain.output.contains("\u{1B}["))
  }
}

/// The binary itself, as a shell sees it.
@Suite("Binary")
struct BinaryTests {
  @Test func runsInTheDirectoryOfItsOption() throws {
    let directory = try TemporaryDirectory()
    let run = try BinaryRun(
      shell: "lake -C '\(directory.path)' generate stedi --scale 0.01 here -q")
    #expect(run.status == 0)
    #expect(try directory.read("here/README.md").count > 1000)
  }

  @Test func isQuietWhenItsReaderGoesAway() throws {
    // The reader is gone before the first byte is written.
    let run = try BinaryRun(shell: "{ sleep 0.2; lake --help; echo $? >&2; } | true")
    #expect(run.errors == "141\n")
  }

  @Test(arguments: [("INT", 130), ("TERM", 143)])
  func cleansUpWhenItIsSignalled(signal: String, status: Int32) throws {
    let directory = try TemporaryDirectory()
    // The directories are made first; then a large population takes a while to be counted.
    let run = try BinaryRun(
      shell: """
        '\(Repository.lakeBinary)' generate stedi --scale 10000 data &
        for _ in $(seq 500); do [ -d data/step_trainer ] && break; sleep 0.01; done
        kill -\(signal) $!; wait $!
        """, in: directory.path)
    #expect(run.status == status)
    #expect(run.errors == "error: interrupted\n")
    #expect(try FileManager.default.contentsOfDirectory(atPath: directory.file("data")) == [])
  }

  /// Shells that are on this machine can at least read their scripts.
  @Test(arguments: [("zsh", "-n"), ("fish", "--no-execute"), ("bash", "-n")])
  func writesScriptsThatShellsCanRead(shell: String, option: String) throws {
    let run = try BinaryRun(
      shell: """
        command -v \(shell) >/dev/null || exit 0
        lake --generate-completion-script \(shell) | \(shell) \(option) /dev/stdin
        """)
    #expect(run.status == 0 && run.errors == "")
  }

  @Test(arguments: [
    ("lake gen", "generate"), ("lake generate stedi --sc", "--scale"),
    ("lake generate stedi --damage=c", "commas\ncut"), ("lake --color=", "auto\nalways\nnever"),
    ("lake --color a", "auto\nalways"),
    ("lake help --q", "--quiet"), ("lake -C /usr/shar", "/usr/share"),
  ])
  func completesInBash(line: String, offers: String) throws {
    let directory = try TemporaryDirectory()
    let run = try BinaryRun(
      shell: """
        command -v bash >/dev/null || exit 0
        lake --generate-completion-script bash > script
        bash -c '
          source ./script
          read -ra COMP_WORDS <<< "${0//=/ = }"
          COMP_CWORD=$(( ${#COMP_WORDS[@]} - 1 ))
          _lake
          printf "%s\\n" "${COMPREPLY[@]}"' '\(line)'
        """, in: directory.path)
    #expect(run.errors == "")
    #expect(run.output == offers + "\n")
  }
}
