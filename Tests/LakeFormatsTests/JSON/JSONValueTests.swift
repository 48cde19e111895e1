import Foundation
import LakeCore
import LakeFormats
import LakeTestSupport
import Testing

/// Each type of a column, with what it holds and what it refuses.
@Suite("JSON values")
struct JSONValueTests {
  /// A type, the JSON text, and the value; nil where the record is a reject.
  static let cases: [(DataType, String, Value?)] = [
    (.boolean, "true", .bool(true)), (.boolean, "false", .bool(false)),
    (.boolean, "1", nil), (.boolean, "\"true\"", nil), (.boolean, "null", .null),
    (.tinyint, "127", .int(127)), (.tinyint, "-128", .int(-128)),
    (.tinyint, "128", nil), (.tinyint, "-129", nil),
    (.smallint, "32767", .int(32767)), (.smallint, "-32768", .int(-32768)),
    (.smallint, "32768", nil), (.smallint, "-32769", nil),
    (.integer, "2147483647", .int(2_147_483_647)), (.integer, "-2147483648", .int(-2_147_483_648)),
    (.integer, "2147483648", nil), (.integer, "-2147483649", nil),
    (.bigint, "9223372036854775807", .int(.max)), (.bigint, "-9223372036854775808", .int(.min)),
    (.bigint, "9223372036854775808", nil), (.bigint, "-9223372036854775809", nil),
    (.bigint, "99999999999999999999999999", nil), (.bigint, "-0", .int(0)),
    (.bigint, "999999999999999999", .int(999_999_999_999_999_999)),
    (.bigint, "1000000000000000000", .int(1_000_000_000_000_000_000)),
    (.bigint, "12345678", .int(12_345_678)),
    (.bigint, "1234567890123456", .int(1_234_567_890_123_456)),
    (.bigint, "1.0", .int(1)), (.bigint, "1e3", .int(1000)), (.bigint, "120E-1", .int(12)),
    (.bigint, "9223372036854775807.000", .int(.max)), (.bigint, "0e999", .int(0)),
    (.bigint, "1.5", nil), (.bigint, "1e-1", nil), (.bigint, "1e19", nil), (.bigint, "true", nil),
    (.double, "1", .double(1)), (.double, "-1.5", .double(-1.5)),
    (.double, "1e308", .double(1e308)),
    (.double, "1e309", nil), (.double, "-1e309", nil), (.double, "1e-400", .double(0)),
    (.double, "\"1\"", nil), (.double, "-0", .double(-0.0)), (.double, "-0.0", .double(-0.0)),
    (.real, "0.1", .float(0.1)), (.real, "3.4e38", .float(3.4e38)), (.real, "3.5e38", nil),
    (.real, "16777217", .float(16_777_216)),
    (.decimal(precision: 5, scale: 2), "123.45", .int(12345)),
    (.decimal(precision: 5, scale: 2), "-0.1", .int(-10)),
    (.decimal(precision: 5, scale: 2), "1.230", .int(123)),
    (.decimal(precision: 5, scale: 2), "1.234", nil),
    (.decimal(precision: 5, scale: 2), "1000", nil),
    (.decimal(precision: 5, scale: 2), "1e2", .int(10000)),
    (.decimal(precision: 5, scale: 2), "\"1\"", nil),
    (
      .decimal(precision: 38, scale: 0), "99999999999999999999999999999999999999",
      .int128(99_999_999_999_999_999_999_999_999_999_999_999_999)
    ),
    (.decimal(precision: 38, scale: 0), "100000000000000000000000000000000000000", nil),
    (.decimal(precision: 19, scale: 18), "0.000000000000000001", .int128(1)),
    (.varchar, "\"\"", .string("")), (.varchar, "\"twelve bytes\"", .string("twelve bytes")),
    (.varchar, "\"thirteen bytes\"", .string("thirteen bytes")),
    (.varchar, "\"é日\"", .string("é日")),
    (.varchar, "\"\\u00e9\\n\\/\\\\\\\"\\b\\f\\r\\t\"", .string("é\n/\\\"\u{8}\u{C}\r\t")),
    (.varchar, "\"\\ud83d\\uDE00!\"", .string("\u{1F600}!")),
    (.varchar, "\"\\u0000\"", .string("\0")),
    (.varchar, "1.50", .string("1.50")), (.varchar, "true", .string("true")),
    (.varchar, "[1, {\"b\": \"\\n\"}]", .string("[1, {\"b\": \"\\n\"}]")),
    (.varchar, "{}", .string("{}")),
    (.json, "{\"b\" :[1 ]}", .string("{\"b\" :[1 ]}")), (.json, "\"x\"", .string("\"x\"")),
    (.json, "null", .null), (.json, "12", .string("12")),
    (.varbinary, "\"AQID\"", .bytes([1, 2, 3])), (.varbinary, "\"\"", .bytes([])),
    (.varbinary, "\"AQ==\"", .bytes([1])), (.varbinary, "\"AQI\"", nil),
    (.varbinary, "\"AR==\"", nil),
    (.varbinary, "\"\\u0041QID\"", .bytes([1, 2, 3])), (.varbinary, "5", nil),
    (.varbinary, "\"AAAAAAAAAAAAAAAAAAAAAAAA\"", .bytes(Array(repeating: 0, count: 18))),
    (.date, "\"2024-02-29\"", .int(19782)), (.date, "\"2023-02-29\"", nil), (.date, "5", nil),
    (.date, "\"\"", .null), (.date, "\"2024-02-29 \"", nil),
    (.date, "\"\\u0032024-02-29\"", .int(19782)),
    (.time, "\"12:00:00.5\"", .int(43_200_500_000)), (.time, "\"25:00\"", nil),
    (.timestamp, "\"1970-01-01T00:00:01Z\"", .int(1_000_000)),
    (.timestamp, "\"1970-01-01 01:00:00+01:00\"", .int(0)), (.timestamp, "\"1970-01-01\"", nil),
    (.localTimestamp, "\"1970-01-02 00:00:00\"", .int(86_400_000_000)),
    (.uuid, "\"00000000-0000-0000-0000-000000000102\"", .int128(258)),
    (.uuid, "\"00000000-0000-0000-0000-00000000010\"", nil), (.uuid, "7", nil),
    (.unseen, "null", .null), (.unseen, "1", nil),
    (.array(.bigint), "[]", .list([])),
    (.array(.bigint), "[1,null, 3 ]", .list([.int(1), .null, .int(3)])),
    (.array(.bigint), "[1,\"x\"]", nil), (.array(.bigint), "{}", nil),
    (.array(.bigint), "null", .null),
    (
      .array(.array(.varchar)), "[[\"a\"],[],null,[\"b\",1]]",
      .list([.list([.string("a")]), .list([]), .null, .list([.string("b"), .string("1")])])
    ),
    (.row([Field("b", .bigint)]), "{}", .row([.null])), (.row([Field("b", .bigint)]), "[]", nil),
    (.row([Field("b", .bigint)]), "{\"c\":5,\"b\":7}", .row([.int(7)])),
    (.row([Field("b", .bigint)]), "{\"b\":\"x\"}", nil),
    (.row([Field("b", .bigint)]), "null", .null),
    (.row([]), "{\"b\":1}", .row([])),
    (
      .map(key: .varchar, value: .bigint), "{\"p\":1,\"q\":null}",
      .list([.row([.string("p"), .int(1)]), .row([.string("q"), .null])])
    ),
    (.map(key: .varchar, value: .bigint), "{}", .list([])),
    (.map(key: .varchar, value: .bigint), "{\"p\":\"x\"}", nil),
    (.map(key: .varchar, value: .bigint), "[]", nil),
  ]

  @Test("each type takes what it can hold and refuses the rest", arguments: 0..<cases.count)
  func types(index: Int) throws {
    let (type, json, expected) = Self.cases[index]
    let value = try readValue(json, as: type)
    #expect(
      value.map { v in expected.map { v.isSame(as: $0) } ?? false } ?? (expected == nil),
      "\(json) as \(type) is \(String(describing: value))")
    // What does not fit is null by the policy `null`, the innermost value that it is, and no trace
    // of it stays in the next row.
    if expected == nil, json.contains("\"x\"") { return }
    let text = "{\"a\":\(json)}\n{\"a\":\(json)}\n{}\n"
    let values = try read(text, as: type, policy: .null)
    #expect(areSame(values, [expected ?? .null, expected ?? .null, .null]), "\(json) as \(type)")
  }

  @Test("a value in the middle of nested ones leaves its neighbours alone")
  func nestedNeighbours() throws {
    let type = DataType.array(
      .row([Field("m", .map(key: .varchar, value: .array(.bigint))), Field("s", .varchar)]))
    let text = """
      {"a":[{"m":{"x":[1,2],"y":[3]},"s":"one"},{"s":"two"},{"m":null}]}
      {"a":[{"m":{"x":["bad"]}}]}
      {"a":[{"m":{"z":[]},"s":"three"},{"m":{"w":[4,5,6]}}]}
      {"a":[]}
      """
    func list(_ numbers: Int64...) -> Value { .list(numbers.map { .int($0) }) }
    let expected: [Value] = [
      .list([
        .row([
          .list([.row([.string("x"), list(1, 2)]), .row([.string("y"), list(3)])]), .string("one"),
        ]), .row([.null, .string("two")]), .row([.null, .null]),
      ]),
      .list([
        .row([.list([.row([.string("z"), list()])]), .string("three")]),
        .row([.list([.row([.string("w"), list(4, 5, 6)])]), .null]),
      ]),
      .list([]),
    ]
    #expect(areSame(try read(text, as: type), expected))
  }

  @Test("by the policy `null`, the innermost value that does not fit is null and nothing else")
  func innermostNull() throws {
    let type = DataType.row([Field("b", .array(.bigint)), Field("c", .bigint)])
    let found = try read("{\"a\":{\"b\":[1,\"x\",3],\"c\":4}}", as: type, policy: .null)
    #expect(found == [.row([.list([.int(1), .null, .int(3)]), .int(4)])])
  }

  @Test("lists longer than a batch grow their columns")
  func longLists() throws {
    let numbers = (0..<10_000).map { "\($0)" }.joined(separator: ",")
    let entries = (0..<5_000).map { "\"k\($0)\":[\($0)]" }.joined(separator: ",")
    let list = try #require(try readValue("[\(numbers)]", as: .array(.bigint)))
    #expect(list == .list((0..<10_000).map { .int(Int64($0)) }))
    let map = try #require(
      try readValue("{\(entries)}", as: .map(key: .varchar, value: .array(.bigint))))
    #expect(
      map == .list((0..<5_000).map { .row([.string("k\($0)"), .list([.int(Int64($0))])]) }))
  }

  @Test("doubles are those of the C library to the bit")
  func doublesAgainstLibrary() throws {
    var random = SeededRandom(seed: 11)
    var texts: [String] = []
    for _ in 0..<20_000 {
      let whole = "\(random.below(random.pick([1, 10, 1000, 10_000_000, 1_000_000_000_000])))"
      var text = random.chance(2) ? "-" + whole : whole
      if !random.chance(3) {
        text +=
          "."
          + (0...random.below(random.pick([2, 7, 9, 30]))).map { _ in
            "\(random.below(10))"
          }.joined()
      }
      if random.chance(4) { text += random.pick(["e", "E+", "e-"]) + "\(random.below(330))" }
      if abs(strtod(text, nil)).isFinite { texts.append(text) }
    }
    let values = try read(texts.map { "{\"a\":\($0)}\n" }.joined(), as: .double)
    #expect(values.count == texts.count)
    for (text, value) in zip(texts, values) {
      guard case .double(let found) = value, found.bitPattern == strtod(text, nil).bitPattern else {
        Issue.record("\(text) was read as \(value)")
        continue
      }
    }
  }

  @Test("integers of every length are read, at every place before the end of a chunk")
  func integersOfEveryLength() throws {
    for count in 1...19 {
      for digits in [
        String(repeating: "9", count: count), "1" + String(repeating: "0", count: count - 1),
      ] {
        for sign in ["", "-"] {
          let expected = Int64(sign + digits)
          let text = "{\"a\":\(sign)\(digits)}"
          let found = try read(text, as: .bigint).first
          #expect(found == expected.map { .int($0) })
        }
      }
    }
  }

  @Test("a type without a form in JSON is refused before anything is read")
  func unsupportedTypes() throws {
    for type in [
      DataType.intervalDayToSecond, .array(.intervalYearToMonth),
      .map(key: .bigint, value: .varchar),
    ] {
      let error = #expect(throws: LakeError.self) { try read("{}", as: type) }
      #expect(error?.code == .unsupported)
      #expect(error?.message.contains("column a") == true)
    }
  }

  @Test("a message shows the value that did not fit, cut where it is long")
  func mismatchMessages() throws {
    let long = String(repeating: "é", count: 50)
    let outcome = try JSONFixture("{\"a\":{\"b\":[\"\(long)\"]}}\n").read(
      Schema([Field("a", .row([Field("b", .array(.bigint))]))]))
    #expect(outcome.places.count == 1)
    #expect(outcome.places[0].hasPrefix("1:12 column a.b[] is bigint, which cannot hold \"éé"))
    #expect(outcome.places[0].hasSuffix("é…"))
    #expect(outcome.places[0].utf8.count < 120)
  }
}
