import LakeCore
import LakeTables
import LakeTestSupport
import Testing

@Suite("Schemas in the log")
struct DeltaSchemaTests {
  @Test func everyTypeHasItsNameAndReadsBack() throws {
    let schema = try Schema(
      parsing: """
        a boolean, b tinyint, c smallint, d integer, e bigint, f real, g double, h decimal(10,2), \
        i varchar, j varbinary, k date, l timestamp, m json, n array(bigint), \
        o map(varchar, row(p integer, "q r" array(varchar)))
        """)
    let written = DeltaSchema(schema)
    #expect(try DeltaSchema(parsing: written.text).schema == schema)
    for name in [
      "boolean", "byte", "short", "integer", "long", "float", "double", "decimal(10,2)", "string",
      "binary", "date", "timestamp",
    ] {
      #expect(written.text.contains("\"type\":\"\(name)\""), "\(name)")
    }
  }

  @Test func whatOthersSayOfAColumnIsKept() throws {
    let text = """
      {"type":"struct","fields":[{"name":"id","type":"long","nullable":false,\
      "metadata":{"comment":"the key","x.y":[1,{"z":null}]}}]}
      """
    let schema = try DeltaSchema(parsing: text)
    #expect(schema.comment(of: "id") == "the key")
    #expect(schema.schema.fields[0].isNullable == false)
    #expect(schema.text == text)
  }

  @Test func anUnseenColumnIsTextForOthers() throws {
    let schema = Schema([
      Field("a", .unseen), Field("b", .array(.unseen)),
      Field("c", .row([Field("d e", .map(key: .varchar, value: .json))])),
    ])
    let text = DeltaSchema(schema).text
    #expect(text.contains(#""type":"string""#))
    #expect(try DeltaSchema(parsing: text).schema == schema)
    // Whoever changes the type and not what we say of it is believed.
    let changed = text.replacing(#""elementType":"string""#, with: #""elementType":"long""#)
    #expect(try DeltaSchema(parsing: changed).schema.fields[1].type == .array(.bigint))
  }

  @Test(arguments: [
    "", "{}", #"{"type":"struct"}"#, #"{"type":"struct","fields":[{}]}"#,
    #"{"type":"struct","fields":[{"name":"a","type":"int8"}]}"#,
    #"{"type":"struct","fields":[{"name":"a","type":{"type":"array"}}]}"#,
    #"{"type":"struct","fields":[{"name":"a","type":"decimal(99,2)"}]}"#,
    #"{"type":"struct","fields":[{"name":"a","type":"long"},{"name":"A","type":"long"}]}"#,
  ])
  func otherTextsAreRefused(text: String) {
    #expect(throws: LakeError.self) { try DeltaSchema(parsing: text) }
  }
}

@Suite("Statistics in the log")
struct FileStatisticsTests {
  private func bound(_ value: Value, _ type: DataType) -> String? {
    let summary = DataFileSummary(
      rowCount: 1, byteCount: 1, columns: [.init(minimum: value, maximum: value, nullCount: 0)])
    let statistics = FileStatistics(
      summary, schema: Schema([Field("a", type)]), hidesText: false)
    return statistics.maximums.first?.value.description
  }

  @Test func boundsAreExact() {
    #expect(bound(.int(.min), .bigint) == "-9223372036854775808")
    #expect(bound(.double(0.1), .double) == "0.1")
    #expect(bound(.bool(true), .boolean) == "true")
    #expect(bound(.int(-5), .decimal(precision: 9, scale: 2)) == "-0.05")
    #expect(
      bound(.int128(Int128(DecimalText.powerOfTen(37))), .decimal(precision: 38, scale: 0))
        == "1" + String(repeating: "0", count: 37))
    #expect(bound(.string("a\"b"), .varchar) == #""a\"b""#)
    #expect(bound(.int(19_782), .date) == "\"2024-02-29\"")
    #expect(bound(.int(1_709_209_845_123_000), .timestamp) == "\"2024-02-29T12:30:45.123Z\"")
    #expect(bound(.int(-1000), .timestamp) == "\"1969-12-31T23:59:59.999Z\"")
  }

  @Test func whatCannotBeSaidExactlyIsNotSaid() {
    #expect(bound(.int(1), .timestamp) == nil)
    #expect(bound(.int(.max), .timestamp) == nil)
    #expect(bound(.int(.min), .timestamp) == nil)
    #expect(bound(.int(Int64(Int32.max)), .date) == nil)
    #expect(bound(.double(.nan), .double) == nil)
    #expect(bound(.double(.infinity), .double) == nil)
    #expect(bound(.string(String(repeating: "x", count: 33)), .varchar) == nil)
    #expect(bound(.bytes([1]), .varbinary) == nil)
    #expect(bound(.null, .bigint) == nil)
  }

  @Test func nullsAreCounted() throws {
    let summary = DataFileSummary(
      rowCount: 3, byteCount: 1, columns: [.init(minimum: nil, maximum: nil, nullCount: 3)])
    let statistics = FileStatistics(
      summary, schema: Schema([Field("a", .bigint)]), hidesText: false)
    #expect(statistics.json.description == #"{"numRecords":3,"nullCount":{"a":3}}"#)
    #expect(FileStatistics(parsing: statistics.json.description) == statistics)
    #expect(FileStatistics(parsing: #"{"numRecords":-1}"#) == nil)
    #expect(FileStatistics(parsing: "x") == nil)
  }
}
