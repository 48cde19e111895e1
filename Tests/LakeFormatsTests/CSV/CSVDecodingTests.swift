import LakeCore
import LakeFormats
import LakeTestSupport
import Testing

@Suite("CSV decoding")
struct CSVDecodingTests {
  private func texts(_ text: String, _ names: String...) throws -> [[String?]] {
    let outcome = try CSVHarness().read(text, schema: Schema(names.map { Field($0, .varchar) }))
    #expect(outcome.rejects.isEmpty)
    return outcome.texts
  }

  @Test(arguments: ["\n", "\r\n", "\r"])
  func linesEndInThreeWays(_ lineEnd: String) throws {
    let text = ["a,b", "1,x", "2,\"y\(lineEnd)z\"", "3,w"].joined(separator: lineEnd)
    let expected: [[String?]] = [["1", "x"], ["2", "y\(lineEnd)z"], ["3", "w"]]
    #expect(try texts(text, "a", "b") == expected)
    #expect(try texts(text + lineEnd, "a", "b") == expected)
  }

  @Test
  func carriageReturnInsideALineIsText() throws {
    #expect(try texts("a,b\n1\r2,x\ry\n", "a", "b") == [["1\r2", "x\ry"]])
  }

  @Test
  func emptyFieldIsNullAndTwoQuotesAreTheEmptyString() throws {
    #expect(
      try texts("a,b,c\n,\"\",x\n,,\n\"\",,\n", "a", "b", "c")
        == [[nil, "", "x"], [nil, nil, nil], ["", nil, nil]])
  }

  @Test
  func emptyStringIsNullInAnyTypeButText() throws {
    let schema = Schema([Field("a", .bigint), Field("b", .date), Field("c", .varchar)])
    let outcome = try CSVHarness().read("a,b,c\n\"\",\"\",\"\"\n", schema: schema)
    #expect(outcome.rows == [[.null, .null, .string("")]])
  }

  @Test
  func pairOfQuotesIsOne() throws {
    let long = String(repeating: "long ", count: 20)
    #expect(
      try texts("a,b\n\"ha \"\"ha\"\"\",\"\"\"\"\n\"\(long)\"\"\",\"\"\"\"\"\"\n", "a", "b")
        == [["ha \"ha\"", "\""], ["\(long)\"", "\"\""]])
  }

  @Test
  func quoteInsideAnUnquotedFieldIsText() throws {
    #expect(
      try texts("a,b\n5\" pipe,x\"\"y\n 6\",\"z\"\n", "a", "b")
        == [["5\" pipe", "x\"\"y"], [" 6\"", "z"]])
  }

  @Test
  func blanksBelongToText() throws {
    #expect(try texts("a,b\n x , y\t\n", "a", "b") == [[" x ", " y\t"]])
  }

  @Test
  func blankLinesAreNoRecordsUnlessThereIsOneColumn() throws {
    #expect(try texts("a,b\n\n1,2\n\r\n\n3,4\n\n", "a", "b") == [["1", "2"], ["3", "4"]])
    #expect(try texts("a\n\n1\n\n2\n", "a") == [[nil], ["1"], [nil], ["2"]])
  }

  @Test
  func zeroBytesAreText() throws {
    #expect(try texts("a,b\nx\0y,\"\0\"\n", "a", "b") == [["x\0y", "\0"]])
  }

  @Test
  func byteOrderMarksArePassedOver() throws {
    let outcome = try CSVHarness().read(
      "\u{FEFF}a,b\n1,2\n\u{FEFF}\"3\",4\n", schema: textColumns("a", "b"))
    #expect(outcome.texts == [["1", "2"], ["3", "4"]])
    #expect(outcome.summary?.notes.innerByteOrderMarks == 1)
  }

  @Test
  func tabsAndOtherDelimitersWork() throws {
    for delimiter in ["\t", ";", "|"] {
      let text = "a,b,c\n1,\"x,y\",\n".replacing(",", with: delimiter)
      #expect(try texts(text, "a", "b", "c") == [["1", "x\(delimiter)y", nil]])
    }
  }

  @Test
  func columnsAreFoundByNameWhereThereIsAHeader() throws {
    let outcome = try CSVHarness().read(
      "X,y,Z\n1,2,3\n",
      schema: Schema([Field("z", .bigint), Field("missing", .varchar), Field("x", .bigint)]))
    #expect(outcome.rows == [[.int(3), .null, .int(1)]])
  }

  @Test(arguments: ["NA", "-999", "-9.5", "a text for null"])
  func textForNullIsNullWhereItHasNoQuotes(_ null: String) throws {
    var harness = CSVHarness()
    harness.options.nullText = null
    let outcome = try harness.read("a,b\n\(null),\(null)\n1,\"\(null)\"\n,\(null)x\n")
    #expect(outcome.schema?.fields.map(\.type) == [.bigint, .varchar])
    #expect(
      outcome.rows == [
        [.null, .null], [.int(1), .string(null)], [.null, .string("\(null)x")],
      ])
  }

  @Test
  func columnsAreFoundByPositionWhereThereIsNone() throws {
    var harness = CSVHarness()
    harness.options.hasHeader = false
    let outcome = try harness.read(
      "1,2\n3,4\n",
      schema: Schema([Field("p", .bigint), Field("q", .varchar), Field("r", .varchar)]))
    #expect(
      outcome.rows == [[.int(1), .string("2"), .null], [.int(3), .string("4"), .null]])
  }

  @Test
  func everyScalarTypeIsRead() throws {
    let schema = Schema([
      Field("a", .boolean), Field("b", .tinyint), Field("c", .smallint), Field("d", .integer),
      Field("e", .bigint), Field("f", .real), Field("g", .double),
      Field("h", .decimal(precision: 9, scale: 2)), Field("i", .decimal(precision: 38, scale: 0)),
      Field("j", .varchar), Field("k", .varbinary), Field("l", .date), Field("m", .time),
      Field("n", .timestamp), Field("o", .localTimestamp), Field("p", .uuid), Field("q", .json),
    ])
    let header = "a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q\n"
    let row = """
      TRUE,-128,32767,-2147483648,9223372036854775807,1.5,-1e300,-12.30,\
      12345678901234567890123456789012345678,x,AQL/,2024-02-29,23:59:59.5,\
      2024-02-29T12:30:00+01:00,2024-02-29 12:30:00,00000000-0000-0000-0000-0000000000ff,\
      "{""a"":1}"

      """
    let outcome = try CSVHarness().read(header + row, schema: schema)
    #expect(outcome.reasons == [])
    #expect(
      outcome.rows == [
        [
          .bool(true), .int(-128), .int(32767), .int(-2_147_483_648), .int(.max), .float(1.5),
          .double(-1e300), .int(-1230), .int128(12_345_678_901_234_567_890_123_456_789_012_345_678),
          .string("x"), .bytes([1, 2, 255]), .int(19782), .int(86_399_500_000),
          .int(1_709_206_200_000_000), .int(1_709_209_800_000_000), .int128(255),
          .string("{\"a\":1}"),
        ]
      ])
  }

  @Test(arguments: [
    (DataType.bigint, "007"), (.bigint, "+7"), (.bigint, " 7"), (.bigint, "7 "), (.bigint, "7x"),
    (.bigint, "9223372036854775808"), (.bigint, "1.5"), (.tinyint, "128"), (.tinyint, "-129"),
    (.double, "1e999"), (.double, "01.5"), (.double, "1.5.5"), (.double, "--1"), (.double, "x"),
    (.boolean, "yes"), (.boolean, "tRUE"), (.date, "2024-02-30"), (.date, "2024-2-3"),
    (.decimal(precision: 4, scale: 2), "123.4"), (.decimal(precision: 4, scale: 2), "1.234"),
    (.timestamp, "2024-02-29"), (.uuid, "123"), (.varbinary, "AQ"), (.unseen, "x"),
  ])
  func valueThatDoesNotFitMakesItsRecordAReject(_ type: DataType, _ text: String) throws {
    let schema = Schema([Field("k", .varchar), Field("v", type)])
    var harness = CSVHarness()
    let source = "k,v\na,\nb,\(text)\nc,\n"
    let outcome = try harness.read(source, schema: schema)
    #expect(outcome.rows == [[.string("a"), .null], [.string("c"), .null]])
    #expect(outcome.reasons == ["column v is \(type), which cannot hold \(text)"])
    #expect(outcome.rejects.first?.line == 3)
    #expect(outcome.rejects.first?.column == 3)
    #expect(outcome.rejects.first?.raw == Array("b,\(text)".utf8))

    harness.options.onError = .null
    let kept = try harness.read(source, schema: schema)
    #expect(kept.rows.map { $0[1] } == [.null, .null, .null])
    #expect(kept.summary?.notes.nulledValues == 1)

    harness.options.onError = .fail
    #expect(throws: LakeError.self) { try harness.read(source, schema: schema) }
  }

  @Test(arguments: ["5.0", "5e0", "50e-1", "\"5\""])
  func numberThatIsAnIntegerByValueFitsOne(_ text: String) throws {
    let outcome = try CSVHarness().read(
      "k,v\na,\(text)\n", schema: Schema([Field("k", .varchar), Field("v", .integer)]))
    #expect(outcome.rows == [[.string("a"), .int(5)]])
  }

  @Test
  func nestedTypesAreRefusedByName() throws {
    let schema = Schema([Field("v", .array(.bigint))])
    #expect(throws: LakeError.self) { try CSVHarness().read("v\n1\n", schema: schema) }
  }

  @Test
  func longTextPointsIntoTheChunkAndShortTextDoesNot() throws {
    let long = String(repeating: "x", count: 5000)
    #expect(try texts("a,b\n\(long),s\n", "a", "b") == [[long, "s"]])
  }
}
