import LakeFormats
import LakeSamples
import Testing
import LakeCommand

@Suite("Argument parsing")
struct ArgumentParsingTests {
  static let mistakes: [(line: String, message: String, hint: String)] = [
    ("generat", "unknown command 'generat'", "Did you mean 'generate'?"),
    ("frobnicate", "unknown command 'frobnicate'", "See 'lake --help'."),
    ("--versoin", "unknown option '--versoin'", "Did you mean '--version'?"),
    ("generate", "missing a subcommand of 'lake generate'", "See 'lake generate --help'."),
    ("generate stdei x", "unknown command 'stdei'", "Did you mean 'stedi'?"),
    (
      "generate stedi", "missing expected argument 'DIR'", "See 'lake generate stedi --help'."
    ),
    (
      "generate stedi a b", "unexpected argument 'b'", "See 'lake generate stedi --help'."
    ),
    (
      "generate stedi --sead 1 a", "unknown option '--sead'", "Did you mean '--seed'?"
    ),
    (
      "generate stedi a --scale", "missing value for '--scale'",
      "A value that begins with two dashes is written '--scale=--value'."
    ),
    (
      "generate stedi a --scale --force", "missing value for '--scale'",
      "A value that begins with two dashes is written '--scale=--value'."
    ),
    (
      "generate stedi a --force=yes", "the option '--force' takes no value",
      "See 'lake generate stedi --help'."
    ),
    (
      "generate stedi a --scale big",
      "the value 'big' is invalid for '--scale': expected a number from 0.001 to 10000",
      "See 'lake generate stedi --help'."
    ),
    (
      "generate stedi a --scale nan",
      "the value 'nan' is invalid for '--scale': expected a number from 0.001 to 10000",
      "See 'lake generate stedi --help'."
    ),
    (
      "generate stedi a --files 0",
      "the value '0' is invalid for '--files': expected a whole number from 1 to 10,000",
      "See 'lake generate stedi --help'."
    ),
    (
      "generate stedi a --seed -1",
      "the value '-1' is invalid for '--seed': expected a whole number from 0 to 2^64 - 1",
      "See 'lake generate stedi --help'."
    ),
    (
      "generate stedi a --damage comas",
      "the value 'comas' is invalid for '--damage': expected commas, glued, cut or mixed",
      "See 'lake generate stedi --help'."
    ),
    (
      "generate stedi ''", "the value '' is invalid for 'DIR': expected a directory",
      "See 'lake generate stedi --help'."
    ),
    ("generate stedi -z a", "unknown option '-z'", "See 'lake generate stedi --help'."),
    (
      "--memory-limit lots version",
      "the value 'lots' is invalid for '--memory-limit': expected a size such as 512MB or 4GiB",
      "See 'lake version --help'."
    ),
    ("help generatr", "no help on 'generatr'", "Did you mean 'generate'?"),
    ("help exit-cods", "no help on 'exit-cods'", "Did you mean 'exit-codes'?"),
    (
      "--generate-completion-script tcsh",
      "the value 'tcsh' is invalid for '--generate-completion-script': expected bash, zsh or fish",
      "See 'lake --help'."
    ),
    ("version --version", "unknown option '--version'", "See 'lake version --help'."),
  ]

  @Test(arguments: mistakes)
  func mistakesAreExplained(line: String, message: String, hint: String) {
    let run = CommandRun(CommandRun.words(of: line))
    #expect(run.code == .usage)
    #expect(run.output == "")
    let lines = run.errors.split(separator: "\n").map(String.init)
    #expect(lines.count == 3)
    #expect(lines.first == "error: \(message)")
    #expect(lines.dropFirst().first?.hasPrefix("usage: lake") == true)
    #expect(lines.last == "help: \(hint)")
  }

  private func stedi(_ change: (inout GenerateStedi) -> Void) -> GenerateStedi {
    var options = GenerateStedi.declaration.initial
    options.directory = "d"
    change(&options)
    return options
  }

  @Test(arguments: [
    "d --scale 2.5", "--scale=2.5 d", "--scale 9 d --scale 2.5", "--scale=2.5 -- d",
    "-q --scale 2.5 d",
  ])
  func optionsStandAnywhere(line: String) {
    let parsed = CommandRun.parse(GenerateStedi.declaration, CommandRun.words(of: line))
    #expect(parsed.options == stedi { $0.samples.scale = 2.5 })
  }

  @Test func valuesMayLookLikeOptions() {
    let dashes = CommandRun.parse(GenerateStedi.declaration, ["--", "--force"])
    #expect(dashes.options?.directory == "--force")
    let null = CommandRun.parse(Convert.declaration, ["--null=--", "a", "b"])
    #expect(null.options?.null == "--")
    let single = CommandRun.parse(Convert.declaration, ["--null", "-", "-", "b"])
    #expect(single.options?.null == "-")
    #expect(single.options?.inputs == ["-"])
    let empty = CommandRun.parse(Convert.declaration, ["--null=", "a", "b=c"])
    #expect(empty.options?.null == "")
    #expect(empty.options?.output == "b=c")
    let number = CommandRun.parse(Inspect.declaration, ["-1", "-.5"])
    #expect(number.options?.files == ["-1", "-.5"])
  }

  @Test(arguments: [
    "-q -C dir --json --threads 3 x", "-qC dir --threads=3 x --json", "x -qCdir --json --threads 3",
  ])
  func globalOptionsStandAnywhere(line: String) throws {
    let words = CommandRun.words(of: line)
    let command = Command(Inspect.declaration) { _, _ in .done }
    let root = Command(name: "lake", summary: "", subcommands: [command])
    let request = try CommandLineParser.parse(["inspect"] + words, root: root)
    var expected = GlobalOptions()
    (expected.isQuiet, expected.directory, expected.wantsJSON) = (true, "dir", true)
    expected.threads = 3
    #expect(request.globals == expected)
  }

  @Test(
    arguments: [
      ("512MB", 512_000_000), ("4GiB", 4_294_967_296), ("1.5G", 1_500_000_000), ("65536", 65536),
      ("2 kib", 2048), ("0", nil), ("-1", nil), ("1e9", nil), ("9999999TB", nil), ("", nil),
      ("MB", nil), ("1..5", nil), (".", nil),
    ] as [(String, Int?)])
  func sizesAreRead(text: String, bytes: Int?) {
    #expect(ByteSize.parse(text) == bytes)
  }

  @Test func convertTakesItsOptions() {
    let line = """
      --from csv --to ndjson --schema 'a bigint, b varchar' --on-error null --rejects bad.ndjson \
      --max-rejects 1.5% --header no --delimiter tab --null NULL --force x y 'z *' out
      """
    var expected = Convert()
    expected.inputs = ["x", "y", "z *"]
    expected.output = "out"
    (expected.from, expected.to) = (.csv, .ndjson)
    expected.schema = "a bigint, b varchar"
    expected.errorPolicy = .null
    (expected.rejects, expected.rejectLimit) = ("bad.ndjson", .share(0.015))
    (expected.hasHeader, expected.delimiter) = (false, 9)
    (expected.null, expected.isForced) = ("NULL", true)
    let parsed = CommandRun.parse(Convert.declaration, CommandRun.words(of: line))
    #expect(parsed.options == expected)
  }

  @Test(arguments: [
    ("only", "missing expected argument 'OUT'"),
    ("", "missing expected argument 'IN'"),
    (
      "--from yaml a b",
      "the value 'yaml' is invalid for '--from': expected json, ndjson, csv, tsv, text or parquet"
    ),
    (
      "--delimiter ab a b",
      "the value 'ab' is invalid for '--delimiter': expected one ASCII character, or tab"
    ),
    (
      "--delimiter é a b",
      "the value 'é' is invalid for '--delimiter': expected one ASCII character, or tab"
    ),
    ("--header maybe a b", "the value 'maybe' is invalid for '--header': expected yes or no"),
    (
      "--max-rejects 101% a b",
      "the value '101%' is invalid for '--max-rejects': "
        + "expected a count such as 100, or a share such as 1%"
    ),
    (
      "--max-rejects -3 a b",
      "the value '-3' is invalid for '--max-rejects': "
        + "expected a count such as 100, or a share such as 1%"
    ),
    (
      "--on-error ignore a b",
      "the value 'ignore' is invalid for '--on-error': expected fail, reject or null"
    ),
  ])
  func convertRefuses(line: String, message: String) {
    let parsed = CommandRun.parse(Convert.declaration, CommandRun.words(of: line))
    #expect(parsed.options == nil)
    #expect(parsed.run.errors.hasPrefix("error: \(message)\n"))
    #expect(parsed.run.code == .usage)
  }

  @Test func usageErrorsAreJSONWhenAskedFor() {
    let run = CommandRun(["generate", "stedi", "--json", "--scale", "x", "d"])
    #expect(
      run.errors == """
        {"error":{"code":"usage","message":"the value 'x' is invalid for '--scale': expected a \
        number from 0.001 to 10000","hint":"See 'lake generate stedi --help'.","path":null,\
        "line":null,"column":null}}

        """)
  }
}
