import LakeCore
import LakeFormats
import LakeTestSupport
import Testing

/// What a file looks like, and what is put right in it without a word but with a count.
@Suite("JSON layouts")
struct JSONLayoutTests {
  static let schema = Schema([Field("a", .bigint)])

  private func ids(_ outcome: JSONOutcome) -> [Value] { outcome.rows.map { $0[0] } }

  @Test("layouts are told apart by looking")
  func layouts() throws {
    let cases: [(String, JSONLayout)] = [
      ("{\"a\":1}\n{\"a\":2}\n", .newlineDelimited),
      ("{\"a\":1},\n{\"a\":2}\n", .newlineDelimited),
      ("{\"a\":1}", .newlineDelimited),
      ("{\"a\":1}{\"a\":2}", .concatenated),
      ("{\"a\":1} {\"a\":2}", .concatenated),
      ("{\n\"a\":1}\n{\"a\":2}", .prettyPrinted),
      ("[{\"a\":1},{\"a\":2}]", .array),
      (" [\n{\"a\":1}\n]", .array),
      ("[]", .array),
    ]
    for (text, layout) in cases {
      #expect(try JSONFixture(text).layout == layout, "\(text)")
    }
  }

  @Test(
    "files without a record have no rows and no rejects",
    arguments: [
      "", " ", "\n", "\r\n\t \n", "\u{FEFF}", "\u{FEFF}\n", "[]", "[ ]\n", "[\n]", "[", ",",
    ])
  func emptyFiles(text: String) throws {
    let outcome = try JSONFixture(text).read(Self.schema)
    #expect(outcome.rows.isEmpty)
    #expect(outcome.places == [])
    #expect(try JSONFixture(text).infer().recordCount == 0)
  }

  @Test("a byte order mark is passed over, at the beginning and between records")
  func byteOrderMarks() throws {
    for separator in ["\n", ""] {
      let outcome = try JSONFixture("\u{FEFF}{\"a\":1}\(separator)\u{FEFF}{\"a\":2}").read(
        Self.schema)
      #expect(ids(outcome) == [.int(1), .int(2)])
      #expect(outcome.places == [])
      #expect(outcome.notes.innerByteOrderMarks == 1)
    }
  }

  @Test("commas behind records that are no members of an array are counted")
  func strayCommas() throws {
    let outcome = try JSONFixture("{\"a\":1},\n{\"a\":2},\n{\"a\":3}\n").read(Self.schema)
    #expect(ids(outcome) == [.int(1), .int(2), .int(3)])
    #expect(outcome.notes.strayCommas == 2)
    #expect(try JSONFixture("[{\"a\":1},\n{\"a\":2}]").read(Self.schema).notes.strayCommas == 0)
  }

  @Test("glued records are counted, records with a newline or a comma between them are not")
  func gluedRecords() throws {
    for (text, count) in [
      ("{\"a\":1}{\"a\":2} {\"a\":3}", 2), ("{\"a\":1}\n{\"a\":2}{\"a\":3}\n", 1),
      ("{\"a\":1},{\"a\":2}\n {\"a\":3}", 0), ("[{\"a\":1},{\"a\":2},{\"a\":3}]", 0),
    ] {
      let outcome = try JSONFixture(text).read(Self.schema)
      #expect(ids(outcome) == [.int(1), .int(2), .int(3)], "\(text)")
      #expect(outcome.notes.gluedRecords == count, "\(text)")
    }
  }

  @Test("the brackets of arrays are counted, so that one that never ends is known")
  func arrayBrackets() throws {
    let cut = try JSONFixture("[\n{\"a\":1},\n{\"a\":2},\n").read(Self.schema)
    #expect(ids(cut) == [.int(1), .int(2)])
    #expect(cut.notes.openedArrays == 1 && cut.notes.closedArrays == 0)
    let two = try JSONFixture("[{\"a\":1}]\n[{\"a\":2}]").read(Self.schema)
    #expect(ids(two) == [.int(1), .int(2)])
    #expect(two.notes.openedArrays == 2 && two.notes.closedArrays == 2)
  }
}
