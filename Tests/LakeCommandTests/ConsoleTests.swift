import Foundation
import LakeCore
import Testing
import LakeCommand

@Suite("Text on a terminal")
struct ConsoleTests {
  @Test(arguments: [
    ("abc", 3), ("", 0), ("é", 1), ("e\u{301}", 1), ("\u{301}", 0), ("日本", 4), ("한국", 4), ("👩‍👩‍👧", 2),
    ("❤️", 2), ("ｶ", 1), ("Ａ", 2), ("\u{200B}", 0), ("🇩🇪", 2), ("naïve", 5),
  ])
  func widthIsThatOfTheTerminal(text: String, width: Int) {
    #expect(DisplayWidth.of(text) == width)
  }

  @Test(arguments: [
    ("abcdef", 6, "abcdef"), ("abcdef", 5, "abcd…"), ("日本語", 5, "日本…"), ("日本語", 4, "日…"),
    ("abc", 1, "…"), ("abc", 0, ""),
  ])
  func textIsCutToAWidth(text: String, width: Int, cut: String) {
    #expect(DisplayWidth.cut(text, to: width) == cut)
    #expect(DisplayWidth.of(cut) <= width)
  }

  @Test(arguments: [
    ("plain", "plain"), ("a\nb", "a\\nb"), ("\u{1B}[31mred", "\\x1b[31mred"),
    ("\u{9B}2J", "\\x9b2J"), ("\u{202E}gpj.exe", "\\u{202e}gpj.exe"), ("tab\there", "tab\\there"),
    ("日本 é 👩‍👩‍👧", "日本 é 👩‍👩‍👧"), ("\u{7F}\0", "\\x7f\\x00"),
  ])
  func controlCharactersAreEscaped(text: String, escaped: String) {
    #expect(SafeText.escaped(text) == escaped)
  }

  @Test(arguments: [
    (0, "0 bytes"), (1, "1 byte"), (999, "999 bytes"), (1000, "1.00 kB"), (1_234, "1.23 kB"),
    (12_340, "12.3 kB"), (711_000_000, "711 MB"), (999_499, "999 kB"), (999_500, "1.00 MB"),
    (1_040_000_000, "1.04 GB"), (.max, "9.22 EB"),
  ])
  func sizesHaveThreeDigits(bytes: Int, text: String) {
    #expect(Quantity.bytes(bytes) == text)
  }

  @Test func numbersAreReadable() {
    #expect(Quantity.grouped(8_127_300) == "8,127,300")
    #expect(Quantity.grouped(-1000) == "-1,000")
    #expect(Quantity.grouped(999) == "999")
    #expect(Quantity.grouped(.min) == "-9,223,372,036,854,775,808")
    #expect(Quantity.count(12_500) == "12.5 k")
    #expect(Quantity.countRate(1_200_000, seconds: 0.5) == "2.40 M/s")
    #expect(Quantity.byteRate(1_000_000_000, seconds: 2) == "500 MB/s")
    #expect(Quantity.byteRate(5, seconds: 0) == "5.00 MB/s")
    #expect(Quantity.duration(seconds: 0.0404) == "40 ms")
    #expect(Quantity.duration(seconds: 12.44) == "12.4 s")
    #expect(Quantity.duration(seconds: 123) == "2 min 03 s")
    #expect(Quantity.fixed(-0.04, digits: 1) == "0.0")
    #expect(Quantity.fixed(-1.25, digits: 2) == "-1.25")
  }

  private static func table() -> TextTable {
    var table = TextTable([.text("name"), .number("rows"), .text("note")])
    table.append([.text("日本"), .number(1_234_567), .text("a\nb")])
    table.append([.text("plain"), .number(-5)])
    return table
  }

  @Test func tablesAreAlignedOffATerminal() {
    #expect(
      Self.table().rendered(for: SinkTraits(isTerminal: false, width: 10)) == """
        name      rows  note
        日本   1234567  a\\nb
        plain       -5

        """)
  }

  @Test func tablesAreBoxedOnATerminal() {
    #expect(
      Self.table().rendered(for: SinkTraits(isTerminal: true, width: 80)) == """
        ┌───────┬───────────┬──────┐
        │ name  │      rows │ note │
        ├───────┼───────────┼──────┤
        │ 日本  │ 1,234,567 │ a\\nb │
        │ plain │        -5 │      │
        └───────┴───────────┴──────┘

        """)
  }

  @Test func tablesAreCutOnlyOnATerminal() {
    var table = TextTable([.text("path"), .number("n")])
    table.append([.text(String(repeating: "abcdefghi/", count: 10)), .number(7)])
    #expect(
      table.rendered(for: SinkTraits(isTerminal: true, width: 20)) == """
        ┌──────────────┬───┐
        │ path         │ n │
        ├──────────────┼───┤
        │ abcdefghi/a… │ 7 │
        └──────────────┴───┘
        Columns are cut to fit the terminal; --json shows them whole.

        """)
    #expect(table.rendered(for: SinkTraits(isTerminal: false, width: 20)).contains("abcdefghi/  7"))
  }

  @Test(
    arguments: [
      ([:], true, .auto, true), ([:], false, .auto, false), (["NO_COLOR": "1"], true, .auto, false),
      (["NO_COLOR": ""], true, .auto, true), (["TERM": "dumb"], true, .auto, false),
      (["CLICOLOR_FORCE": "1"], false, .auto, true), (["CLICOLOR_FORCE": "0"], false, .auto, false),
      (["CLICOLOR_FORCE": "1", "NO_COLOR": "1"], true, .auto, false),
      (["NO_COLOR": "1"], false, .always, true), ([:], true, .never, false),
    ] as [([String: String], Bool, GlobalOptions.ColorChoice, Bool)])
  func colourFollowsTheHabits(
    variables: [String: String], isTerminal: Bool, choice: GlobalOptions.ColorChoice, isOn: Bool
  ) {
    let traits = SinkTraits(
      isTerminal: isTerminal, width: 80, color: choice, environment: Environment(variables))
    #expect(traits.isColored == isOn)
    #expect(Style(traits).bold("x") == (isOn ? "\u{1B}[1mx\u{1B}[0m" : "x"))
  }

  @Test func progressSaysHowFarAndHowFast() {
    #expect(
      ProgressLine.text(
        label: "Reading", rows: 1_500_000, bytes: 120_000_000, totalBytes: 480_000_000, seconds: 2)
        == "Reading · 25 % · 1,500,000 rows · 120 MB · 60.0 MB/s · 2.0 s")
    #expect(
      ProgressLine.text(label: "Reading", rows: 1, bytes: 0, totalBytes: nil, seconds: 0.5)
        == "Reading · 1 rows · 0 bytes · 0 bytes/s · 500 ms")
  }
}

@Suite("Errors and JSON")
struct ErrorReportTests {
  private static let plain = Style(SinkTraits(isTerminal: false))

  @Test func errorsSayWhatWhereAndWhatToDo() {
    let error = LakeError(
      .corruptData, "the gzip stream ends in the middle",
      at: .init(path: "a\u{1B}[0m.gz", line: 17, column: 5), hint: "Copy the file again.")
    let report = ErrorReport(error)
    #expect(
      report.text(Self.plain) == """
        error: the gzip stream ends in the middle
         --> a\\x1b[0m.gz:17:5
        help: Copy the file again.

        """)
    #expect(
      report.json.compact == """
        {"error":{"code":"corrupt_data","message":"the gzip stream ends in the middle",\
        "hint":"Copy the file again.","path":"a\\u001b[0m.gz","line":17,"column":5}}
        """)
  }

  @Test func errorsAreColouredOnlyWhenWanted() {
    let report = ErrorReport(LakeError(.io, "broken"))
    #expect(report.text(Style(SinkTraits(isTerminal: true, isColored: true))).contains("\u{1B}["))
    #expect(!report.text(Self.plain).contains("\u{1B}["))
  }

  @Test(
    arguments: [
      (.invalidInput, .failed), (.notFound, .notFound), (.alreadyExists, .failed),
      (.conflict, .conflict), (.cancelled, .interrupted), (.io, .failed), (.limitExceeded, .failed),
    ] as [(LakeError.Code, ExitCode)])
  func errorsBecomeExitCodes(code: LakeError.Code, exit: ExitCode) {
    #expect(ErrorReport(LakeError(code, "x")).exit == exit)
  }

  @Test func terminationHasItsOwnExitCode() {
    let error = LakeError(.cancelled, "interrupted")
    #expect(ErrorReport(error, interruptedBy: .terminated).exit == .terminated)
    #expect(ErrorReport(LakeError(.io, "x"), interruptedBy: .terminated).exit == .failed)
  }

  @Test func interruptionsAreFirstComeFirstServed() {
    let interruption = Interruption()
    #expect(!interruption.isRequested && interruption.exitCode == nil)
    interruption.request(15)
    interruption.request(2)
    #expect(interruption.isRequested && interruption.exitCode == .terminated)
  }

  @Test func jsonIsReadByOthers() throws {
    let text = "quote \" slash \\ line \n nul \0 bell \u{7} del \u{7F} emoji 👩‍👩‍👧 é"
    let value = JSONText.object([
      .init("text", .string(text)), .init("big", .unsigned(.max)), .init("nothing", .null),
      .init("list", .array([.integer(.min), .number(0.1), .number(.infinity), .boolean(true)])),
      .init("empty", .object([])), .init("none", .array([])),
    ])
    for written in [value.compact, value.pretty] {
      let object = try JSONSerialization.jsonObject(with: Data(written.utf8)) as? [String: Any]
      #expect(object?["text"] as? String == text)
      #expect(object?["big"] as? UInt64 == .max)
      #expect(object?["nothing"] is NSNull)
      #expect((object?["list"] as? [Any])?.count == 4)
    }
    #expect(!value.compact.contains("\n"))
  }
}
