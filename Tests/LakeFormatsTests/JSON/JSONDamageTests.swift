import LakeCore
import LakeFormats
import LakeTestSupport
import Testing

/// What cannot be read, where it is said to be, and what is read all the same.
@Suite("JSON damage")
struct JSONDamageTests {
  static let schema = Schema([Field("a", .bigint), Field("b", .varchar)])

  private func ids(_ outcome: JSONOutcome) -> [Value] { outcome.rows.map { $0[0] } }

  /// Damaged lines between whole ones: the reason, and the column where reading failed.
  static let damagedLines: [(line: String, column: Int, reason: String)] = [
    ("garbage", 1, "expected an object, found 'g'"),
    ("[1,2]", 1, "expected an object, found an array"),
    ("\"text\"", 1, "expected an object, found a string"),
    ("{a:1}", 2, "expected a key in quotes, found 'a'"),
    ("{\"a\" 1}", 6, "expected ':' after the key, found '1'"),
    ("{\"a\":}", 6, "expected a value, found '}'"),
    ("{\"a\":tru}", 6, "expected a value, found 't'"),
    ("{\"a\":NaN}", 6, "expected a value, found 'N'"),
    ("{\"a\":01}", 6, "not a number by the rules of JSON"),
    ("{\"a\":-}", 6, "not a number by the rules of JSON"),
    ("{\"a\":1.}", 6, "not a number by the rules of JSON"),
    ("{\"a\":1e}", 6, "not a number by the rules of JSON"),
    ("{\"a\":.5}", 6, "expected a value, found '.'"),
    ("{\"a\":1 2}", 8, "expected ',' or '}' after the value, found '2'"),
    ("{\"a\":1,}", 8, "expected a key in quotes, found '}'"),
    ("{\"c\":[1 2]}", 9, "expected ',' or ']' after the element, found '2'"),
    ("{\"c\":[1}", 8, "expected ',' or ']' after the element, found '}'"),
    ("{\"b\":\"\\x\"}", 8, "a backslash is followed by 'x', which is no escape"),
    ("{\"b\":\"\\u12g4\"}", 8, "a \\u escape without four hexadecimal digits"),
    (
      "{\"b\":\"\\ud800\"}", 7,
      "a \\u escape is one half of a surrogate pair without the other"
    ),
    (
      "{\"b\":\"\\udc00\\ud800\"}", 7,
      "a \\u escape is one half of a surrogate pair without the other"
    ),
    ("{\"b\":\"a\tb\"}", 8, "a tab inside a string; it must be escaped"),
    ("{\"b\":\"a\u{1}b\"}", 8, "byte 0x01 inside a string; it must be escaped"),
    ("{\"b\":\"a\u{0}b\"}", 8, "byte 0x00 inside a string; it must be escaped"),
    ("{\"a\":\"1\"}", 6, "column a is bigint, which cannot hold \"1\""),
    ("{\"a\":1.5}", 6, "column a is bigint, which cannot hold 1.5"),
    ("{\"a\":1", 7, "the record is cut off"),
    ("{\"a\":1,", 8, "the record is cut off"),
    ("{\"a\":", 6, "the record is cut off"),
    ("{\"b\":\"a", 8, "the record is cut off"),
    ("{", 2, "the record is cut off"),
  ]

  @Test("each kind of damage has its place and its reason", arguments: damagedLines)
  func reasons(line: String, column: Int, reason: String) throws {
    let outcome = try JSONFixture("{\"a\":1}\n\(line)\n{\"a\":2}\n").read(Self.schema)
    #expect(ids(outcome) == [.int(1), .int(2)])
    #expect(outcome.places == ["2:\(column) \(reason)"])
    #expect(outcome.rejects.map(\.byteOffset) == [8])
    #expect(outcome.rejects.map(\.raw) == [Array(line.utf8)])
    // The same in a file that is cut by structure.
    let pretty = try JSONFixture("{\n  \"a\":1\n}\n\(line)\n{\n  \"a\":2\n}\n").read(Self.schema)
    #expect(ids(pretty) == [.int(1), .int(2)])
    #expect(pretty.places == ["4:\(column) \(reason)"])
  }

  @Test(
    "bytes that are no UTF-8 refuse their record and no other",
    arguments: [
      [0x80], [0xC3], [0xFF], [0xED, 0xA0, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xC0, 0x80],
    ] as [[UInt8]])
  func invalidUTF8(bytes: [UInt8]) throws {
    let good = Array("{\"a\":1,\"b\":\"é\"}\n".utf8)
    for key in ["{\"b\":\"x", "{\"c\":\"x", "{\"x"] {
      let tail = key == "{\"x" ? "\":1}\n" : "\"}\n"
      let fixture = try JSONFixture(good + Array(key.utf8) + bytes + Array(tail.utf8) + good)
      let outcome = try fixture.read(Self.schema)
      #expect(ids(outcome) == [.int(1), .int(1)])
      #expect(outcome.places == ["2:\(key.utf8.count + 1) bytes that are not UTF-8"])
      #expect(try fixture.infer().recordCount == 2)
    }
  }

  @Test("a file that ends anywhere gives all its whole records and at most one reject")
  func truncation() throws {
    let record =
      "{\"a\":12,\"b\":\"x\\u00e9\\n\",\"c\":[true,-1.5e3,null,{\"d\":\"\\ud83d\\ude00\"}]}"
    for text in [
      "{\"a\":1}\n\(record)", "{\"a\":1}\(record)", "[{\"a\":1},\n\(record)",
      "[{\"a\":1},\(record)", "{\n\"a\":1\n}\n\(record)",
    ] {
      let bytes = Array(text.utf8)
      let start = bytes.count - record.utf8.count
      for end in start...bytes.count {
        let fixture = try JSONFixture(Array(bytes[..<end]))
        for target in [1 << 20, 3] {
          let outcome = try fixture.read(Self.schema, JSONSetup(target: target))
          let isCut = end > start && end < bytes.count
          #expect(ids(outcome) == (end == bytes.count ? [.int(1), .int(12)] : [.int(1)]))
          #expect(outcome.rejects.map(\.reason) == (isCut ? ["the record is cut off"] : []))
          #expect(outcome.rejects.map(\.byteOffset) == (isCut ? [start] : []))
          #expect(outcome.rejects.map(\.byteCount) == (isCut ? [end - start] : []))
        }
      }
    }
  }

  @Test("after a record that is cut off, reading goes on with the next line")
  func cutInTheMiddle() throws {
    for (text, count) in [
      ("{\"a\":1}\n{\"a\":2,\"b\":\"x\n{\"a\":3}\n{\"a\":4}\n", 1),
      ("{\n  \"a\":1\n}\n{\n  \"a\":2,\n  \"b\": {\n{\n  \"a\":3\n}\n{\n  \"a\":4\n}\n", 1),
      ("{\n  \"a\":1\n}\n{\n  \"a\":2,\n  \"b\": \"x\n{\n  \"a\":3\n}\n{\n  \"a\":4\n}\n", 1),
      ("[\n  {\n    \"a\":1\n  },\n  {\n    \"a\":\n  {\n    \"a\":3\n  },\n  {\"a\":4}\n]", 1),
      ("{\"a\":1}\n{\"a\":2, x {\"a\":7}}{\"a\":3}\n{\"a\":4}\n", 1),
    ] {
      for target in [1 << 20, 1, 20] {
        let outcome = try JSONFixture(text).read(Self.schema, JSONSetup(target: target))
        #expect(ids(outcome) == [.int(1), .int(3), .int(4)], "\(text) \(outcome.places)")
        #expect(outcome.rejects.count == count)
      }
    }
  }

  @Test("a line that begins with a brace begins a record, where a file is cut by lines")
  func braceAtLineStart() throws {
    // As many whole lines as are looked at before a file is taken to be cut by lines.
    for end in ["\n", ",\n", "\r\n"] {
      let lines = String(repeating: "{\"a\":0}\(end)", count: 1001)
      for inner in [
        "{\"b\":[\n{\"a\":2}\n]}", "{\"z\":[\n{\"a\":2}\n]}", "{\"a\":1,\"A\":[\n{\"a\":2}\n]}",
        "{\"a\":1,\"z\":\n{\"a\":2}\n]}",
      ] {
        let fixture = try JSONFixture(lines + inner + end + "{\"a\":3}\n")
        for target in [1 << 20, 10_000, 200] {
          let outcome = try fixture.read(Self.schema, JSONSetup(target: target))
          #expect(ids(outcome).suffix(3) == [.int(0), .int(2), .int(3)], "\(inner)")
          #expect(
            outcome.rejects.map(\.reason) == [
              "the record is cut off", "expected an object, found ']'",
            ])
          #expect(try fixture.infer(JSONSetup(target: target)).recordCount == 1003)
        }
      }
      let spread = try JSONFixture(lines + "{\"c\":[\n 5],\n\"a\":2}\n{\"a\":3}\n")
      #expect(ids(try spread.read(Self.schema)).suffix(2) == [.int(2), .int(3)])
    }
  }

  @Test("nesting beyond the limit is a reject and not a stack overflow")
  func depthBombs() throws {
    for levels in [511, 512, 513, 100_000] {
      for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
        let value =
          String(repeating: open, count: levels - 1) + "1"
          + String(repeating: close, count: levels - 1)
        let text = "{\"a\":1}\n{\"c\":\(value)}\n{\"a\":2}\n"
        let fixture = try JSONFixture(text)
        let isRefused = levels > JSONLimits.depthMax
        for type in [DataType.varchar, .json, .array(.bigint), .bigint] {
          let schema = Schema([Field("a", .bigint), Field(levels == 511 ? "d" : "e", type)])
          let outcome = try fixture.read(schema)
          #expect(outcome.rows.count == (isRefused ? 2 : 3))
          #expect(
            outcome.rejects.map(\.reason) == (isRefused ? ["nested deeper than 512 levels"] : []))
        }
        let inference = try fixture.infer()
        #expect(inference.recordCount == (isRefused ? 2 : 3))
        // A type of so many levels can be read by, if the reader takes the records.
        let again = try fixture.read(inference.schema)
        #expect(again.rows.count == (isRefused ? 2 : 3))
      }
    }
  }

  @Test("the policy `fail` ends reading with the place of the first reject")
  func failPolicy() throws {
    let fixture = try JSONFixture("{\"a\":1}\n{\"a\":2,}\n{\"a\":x}\n")
    let error = #expect(throws: LakeError.self) {
      try fixture.read(Self.schema, JSONSetup(policy: .fail))
    }
    #expect(error?.code == .corruptData)
    #expect(error?.message == "expected a key in quotes, found '}'")
    #expect(error?.place?.line == 2)
    #expect(error?.place?.column == 8)
    #expect(error?.place?.byteOffset == 8)
    #expect(error?.hint != nil)
  }

  @Test("the policy `null` reads values that do not fit as null, and counts them")
  func nullPolicy() throws {
    let text = "{\"a\":\"x\",\"b\":\"y\"}\n{\"a\":2}\n{\"a\":3,}\n{\"a\":[1],\"b\":5}\n"
    let outcome = try JSONFixture(text).read(Self.schema, JSONSetup(policy: .null))
    #expect(
      outcome.rows == [
        [.null, .string("y")], [.int(2), .null], [.null, .string("5")],
      ])
    #expect(outcome.notes.nulledValues == 2)
    #expect(outcome.rejects.count == 1)
  }

  @Test("an empty text in a column of numbers is no value, and counted; a blank is a reject")
  func emptyTexts() throws {
    let text = "{\"a\":\"\",\"b\":\"\"}\n{\"a\":2}\n{\"a\":\" \"}\n"
    let outcome = try JSONFixture(text).read(Self.schema, JSONSetup())
    #expect(outcome.rows == [[.null, .string("")], [.int(2), .null]])
    #expect(outcome.notes.emptyTexts == 1)
    #expect(outcome.rejects.count == 1)
  }

  @Test("thousands of rejects on one line take no more than a moment")
  func manyRejects() throws {
    for piece in ["{x}", "{\"a\" 1}", "[x]", "{\"a\":\"q\"}", "}", "x{"] {
      let count = 40_000
      let fixture = try JSONFixture("{\"a\":1}" + String(repeating: piece, count: count))
      let start = ContinuousClock.now
      let outcome = try fixture.read(Self.schema, JSONSetup(target: 64 << 10))
      #expect(ids(outcome) == [.int(1)])
      #expect(outcome.rejects.count <= count)
      #expect(ContinuousClock.now - start < .seconds(10), "\(piece)")
    }
  }
}
