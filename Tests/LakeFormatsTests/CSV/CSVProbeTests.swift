import LakeCore
import LakeFormats
import LakeTestSupport
import Testing

@Suite("CSV probing")
struct CSVProbeTests {
  private func delimiter(_ text: String) throws -> Character {
    Character(Unicode.Scalar(try CSVFileFormat.probe(text).dialect.delimiter))
  }

  @Test
  func delimiterIsTheOneByWhichRecordsAgree() throws {
    #expect(try delimiter("a,b\n1,2\n") == ",")
    #expect(try delimiter("a\tb\n1\t2\n") == "\t")
    #expect(try delimiter("a;b\n1,5;2,5\n3,0;4,25\n") == ";")
    #expect(try delimiter("a|b|c\n1|2|3\n") == "|")
    #expect(try delimiter("\"x;y\",b\n\"1;2\",3\n\"4;5;6\",7\n") == ",")
    #expect(try delimiter("name\nAnna\nBob\n") == ",")
    #expect(try delimiter("a;b;c\n1,2;3,4;5,6\n1,2;3,4;5,6\n") == ";")
  }

  @Test
  func headerHoldsTextAlone() throws {
    func hasHeader(_ text: String) throws -> Bool {
      try CSVFileFormat.probe(text).dialect.hasHeader
    }
    #expect(try hasHeader("a,b\n1,2\n"))
    #expect(try hasHeader("a,b\nx,y\n"))
    #expect(try hasHeader("a,,c\n1,2,3\n"))
    #expect(try hasHeader("a,b"))
    #expect(try !hasHeader("1,b\n2,c\n"))
    #expect(try !hasHeader("a,2024-02-29\nb,2024-03-01\n"))
    #expect(try !hasHeader("a,true\nb,false\n"))
    #expect(try !hasHeader(",\na,b\n"))
  }

  @Test
  func optionsAreTakenAsSaid() throws {
    let format = try CSVFileFormat.probe(
      "a,b;c\n1,2;3\n", options: CSVReadOptions(delimiter: UInt8(ascii: ";"), hasHeader: false))
    #expect(format.dialect.delimiter == UInt8(ascii: ";"))
    #expect(!format.dialect.hasHeader)
    #expect(format.names == ["column1", "column2"])
    let quoted = try CSVHarness(
      options: CSVReadOptions(delimiter: UInt8(ascii: ","), quote: UInt8(ascii: "'"))
    ).read("a,b\n'x,y',\"\n", schema: textColumns("a", "b"))
    #expect(quoted.texts == [["x,y", "\""]])
  }

  @Test
  func namesAreMadeUniqueAndWhatWasChangedIsTold() throws {
    let format = try CSVFileFormat.probe("a,,A, b ,a,a_2\n1,2,3,4,5,6\n")
    #expect(format.names == ["a", "column2", "A_2", "b", "a_3", "a_2_2"])
    #expect(
      format.renamings == [
        CSVColumnRenaming(position: 2, from: "", to: "column2"),
        CSVColumnRenaming(position: 3, from: "A", to: "A_2"),
        CSVColumnRenaming(position: 4, from: " b ", to: "b"),
        CSVColumnRenaming(position: 5, from: "a", to: "a_3"),
        CSVColumnRenaming(position: 6, from: "a_2", to: "a_2_2"),
      ])
  }

  @Test
  func quotedNamesAreUnquoted() throws {
    let format = try CSVFileFormat.probe("\"a,b\",\"c \"\"d\"\"\",\"e\nf\"\n1,2,3\n")
    #expect(format.names == ["a,b", "c \"d\"", "e\nf"])
  }

  @Test
  func formatIsToldByTheContentAlone() throws {
    var harness = CSVHarness()
    harness.format = nil
    for text in ["a,b\n1,2\n", "just a line\n"] {
      let (files, _) = try harness.open([Array(text.utf8)])
      #expect(files.first?.format.name == "CSV")
    }
    let (files, _) = try harness.open([Array("{\"a\": 1}\n".utf8)])
    #expect(files.first?.format.name == "JSON")
    #expect(throws: LakeError.self) { try harness.open([[0, 1, 2, 3, 0, 0, 7, 7]]) }
  }

  @Test
  func wholeLineIsAColumnWhereNothingSeparates() throws {
    let outcome = try CSVHarness().read("name\nAnna\nBob Smith\n")
    #expect(outcome.names == ["name"])
    #expect(outcome.texts == [["Anna"], ["Bob Smith"]])
  }

  @Test
  func tabsAreTakenAsSaid() throws {
    var harness = CSVHarness()
    harness.format = .tsv
    let outcome = try harness.read("a,b\tc\n1,2\t3\n")
    #expect(outcome.names == ["a,b", "c"])
    #expect(outcome.rows == [[.string("1,2"), .int(3)]])
  }

  @Test(.timeLimit(.minutes(1)))
  func headersOfVeryManyFieldsTakeTimeInProportion() throws {
    // Work that grows by the square of the count would not end within the limit.
    let count = 20_000
    let same = Array(repeating: "a", count: count).joined(separator: ",")
    let names = try CSVFileFormat.probe(same, options: CSVReadOptions(hasHeader: true)).names
    #expect(names.count == count && names[1] == "a_2" && names.last == "a_\(count)")
    let outcome = try CSVHarness().read("\(same)\n\(same)\n")
    #expect(outcome.names == names)
    #expect(outcome.rows.count == 1)
  }
}
