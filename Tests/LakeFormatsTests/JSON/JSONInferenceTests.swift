import LakeCore
import LakeFormats
import LakeTestSupport
import Testing

/// What type a column gets from its values.
@Suite("JSON inference")
struct JSONInferenceTests {
  static let cases: [([String], DataType)] = [
    (["1", "2"], .bigint), (["1", "null"], .bigint), (["null"], .unseen),
    (["1", "0.5"], .double), (["0.5", "1e3"], .double), (["1e3"], .double),
    (["true", "false"], .boolean), (["\"x\"", "\"2024-01-01\""], .varchar),
    (["9223372036854775807", "-9223372036854775808"], .bigint),
    (["9223372036854775808"], .decimal(precision: 38, scale: 0)),
    (["1", "-9223372036854775809"], .decimal(precision: 38, scale: 0)),
    (["99999999999999999999999999999999999999"], .decimal(precision: 38, scale: 0)),
    (["100000000000000000000000000000000000000", "1"], .varchar),
    // Up to 2^53 a double holds every integer; beyond, the digits count.
    (["9007199254740992", "0.5"], .double), (["-9007199254740992", "0.5"], .double),
    (["9007199254740993", "0.5"], .decimal(precision: 38, scale: 1)),
    (["0.125", "-9007199254740993"], .decimal(precision: 38, scale: 3)),
    (["9223372036854775808", "1e-3"], .decimal(precision: 38, scale: 3)),
    (["9007199254740993", "1e-30"], .varchar),
    (["9007199254740993", "1e30"], .decimal(precision: 38, scale: 0)),
    (["9007199254740993", "0e-99", "0e99", "0.5"], .decimal(precision: 38, scale: 1)),
    (["1e400", "1"], .varchar), (["1e-400"], .varchar), (["0e999"], .double),
    (["1", "\"x\""], .varchar), (["true", "1"], .varchar), (["[1]", "1"], .varchar),
    (["[]"], .array(.unseen)), (["[null]"], .array(.unseen)),
    (["[]", "[1]", "null"], .array(.bigint)),
    (["[1]", "[0.5]"], .array(.double)), (["[1,\"x\"]"], .array(.varchar)),
    (["[[1],[]]"], .array(.array(.bigint))),
    (["{}"], .varchar), (["{\"b\":1}", "{}"], .row([Field("b", .bigint)])),
    (["{\"b\":1}", "{\"c\":\"x\",\"b\":2.5}"], .row([Field("b", .double), Field("c", .varchar)])),
    (["{\"b\":null}"], .row([Field("b", .unseen)])),
    (
      ["[{\"b\":1},{\"c\":[true]}]"],
      .array(.row([Field("b", .bigint), Field("c", .array(.boolean))]))
    ),
    (["{\"b\":1}", "[1]"], .varchar),
  ]

  @Test("a column's type is the join over its values", arguments: 0..<cases.count)
  func joins(index: Int) throws {
    let (values, type) = Self.cases[index]
    for order in [values, values.reversed()] where !type.isNested || order == values {
      let text = order.map { "{\"a\":\($0)}\n" }.joined()
      let schema = try JSONFixture(text).infer().schema
      #expect(schema.fields == [Field("a", type)], "\(order)")
      // Every value can be read by the type, and no digit of an integer is lost.
      let outcome = try JSONFixture(text).read(schema)
      #expect(outcome.places == [], "\(order) as \(type)")
      #expect(outcome.rows.count == order.count)
    }
  }

  @Test("a key of the last record of the last file is a column")
  func lastKey() throws {
    let first = try TextFixtures([
      "{\"a\":1}\n{\"a\":2}\n", "{\"a\":3}\n{\"a\":4,\"z\":{\"y\":true}}",
    ])
    #expect(
      try first.infer().fields
        == [Field("a", .bigint), Field("z", .row([Field("y", .boolean)]))])
  }

  @Test("few values against many are rejects, more of them make the column text")
  func outliers() throws {
    for (others, all, type) in [
      (1, 1000, DataType.bigint), (1, 999, .varchar), (2, 2000, .bigint), (3, 2999, .varchar),
    ] {
      let text =
        String(repeating: "{\"a\":1}\n", count: all - others)
        + String(repeating: "{\"a\":\"x\"}\n", count: others)
      let fixture = try JSONFixture(text)
      let inference = try fixture.infer()
      #expect(inference.schema.fields == [Field("a", type)], "\(others) of \(all)")
      let decision = try #require(inference.columns.first).evidence.decision
      #expect(decision.outlierCount == (type == .varchar ? 0 : others))
      #expect(decision.isMixed == (type == .varchar))
      let outcome = try fixture.read(inference.schema)
      #expect(outcome.rejects.count == decision.outlierCount)
      if type == .varchar { #expect(outcome.rows.last == [.string("x")]) }
    }
  }

  @Test("beyond a thousand, values are no outliers whatever their share")
  func outlierCap() {
    #expect(TypeDecision.areOutliers(1_000, among: 1_000_000))
    #expect(!TypeDecision.areOutliers(1_001, among: 10_000_000))
    #expect(!TypeDecision.areOutliers(1_000, among: 999_999))
  }

  @Test("what is text anyway has no outliers")
  func textHasNoOutliers() throws {
    let huge = "{\"a\":" + String(repeating: "9", count: 60) + "}\n"
    let text = String(repeating: huge, count: 1999) + "{\"a\":true}\n"
    let evidence = try #require(try JSONFixture(text).infer().columns.first).evidence
    #expect(evidence.decision.type == .varchar)
    #expect(evidence.decision.outlierCount == 0 && evidence.decision.isMixed)
  }

  @Test("nulls and missing keys are told from values")
  func nullCounts() throws {
    let text = "{\"a\":1,\"b\":{\"c\":1}}\n{\"a\":null}\n{\"b\":{}}\n{\"a\":2,\"a\":3}\n"
    let inference = try JSONFixture(text).infer()
    #expect(inference.recordCount == 4)
    let evidence = Dictionary(
      uniqueKeysWithValues: inference.columns.map { ($0.name, $0.evidence) })
    let a = try #require(evidence["a"])
    #expect(a.nullCount(of: 4) == 2)
    #expect(a[.repeated] == 1)
    let b = try #require(evidence["b"])
    #expect(b.nullCount(of: 4) == 2)
    #expect(b.members.first?.evidence.nullCount(of: b[.object]) == 1)
  }

  @Test("digits that a double cannot hold are counted")
  func inexactDigits() throws {
    let values = ["0.1", "0.1000000000000000055511151231257827", "1e22", "9007199254740993", "0.3"]
    let text = values.map { "{\"a\":\($0)}\n" }.joined()
    let evidence = try #require(try JSONFixture(text).infer().columns.first).evidence
    #expect(evidence[.inexactFraction] == 1)
    #expect(evidence[.beyondDouble] == 1)
    #expect(evidence[.fraction] == 4 && evidence[.integer] == 1)
  }

  @Test("records that are broken leave no trace, whichever thread reads them")
  func brokenRecordsLeaveNoTrace() throws {
    let broken = [
      "{\"z\":1,\"y\":{\"x\":[0.123456789]},\"a\":0.123456789,\"B\":9,]",
      "{\"z\":\"\\ud800\"}", "{\"q\":[[[1]]] 5}", "{\"A\":1 1}",
    ]
    let good = ["{\"a\":9007199254740993,\"b\":1}", "{\"y\":{\"x\":[1]},\"z\":2,\"a\":0.5}"]
    var random = SeededRandom(seed: 8)
    for _ in 0..<20 {
      var lines: [String] = []
      for line in good {
        for _ in 0..<random.below(4) { lines.append(random.pick(broken)) }
        lines.append(line)
      }
      let fixture = try JSONFixture(lines.joined(separator: "\n"))
      for threads in [1, 3] {
        let schema = try fixture.infer(JSONSetup(target: 30, threads: threads)).schema
        #expect(
          schema.fields == [
            Field("a", .decimal(precision: 38, scale: 1)), Field("b", .bigint),
            Field("y", .row([Field("x", .array(.bigint))])), Field("z", .bigint),
          ])
      }
    }
  }

  @Test("columns and spellings come in the order of the file, whichever thread reads them")
  func columnOrder() throws {
    var random = SeededRandom(seed: 21)
    let names = (0..<40).map { "Key\($0)" }
    let lines = (0..<300).map { index -> String in
      var keys = Array(names.prefix(1 + index / 8)).shuffled(using: &random).prefix(6).map { $0 }
      keys = keys.map { random.chance(3) ? $0.uppercased() : $0 }
      return "{" + Set(keys).map { "\"\($0)\":{\"\($0.lowercased())\":1}" }.joined(separator: ",")
        + "}"
    }
    let fixture = try JSONFixture(lines.joined(separator: "\n"))
    let expected = try fixture.evidence()
    for _ in 0..<5 {
      #expect(try fixture.evidence(JSONSetup(target: 100, threads: 3)) == expected)
    }
  }

  @Test("objects whose keys are data are text, and a record must not be one")
  func tooManyKeys() throws {
    let lines = (0..<4097).map { "{\"a\":{\"k\($0)\":1}}\n" }.joined()
    for target in [1 << 20, 1000] {
      let fixture = try JSONFixture(lines)
      let schema = try fixture.infer(JSONSetup(target: target, threads: 2)).schema
      #expect(schema.fields == [Field("a", .varchar)])
      #expect(try fixture.read(schema).rows.last == [.string("{\"k4096\":1}")])
      let records = try JSONFixture((0..<4097).map { "{\"k\($0)\":1}\n" }.joined())
      let error = #expect(throws: LakeError.self) {
        try records.infer(JSONSetup(target: target, threads: 2))
      }
      #expect(error?.code == .limitExceeded)
      #expect(error?.message == "the records have more than 4096 different keys")
    }
    let most = try JSONFixture((0..<4096).map { "{\"k\($0)\":1}\n" }.joined())
    #expect(try most.infer().columns.count == 4096)
  }

  @Test("keys of nested objects are limited in all")
  func tooManyPlaces() throws {
    let lines = (0..<40).map { outer in
      "{\"a\(outer)\":{" + (0..<2000).map { "\"k\($0)\":1" }.joined(separator: ",") + "}}\n"
    }
    for target in [1 << 20, 1000] {
      let error = #expect(throws: LakeError.self) {
        try JSONFixture(lines.joined()).infer(JSONSetup(target: target, threads: 2))
      }
      #expect(error?.code == .limitExceeded)
    }
    #expect(try JSONFixture(lines.prefix(30).joined()).infer().columns.count == 30)
  }

  @Test("a record with very many values is counted like any other")
  func longRecord() throws {
    let text = "{\"a\":[" + (0..<20_000).map { "\($0)" }.joined(separator: ",") + ",0.5]}\n"
    let inference = try JSONFixture(text + "{\"a\":[1,}\n" + text).infer()
    let element = try #require(inference.columns.first?.evidence.element.first)
    #expect(element[.integer] == 40_000 && element[.fraction] == 2)
    #expect(inference.schema.fields == [Field("a", .array(.double))])
  }

  @Test("what was inferred reads every record, but for those that stand against their column")
  func inferenceThenReading() throws {
    for seed in 0..<150 {
      var documents = RandomDocuments(seed: UInt64(9000 + seed))
      let style = documents.random.pick(DocumentStyle.allCases)
      let records = (0..<documents.random.below(20)).map { documents.record(id: $0) }
      let bytes = Array(documents.document(records, style).utf8)
      let isDamaged = documents.random.chance(2)
      let fixture = try JSONFixture(isDamaged ? documents.damaged(bytes) : bytes)
      let inference = try fixture.infer()
      let outcome = try fixture.read(inference.schema)
      let mismatches = outcome.rejects.filter { $0.reason.contains("which cannot hold") }
      #expect(mismatches.isEmpty, "seed \(seed) \(outcome.places)")
      #expect(outcome.recordCount == inference.recordCount, "seed \(seed)")
    }
  }
}

/// Several files that are looked at as one table.
private struct TextFixtures {
  private let directory: TemporaryDirectory
  private let files: [TextFile]

  init(_ texts: [String]) throws {
    let directory = try TemporaryDirectory()
    self.directory = directory
    files = try texts.enumerated().map { index, text in
      let path = try directory.write(text, to: "\(index).json")
      return try TextFile.open(
        path, as: .json, in: LocalFileSystem(), libraries: CodecLibraries())
    }
  }

  func infer() throws -> Schema {
    try JSONReader.infer(TextScan(files: files), on: try ThreadPool(threadCount: 2)).schema
  }
}
