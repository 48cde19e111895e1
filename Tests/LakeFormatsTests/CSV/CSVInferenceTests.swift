import LakeCore
import LakeFormats
import LakeTestSupport
import Testing

@Suite("CSV inference")
struct CSVInferenceTests {
  /// The type of a column with these values.
  private func type(_ values: String...) throws -> DataType {
    try type(values)
  }

  private func type(_ values: [String]) throws -> DataType {
    let lines = values.map { "\($0),1\n" }
    let schema = try CSVHarness().infer("v,w\n" + lines.joined())
    return try #require(schema.fields.first).type
  }

  @Test
  func numbersAreIntegersDecimalsOrDoubles() throws {
    #expect(try type("1", "-2", "", "0") == .bigint)
    #expect(try type("1", "\"2\"", "\"\"") == .bigint)
    #expect(try type("9223372036854775807", "-9223372036854775808") == .bigint)
    #expect(try type("1", "9223372036854775808") == .decimal(precision: 38, scale: 0))
    #expect(try type("1", String(repeating: "9", count: 38)) == .decimal(precision: 38, scale: 0))
    #expect(try type("1", String(repeating: "9", count: 39)) == .varchar)
    #expect(try type("1", "1.5", "-2e3", ".5", "5.") == .double)
    #expect(try type("0.1", "NaN", "-Infinity") == .double)
    #expect(try type("9007199254740993", "0.25") == .decimal(precision: 38, scale: 2))
    #expect(try type("1.5", "1e999") == .varchar)
  }

  @Test(arguments: [
    "08123", "08.5", "00", "-01", "+1", " 1", "1 ", "1,000", "0x1F", "1_000", "--1", "1e", "e5",
    ".", "-", "1.2.3", "yes", "t", "tRUE", "nan%", "N/A", "2024-02-30", "2024-13-01", "2024-1-1",
    "24-01-01", "2024-02-29T", "12:30",
  ])
  func textStaysExact(_ value: String) throws {
    #expect(try type(value.contains(",") ? "\"\(value)\"" : value) == .varchar)
  }

  @Test
  func booleansDatesAndTimestampsAreTold() throws {
    #expect(try type("true", "FALSE", "False", "") == .boolean)
    #expect(try type("2024-02-29", "1969-12-31", "") == .date)
    #expect(try type("2024-02-29T12:30:00Z", "2024-02-29 12:30:00.5+01:00") == .timestamp)
    #expect(try type("2024-02-29 12:30:00", "2024-02-29T12:30") == .localTimestamp)
  }

  @Test
  func typesThatHaveNothingInCommonAreText() throws {
    #expect(try type("1", "true") == .varchar)
    #expect(try type("2024-02-29", "2024-02-29 12:30:00") == .varchar)
    #expect(try type("2024-02-29 12:30:00Z", "2024-02-29 12:30:00") == .varchar)
    #expect(try type("1", "x") == .varchar)
  }

  @Test
  func columnOfNullsIsUnseenAndOneOfEmptyStringsIsText() throws {
    #expect(try type("", "", "") == .unseen)
    #expect(try type("", "\"\"", "") == .varchar)
  }

  @Test
  func fewValuesAgainstAllOthersAreRejects() throws {
    let numbers = (0..<5000).map { "\($0)" }
    #expect(try type(numbers + ["x", "007"]) == .bigint)
    #expect(try type(numbers.prefix(1998) + ["x", "007"]) == .bigint)
    #expect(try type(numbers.prefix(1997) + ["x", "007", "y"]) == .varchar)

    let text = "v,w\n" + (numbers + ["x", "007"]).map { "\($0),1\n" }.joined()
    let outcome = try CSVHarness().read(text)
    #expect(outcome.rows.count == 5000)
    #expect(
      outcome.reasons == [
        "column v is bigint, which cannot hold x", "column v is bigint, which cannot hold 007",
      ])
  }

  @Test
  func brokenRecordsDoNotCount() throws {
    let schema = try CSVHarness().infer("a,b\n1,2\nx\ny,z,w\n3,4\n")
    #expect(schema.fields.map(\.type) == [.bigint, .bigint])
  }

  @Test
  func valueInTheLastRecordOfTheLastFileCounts() throws {
    var harness = CSVHarness()
    harness.chunkBytes = 200
    let lines = (0..<500).map { "\($0),\n" }.joined()
    let schema = try harness.infer("a,b\n" + lines, "B,c\n" + lines + "1.5,x\n")
    #expect(schema.fields.map(\.name) == ["a", "b", "c"])
    #expect(schema.fields.map(\.type) == [.bigint, .double, .varchar])
  }

  @Test
  func fileWithoutRecordsHasColumns() throws {
    let schema = try CSVHarness().infer("a,b\n")
    #expect(schema.fields.map(\.name) == ["a", "b"])
    #expect(schema.fields.map(\.type) == [.unseen, .unseen])
  }

  /// Whatever inference counts as a value of a type, the decoder reads as one.
  @Test(arguments: 0..<40)
  func decoderReadsWhatInferenceFound(seed: Int) throws {
    var random = SeededRandom(seed: UInt64(seed))
    let pools = [
      ["1", "-5", "0", "9223372036854775807", "123456789012345678"],
      ["1", "99999999999999999999", "-12345678901234567890123456789012345678"],
      ["1", "1.5", "-0.0", "1e5", ".5", "5.", "NaN", "inf", "0.1234567890123456789"],
      ["9007199254740993", "0.125", "-3.5"], ["true", "FALSE"],
      ["2024-02-29", "1582-10-15", "-0044-03-15"],
      ["2024-02-29T12:30:00Z", "1970-01-01 00:00:00+05:30"],
      ["2024-02-29T12:30:00.123456", "1970-01-01 00:00"], ["x", "1", "true", "\"a\"\"b\""],
    ]
    let columns = (0..<3).map { _ in pools[random.below(pools.count)] }
    var text = "a,b,c\n"
    let rowCount = 1 + random.below(50)
    for _ in 0..<rowCount {
      let row = columns.map { pool in
        random.below(5) == 0 ? "" : pool[random.below(pool.count)]
      }
      text += row.joined(separator: ",") + "\n"
    }
    let outcome = try CSVHarness().read(text)
    #expect(outcome.reasons == [], "\(text)")
    #expect(outcome.rows.count == rowCount)
  }
}
