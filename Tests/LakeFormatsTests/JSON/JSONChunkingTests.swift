import LakeCore
import LakeFormats
import LakeTestSupport
import Testing

/// Where a file is cut, and how many threads read it, must not show in what is read.
@Suite("JSON chunks")
struct JSONChunkingTests {
  static let schema = Schema([
    Field("id", .bigint), Field("name", .varchar), Field("x", .double),
    Field("list", .array(.bigint)),
    Field(
      "inner",
      .row([Field("n", .double), Field("lines", .array(.row([Field("t", .varchar)])))])),
    Field("flag", .boolean), Field("éñ\"k", .varchar),
  ])

  static let setups: [JSONSetup] =
    [1, 2, 3, 7, 16, 33, 100, 300].map { JSONSetup(target: $0) } + [
      JSONSetup(target: 5, threads: 3), JSONSetup(target: 64, threads: 3, batchRows: 1),
      JSONSetup(batchRows: 3),
    ]

  @Test("every right document gives the reference's values", arguments: DocumentStyle.allCases)
  func rightDocuments(style: DocumentStyle) throws {
    for seed in 0..<12 {
      var documents = RandomDocuments(seed: UInt64(seed))
      let count = documents.random.below(12)
      let records = (0..<count).map { documents.record(id: $0) }
      let fixture = try JSONFixture(documents.document(records, style))
      let expected = records.map { record in
        Self.schema.fields.map { field in
          Self.rowValue(record, field)
        }
      }
      for setup in [JSONSetup()] + Self.setups {
        let outcome = try fixture.read(Self.schema, setup)
        #expect(outcome.places == [], "seed \(seed), \(setup)")
        #expect(
          outcome.rows.count == expected.count && zip(outcome.rows, expected).allSatisfy(areSame),
          "seed \(seed), \(setup): \(outcome.rows) is not \(expected)")
        #expect(outcome.recordCount == count)
        #expect(outcome.byteCount == fixture.bytes.count)
        #expect(outcome.lineCount == fixture.bytes.count { $0 == 0x0A })
      }
    }
  }

  private static func rowValue(_ record: JSONNode, _ field: Field) -> Value {
    guard case .row(let values) = record.value(as: .row([field])) else { return .bool(false) }
    return values[0]
  }

  @Test("damage is found alike however the file is cut", arguments: DocumentStyle.allCases)
  func damagedDocuments(style: DocumentStyle) throws {
    for seed in 0..<40 {
      var documents = RandomDocuments(seed: UInt64(1000 + seed))
      let records = (0..<(1 + documents.random.below(8))).map { documents.record(id: $0) }
      let text = documents.document(records, style)
      let fixture = try JSONFixture(documents.damaged(Array(text.utf8)))
      let whole = try fixture.read(Self.schema)
      let evidence = try fixture.evidence()
      for setup in Self.setups {
        let outcome = try fixture.read(Self.schema, setup)
        #expect(
          outcome == whole,
          """
          seed \(seed), target \(setup.target), threads \(setup.threads):
          \(outcome.difference(from: whole))
          \(String(decoding: fixture.bytes, as: UTF8.self))
          """)
        #expect(try fixture.evidence(setup) == evidence, "seed \(seed), \(setup)")
        if outcome != whole { return }
      }
    }
  }

  /// What fuzzing found, as it was.
  static let findings: [[UInt8]] = [
    Array("{\"aa\":2}$".utf8) + [0xFF, 0xFF, 0xFF, 0xA1]
      + Array("{2}\t\t{\n \t\t{\n\t{\n    \" ".utf8)
  ]

  @Test("what fuzzing found is read alike however the file is cut", arguments: findings)
  func fuzzingFindings(bytes: [UInt8]) throws {
    let fixture = try JSONFixture(bytes)
    let whole = try fixture.read(Self.schema)
    for target in 1...bytes.count {
      let outcome = try fixture.read(Self.schema, JSONSetup(target: target))
      #expect(outcome == whole, "target \(target): \(outcome.difference(from: whole))")
    }
  }

  @Test("no byte of a damaged file is lost: it is in a record, a reject, or between them")
  func nothingIsLost() throws {
    for seed in 0..<200 {
      var documents = RandomDocuments(seed: UInt64(5000 + seed))
      let records = (0..<4).map { documents.record(id: $0) }
      let style = documents.random.pick(DocumentStyle.allCases)
      let fixture = try JSONFixture(
        documents.damaged(Array(documents.document(records, style).utf8)))
      let outcome = try fixture.read(Self.schema)
      var end = 0
      for found in outcome.rejects {
        #expect(found.byteOffset >= end && found.byteCount > 0, "seed \(seed)")
        end = found.byteOffset + found.byteCount
        #expect(end <= fixture.bytes.count)
        #expect(found.raw == Array(fixture.bytes[found.byteOffset..<end].prefix(4096)))
        let before = fixture.bytes[..<found.byteOffset]
        #expect(found.line >= before.count { $0 == 0x0A } + 1)
      }
    }
  }

  @Test("a record that is too long is passed over, alike however the file is cut")
  func oversizedRecords() throws {
    let setups = [1, 3, 10, 50, 99, 100].map { JSONSetup(target: $0, recordMax: 100) }
    let long = "{\"id\":9,\"name\":\"" + String(repeating: "abc{}[", count: 30) + "\"}"
    for style in DocumentStyle.allCases {
      var documents = RandomDocuments(seed: 3)
      let ids = (0..<5).map { JSONNode.object([("id", .number("\($0)"))]) }
      let text = documents.document(ids, style)
      guard let third = text.ranges(of: "{").dropFirst(2).first else { continue }
      let between = text[..<third.lowerBound].utf8.last == 0x0A ? ",\n" : ","
      let indent = style == .indentedLines ? "\n  " : ""
      let input =
        String(text[..<third.lowerBound]) + long + (indent.isEmpty ? between : indent)
        + text[third.lowerBound...]
      let fixture = try JSONFixture(input)
      let first = try fixture.read(Self.schema, setups[0])
      #expect(first.rows.map { $0[0] } == (0..<5).map { .int(Int64($0)) }, "\(style)")
      #expect(first.rejects.count == 1)
      #expect(first.rejects.first?.reason == "the record is longer than 100 bytes")
      for setup in setups.dropFirst() {
        #expect(try fixture.read(Self.schema, setup) == first, "\(style) \(setup)")
      }
    }
  }

  @Test("a record of just the greatest length is read, one byte more is too long")
  func greatestLength() throws {
    for (padding, rejects) in [(0, 0), (1, 1)] {
      let name = String(repeating: "n", count: 82 + padding)
      let record = "{\"id\":1,\"name\":\"\(name)\"}"
      #expect(record.utf8.count == 100 + padding)
      // The stretch of a record reaches to the next, with the newline.
      for text in ["\(record){\"id\":2}", "[{\"id\":0},\(record)]"] {
        let fixture = try JSONFixture(text)
        for target in [1, 40, 100] {
          let outcome = try fixture.read(Self.schema, JSONSetup(target: target, recordMax: 101))
          #expect(outcome.rejects.count == 0, "\(text) \(target) \(outcome.places)")
          let tight = try fixture.read(Self.schema, JSONSetup(target: target, recordMax: 99))
          #expect(tight.rejects.count <= 1 + rejects)
        }
      }
    }
  }
}
