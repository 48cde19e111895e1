import LakeCore
import LakeFormats
import LakeTestSupport
import Testing

/// Which value belongs to which column.
@Suite("JSON keys")
struct JSONKeyTests {
  private func outcome(_ text: String, _ fields: Field...) throws -> JSONOutcome {
    try JSONFixture(text).read(Schema(fields))
  }

  @Test("keys come in any order, are missing, or are not wanted")
  func orders() throws {
    let found = try outcome(
      "{\"a\":1,\"b\":2,\"c\":3}\n{\"c\":6,\"b\":5,\"a\":4}\n"
        + "{\"z\":[{}],\"b\":8}\n{}\n{ \"a\" : 9 }\n",
      Field("a", .bigint), Field("b", .bigint), Field("c", .bigint))
    #expect(
      found.rows == [
        [.int(1), .int(2), .int(3)], [.int(4), .int(5), .int(6)], [.null, .int(8), .null],
        [.null, .null, .null], [.int(9), .null, .null],
      ])
  }

  @Test("keys that are written with escapes are the same keys")
  func escapedKeys() throws {
    let found = try outcome(
      "{\"\\u0061\":1,\"q\\\"\":2}\n{\"a\":3,\"q\\u0022\":4}\n", Field("a", .bigint),
      Field("q\"", .bigint))
    #expect(found.rows == [[.int(1), .int(2)], [.int(3), .int(4)]])
    #expect(try inferred("{\"\\u0061\":1}\n{\"a\":2}\n").map(\.name) == ["a"])
  }

  @Test("keys of every length are told from those that begin alike")
  func keyLengths() throws {
    let names = (0...30).map { String(repeating: "k", count: $0) }
    let records = names.indices.map { "{\"\(names[$0])\":\($0)}\n" }.joined()
    let all = "{" + names.indices.map { "\"\(names[$0])\":\($0)" }.joined(separator: ",") + "}\n"
    let found = try JSONFixture(all + records).read(Schema(names.map { Field($0, .bigint) }))
    #expect(found.rows[0] == names.indices.map { .int(Int64($0)) })
    for index in names.indices {
      #expect(
        found.rows[index + 1] == names.indices.map { $0 == index ? .int(Int64(index)) : .null })
    }
  }

  @Test("values that nobody asks for are read as strictly as all others")
  func unwantedValues() throws {
    var texts: [(String, isRight: Bool)] = [
      ("\"\"", true), ("\"a\\\"b\"", true), ("\"tab\there\"", false), ("[1.5,-2]", true),
      ("[1.]", false), ("tru", false), ("{\"b\":0.5e1}", true),
    ]
    for sign in ["", "-", "+", "--"] {
      for first in ["", "0", "7"] {
        for (whole, fraction) in (0...18).flatMap({ whole in (-1...18).map { (whole, $0) } }) {
          for (exponent, isRight) in [("", true), ("e5", true), ("e", false), (".", false)] {
            let number = first + String(repeating: "3", count: whole)
            let point = fraction < 0 ? "" : "." + String(repeating: "5", count: fraction)
            let isWhole = !number.isEmpty && (first != "0" || whole == 0)
            texts.append(
              (
                sign + number + point + exponent,
                isRight && isWhole && fraction != 0 && (sign.isEmpty || sign == "-")
              ))
          }
        }
      }
    }
    let lines = texts.map { "{\"skip\":\($0.0),\"a\":1}\n" }
    let found = try outcome(lines.joined(), Field("a", .bigint))
    let wrong = texts.indices.filter { !texts[$0].isRight }
    #expect(found.rejects.map(\.line) == wrong.map { $0 + 1 })
    #expect(found.rows.count == texts.count - wrong.count)
  }

  @Test("of a key that stands twice the last value wins, and is counted")
  func duplicateKeys() throws {
    let row = DataType.row([Field("x", .bigint), Field("y", .array(.bigint))])
    let cases: [(String, DataType, Value)] = [
      ("{\"a\":1,\"a\":2}", .bigint, .int(2)),
      ("{\"a\":1,\"a\":null}", .bigint, .null),
      ("{\"a\":null,\"a\":2}", .bigint, .int(2)),
      ("{\"a\":\"bad\",\"a\":2}", .bigint, .int(2)),
      ("{\"a\":\"one\",\"a\":\"two\"}", .varchar, .string("two")),
      ("{\"a\":[1,2,3],\"a\":[4]}", .array(.bigint), .list([.int(4)])),
      ("{\"a\":[4],\"a\":[]}", .array(.bigint), .list([])),
      ("{\"a\":[[1,2],[3]],\"a\":[[4]]}", .array(.array(.bigint)), .list([.list([.int(4)])])),
      ("{\"a\":{\"x\":1,\"y\":[1]},\"a\":{\"x\":3}}", row, .row([.int(3), .null])),
      (
        "{\"a\":{\"x\":\"bad\",\"y\":[\"bad\"]},\"a\":{\"y\":[3]}}", row,
        .row([.null, .list([.int(3)])])
      ),
      ("{\"a\":{\"x\":1},\"a\":null}", row, .null),
    ]
    for (text, type, value) in cases {
      let found = try outcome("\(text)\n{}\n\(text)\n", Field("a", type))
      #expect(areSame(found.rows.map { $0[0] }, [value, .null, value]), "\(text) \(found)")
      #expect(found.notes.duplicateKeys == 2)
    }
    // A loss does not excuse the value that stays, nor other columns.
    for text in ["{\"a\":1,\"a\":\"bad\"}", "{\"b\":\"bad\",\"a\":\"bad\",\"a\":1}"] {
      let found = try outcome(text, Field("a", .bigint), Field("b", .bigint))
      #expect(found.rejects.count == 1)
    }
  }

  @Test("of a map's key that stands twice the last value wins in the first place")
  func duplicateMapKeys() throws {
    let type = DataType.map(key: .varchar, value: .array(.bigint))
    func entry(_ key: String, _ numbers: Int64...) -> Value {
      .row([.string(key), .list(numbers.map { .int($0) })])
    }
    let found = try outcome(
      "{\"a\":{\"p\":[1],\"q\":[2],\"p\":[3,4]}}\n{\"a\":{\"q\":[5]}}\n", Field("a", type))
    #expect(found.rows == [[.list([entry("p", 3, 4), entry("q", 2)])], [.list([entry("q", 5)])]])
    #expect(found.notes.duplicateKeys == 1)
    let excused = try outcome("{\"a\":{\"p\":[\"bad\"],\"\\u0070\":[3]}}\n", Field("a", type))
    #expect(excused.rows == [[.list([entry("p", 3)])]])
    // Beyond the number up to which each key is compared with each.
    let many = (0..<1000).map { "\"k\($0 % 500)\":[\($0)]" }.joined(separator: ",")
    let large = try outcome("{\"a\":{\(many)}}\n", Field("a", type))
    #expect(large.rows == [[.list((0..<500).map { entry("k\($0)", Int64($0 + 500)) })]])
    #expect(large.notes.duplicateKeys == 500)
  }

  @Test("keys that differ by case are one column; in one record the first spelling wins")
  func caseCollisions() throws {
    let text = "{\"Name\":1}\n{\"name\":2,\"NAME\":3}\n{\"NAME\":4,\"name\":5,\"NAME\":6}\n"
    let found = try outcome(text, Field("name", .bigint))
    #expect(found.rows == [[.int(1)], [.int(2)], [.int(6)]])
    #expect(found.notes.caseCollisions == 2)
    #expect(found.notes.duplicateKeys == 1)
    let inference = try JSONFixture(text).infer()
    #expect(inference.schema.fields == [Field("Name", .bigint)])
  }

  @Test("what collides by case need not fit the column")
  func collisionsAreNotValues() throws {
    let found = try outcome("{\"a\":1,\"A\":\"text\"}\n", Field("a", .bigint))
    #expect(found.rows == [[.int(1)]])
    #expect(try inferred("{\"a\":1,\"A\":\"text\"}\n") == [Field("a", .bigint)])
  }

  @Test("unknown keys beyond all measure are passed over")
  func manyUnknownKeys() throws {
    let text = (0..<6_000).map { "{\"u\($0)\":1,\"a\":\($0),\"U\($0)\":[2]}\n" }.joined()
    let found = try outcome(text, Field("a", .bigint))
    #expect(found.rows == (0..<6_000).map { [.int(Int64($0))] })
  }

  @Test("spellings beyond all measure still reach their column")
  func manySpellings() throws {
    let name = Array("abcdefghijklmnop")
    let text = (0..<20_000).map { number in
      let key = name.indices.map {
        number >> $0 & 1 == 1 ? name[$0].uppercased() : String(name[$0])
      }.joined()
      return "{\"\(key)\":\(number)}\n"
    }.joined()
    let found = try outcome(text, Field("abcdefghijklmnop", .bigint))
    #expect(found.rows == (0..<20_000).map { [.int(Int64($0))] })
    #expect(try inferred(text) == [Field("abcdefghijklmnop", .bigint)])
  }
}
