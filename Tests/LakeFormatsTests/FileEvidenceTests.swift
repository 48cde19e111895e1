import LakeCore
import LakeFormats
import LakeTestSupport
import Testing

@Suite struct FileEvidenceTests {
  private func survey(_ texts: [String], format: TextFormat? = nil) throws -> [FileSurvey] {
    let directory = try TemporaryDirectory()
    let files = try texts.enumerated().map { index, text in
      try TextFile.open(
        try directory.write(text, to: "\(index)"), as: format, in: LocalFileSystem(),
        libraries: CodecLibraries())
    }
    return try TextScan(files: files).survey(on: try ThreadPool(threadCount: 2)) { _ in }
  }

  @Test func evidenceComesBackFromItsBytes() throws {
    let text = "{\"a\":1,\"b\":{\"c\":[1.25,\"x\"]},\"é\":null}\n{\"a\":-9007199254740993}\n"
    for survey in try survey([text, "p;q\n1;\"\"\n", "a line\n"]) {
      let bytes = survey.evidence.encoded()
      let read = try #require(FileEvidence(encoded: bytes))
      #expect(read.encoded() == bytes)
      #expect(read.recordCount == survey.evidence.recordCount)
      #expect(read.decisions.map(\.decision.type) == survey.evidence.decisions.map(\.decision.type))
    }
  }

  @Test func bytesThatAreNoEvidenceAreRefused() throws {
    let bytes = try #require(try survey(["{\"a\":1,\"b\":[{\"c\":2}]}"]).first).evidence.encoded()
    for count in 0..<bytes.count { #expect(FileEvidence(encoded: Array(bytes[..<count])) == nil) }
    #expect(FileEvidence(encoded: bytes + [0]) == nil)
    var random = SeededRandom(seed: 7)
    for _ in 0..<2_000 {
      var damaged = bytes
      damaged[Int.random(in: 0..<bytes.count, using: &random)] = .random(
        in: 0...255, using: &random)
      // Whatever it is read as, nothing traps, and it can be added up.
      var sum = FileEvidence()
      if let read = FileEvidence(encoded: damaged) { sum.add(read) }
    }
  }

  @Test func columnsOfOneFileDoNotComeFromAnother() throws {
    let found = try survey(["{\"b\":1,\"A\":2}\n", "{\"a\":1,\"b\":2}\n", "{\"c\":1}\n"])
    #expect(found.map { $0.evidence.columns.map(\.name) } == [["b", "A"], ["a", "b"], ["c"]])
  }

  @Test(arguments: [
    ("1", DataType.bigint, true), ("1", .integer, true), ("1234567890", .integer, false),
    ("12", .tinyint, true), ("123", .tinyint, false), ("1", .double, true), ("1.5", .double, true),
    ("1.5", .bigint, false), ("1.5", .real, true), ("1", .varchar, true), ("\"x\"", .bigint, false),
    ("null", .bigint, true), ("true", .boolean, true), ("9007199254740993", .double, false),
    ("1e300", .real, false), ("12.25", .decimal(precision: 10, scale: 2), true),
    ("12.255", .decimal(precision: 10, scale: 2), false),
    ("-123456789", .integer, true), ("[1,\"x\"]", .array(.bigint), false),
    ("{\"a\":1}", .row([Field("a", .bigint)]), true),
    ("{\"a\":\"x\"}", .row([Field("a", .bigint)]), false), ("\"2024-01-01\"", .date, false),
  ])
  func evidenceTellsWhetherAllValuesFit(value: String, type: DataType, fits: Bool) throws {
    let found = try survey(["{\"a\":\(value)}"], format: .json)
    #expect(found[0].evidence.columns[0].evidence.fits(type) == fits)
  }
}
