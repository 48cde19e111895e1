import LakeCore
import LakeFormats
import LakeTestSupport
import Testing

@Suite("CSV damage")
struct CSVDamageTests {
  private func read(_ text: String) throws -> CSVOutcome {
    try CSVHarness().read(text, schema: textColumns("a", "b"))
  }

  @Test
  func recordsWithTooFewOrTooManyFieldsAreRejects() throws {
    let outcome = try read("a,b\n1,x\n2\n3,y\n4,z,5\n6,w\n")
    #expect(outcome.texts == [["1", "x"], ["3", "y"], ["6", "w"]])
    #expect(
      outcome.reasons == [
        "the record has 1 field and not 2", "the record has 3 fields and not 2",
      ])
    #expect(outcome.rejects.map(\.line) == [3, 5])
    #expect(outcome.rejects.map(\.byteOffset) == [8, 14])
    #expect(outcome.rejects.map(\.raw) == [Array("2".utf8), Array("4,z,5".utf8)])
  }

  @Test
  func raggedRecordOverSeveralLinesIsOneReject() throws {
    let outcome = try read("a,b\n\"1\n2\"\n3,y\n")
    #expect(outcome.texts == [["3", "y"]])
    #expect(outcome.rejects.map(\.raw) == [Array("\"1\n2\"".utf8)])
  }

  @Test
  func textBehindAClosingQuoteIsAReject() throws {
    let outcome = try read("a,b\n1,\"x\"y\n2,\"z\" \n3,w\n")
    #expect(outcome.texts == [["3", "w"]])
    #expect(
      outcome.reasons
        == Array(repeating: "text follows the closing quote of field 2", count: 2))
    #expect(outcome.rejects.map(\.column) == [6, 6])
  }

  @Test
  func unclosedQuoteCostsOnlyTheLinesBeforeTheNextWholeRecords() throws {
    let outcome = try read("a,b\n1,x\n2,\"y\n3,z\n4,w\n5,v\n")
    #expect(outcome.texts == [["1", "x"], ["3", "z"], ["4", "w"], ["5", "v"]])
    #expect(outcome.reasons == ["the quote that opens field 2 is not closed"])
    #expect(outcome.rejects.map(\.raw) == [Array("2,\"y".utf8)])
  }

  @Test
  func strayQuoteThatALaterQuoteClosesCostsOnlyItsLine() throws {
    let outcome = try read("a,b\n1,\"x\n2,y\n3,z\n4,\"w\"\n5,v\n")
    #expect(outcome.texts == [["2", "y"], ["3", "z"], ["4", "w"], ["5", "v"]])
    #expect(outcome.reasons == ["text follows the closing quote of field 2"])
  }

  @Test
  func textThatIsCutOffInTheMiddleIsNotTakenForRecords() throws {
    let outcome = try read("a,b\n1,x\n2,\"once, upon\na time, there\nwas no comma\nat all")
    #expect(outcome.texts == [["1", "x"]])
    #expect(outcome.rejects.count == 1)
    #expect(outcome.rejects.first?.byteCount == 47)
  }

  @Test
  func unclosedQuoteInTheLastRecordIsOneReject() throws {
    let outcome = try read("a,b\n1,x\n2,\"y")
    #expect(outcome.texts == [["1", "x"]])
    #expect(outcome.reasons == ["the quote that opens field 2 is not closed"])
  }

  @Test
  func recordThatIsNoUTF8IsAReject() throws {
    let bytes = Array("a,b\n1,x\n2,".utf8) + [0xFF] + Array("\n3,ʤ\n".utf8)
    let outcome = try CSVHarness().read([bytes], schema: textColumns("a", "b"))
    #expect(outcome.texts == [["1", "x"], ["3", "ʤ"]])
    #expect(outcome.reasons == ["the record is not UTF-8"])
    #expect(outcome.rejects.first?.column == 3)
  }

  @Test
  func recordThatIsTooLongIsPassedOver() throws {
    var harness = CSVHarness()
    harness.chunkBytes = 64
    harness.recordMax = 512
    let long = String(repeating: "x", count: 3000)
    let outcome = try harness.read(
      "a,b\n1,x\n2,\(long)\n3,y\n4,z\n", schema: textColumns("a", "b"))
    #expect(outcome.texts == [["1", "x"], ["3", "y"], ["4", "z"]])
    #expect(outcome.reasons == ["the record is longer than 512 bytes"])
    #expect(outcome.rejects.first?.byteCount == 3003)
  }

  @Test
  func unclosedQuoteInALongFileDoesNotSwallowTheRest() throws {
    var harness = CSVHarness()
    harness.chunkBytes = 64
    harness.recordMax = 1024
    let lines = (0..<2000).map { "\($0),text" }
    let text = "a,b\nx,\"y\n" + lines.joined(separator: "\n") + "\n"
    let outcome = try harness.read(text, schema: textColumns("a", "b"))
    #expect(outcome.rows.count == 2000)
    #expect(outcome.rejects.map(\.raw) == [Array("x,\"y".utf8)])
  }

  @Test
  func compressedFileThatIsCutGivesItsWholeRecordsAndOneReject() throws {
    let text = "a,b\n" + (0..<5000).map { "\($0),text number \($0)\n" }.joined()
    let file = try Array(text.utf8).gzipped()
    let outcome = try CSVHarness().read(
      [Array(file.prefix(file.count / 2))], schema: textColumns("a", "b"))
    #expect(outcome.rows.count > 1000)
    #expect(outcome.texts.enumerated().allSatisfy { $1 == ["\($0)", "text number \($0)"] })
    #expect(outcome.rejects.count == 1)
    #expect(outcome.reasons.first?.hasPrefix("the gzip stream ends in the middle") == true)
  }

  /// How a file is cut into chunks, and by how many threads they are read, changes nothing.
  @Test(arguments: 0..<60)
  func chunksOfAnySizeGiveTheSame(seed: Int) throws {
    var random = SeededRandom(seed: UInt64(seed))
    let pieces = [
      "a", "bc", ",", ",", ",", "\n", "\n", "\n", "\"", "\"\"", "\"x\"", "\"y,\nz\"", "\r\n", " ",
      "1,2\n", "3,\"4\"\n", "\u{FEFF}", "long text without end ",
    ]
    var text = "k,v\n"
    for _ in 0..<random.below(120) { text += pieces[random.below(pieces.count)] }
    var harness = CSVHarness()
    harness.options = CSVReadOptions(delimiter: UInt8(ascii: ","), hasHeader: true)
    let whole = try harness.read(text, schema: textColumns("k", "v"))
    for (chunkBytes, threadCount, batchRows) in [(1, 1, 1), (7, 2, 3), (33, 2, 2048)] {
      harness.chunkBytes = chunkBytes
      harness.threadCount = threadCount
      harness.options.batchRows = batchRows
      let cut = try harness.read(text, schema: textColumns("k", "v"))
      #expect(cut == whole, "chunks of \(chunkBytes) bytes of \(text.debugDescription)")
    }
    let read = whole.rows.count + whole.rejects.count
    #expect(whole.summary?.recordCount == whole.rows.count)
    #expect(whole.summary?.rejectCount == read - whole.rows.count)
  }
}
