import LakeCore
import LakeFormats
import LakeTestSupport
import Testing

@Suite("Plain text")
struct LineReaderTests {
  /// The lines, and the rejects as `line: reason`.
  private func read(
    _ content: [UInt8], named name: String = "in.txt", chunkBytes: Int = 1 << 20,
    recordMax: Int = 128 << 20
  ) throws -> (lines: [String], rejects: [String]) {
    let directory = try TemporaryDirectory()
    let path = try directory.write(content, to: name)
    let file = try TextFile.open(
      path, as: .text, in: LocalFileSystem(), libraries: CodecLibraries())
    var scan = TextScan(files: [file])
    scan.sizes.target = chunkBytes
    scan.sizes.recordMax = recordMax
    let pool = try ThreadPool(threadCount: 2)
    let schema = try scan.infer(on: pool).schema
    #expect(schema.description == "line varchar")
    var lines: [String] = []
    var rejects: [String] = []
    _ = try scan.run(
      on: pool, makeDecoder: try scan.decoderFactory(schema: schema),
      transform: { batch in
        (0..<batch.rowCount).map { row -> String in
          if case .string(let text) = batch.columns[0].value(at: row) { text } else { "null" }
        }
      },
      consume: { lines += $0 },
      reject: { rejects.append("\($0.line): \($0.reason)") })
    return (lines, rejects)
  }

  @Test
  func linesAreReadAlikeWhereverTheFileIsCut() throws {
    let text = "one\n\n  two \"quoted, text\"\r\nthree is longer than twelve bytes\n\u{20AC}\rx\n\n"
    let expected = [
      "one", "", "  two \"quoted, text\"", "three is longer than twelve bytes", "\u{20AC}\rx", "",
    ]
    for content in [text, String(text.dropLast())] {
      for chunkBytes in 1...content.utf8.count + 1 {
        let found = try read(Array(content.utf8), chunkBytes: chunkBytes)
        let wanted = content == text ? expected : expected.dropLast()
        #expect(found.lines == Array(wanted), "chunks of \(chunkBytes) bytes")
        #expect(found.rejects.isEmpty)
      }
    }
  }

  @Test
  func moreLinesThanABatchHolds() throws {
    let wanted = (0..<(3 * Batch.rowTarget + 1)).map { "line \($0) of many lines in a file" }
    let found = try read(Array(wanted.joined(separator: "\n").utf8), chunkBytes: 50_000)
    #expect(found.lines == wanted)
  }

  @Test
  func bytesThatAreNoTextCostTheirLine() throws {
    let content = Array("a\n".utf8) + [0xC3, 0x28, 0x0A] + Array("b\n".utf8) + [0xE2, 0x82]
    for chunkBytes in 1...content.count {
      let found = try read(content, chunkBytes: chunkBytes)
      #expect(found.lines == ["a", "b"])
      #expect(found.rejects == ["2: the record is not UTF-8", "4: the record is not UTF-8"])
    }
  }

  @Test
  func byteOrderMarkAtTheBeginningIsLeftOut() throws {
    let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    #expect(try read(mark + Array("a\nb".utf8)).lines == ["a", "b"])
    #expect(try read(mark).lines == [])
    #expect(try read(Array("a\n".utf8) + mark + Array("b".utf8)).lines == ["a", "\u{FEFF}b"])
  }

  @Test
  func lineThatIsTooLongIsAReject() throws {
    let long = String(repeating: "x", count: 500)
    let found = try read(Array("a\n\(long)\nb\n".utf8), chunkBytes: 16, recordMax: 64)
    #expect(found.lines == ["a", "b"])
    #expect(found.rejects == ["2: the record is longer than 64 bytes"])
  }

  @Test
  func schemaIsOneColumnOfText() throws {
    #expect(throws: Never.self) {
      try LineReader.makeDecoder(schema: Schema([Field("message", .varchar)]))
    }
    for fields in [[], [Field("a", .bigint)], [Field("a", .varchar), Field("b", .varchar)]] {
      #expect(throws: LakeError.self) { try LineReader.makeDecoder(schema: Schema(fields)) }
    }
  }
}

@Suite("Formats told by looking")
struct FormatGuessTests {
  private func format(_ text: String, named name: String) throws -> String {
    let directory = try TemporaryDirectory()
    let path = try directory.write(Array(text.utf8), to: name)
    return try TextFile.open(path, in: LocalFileSystem(), libraries: CodecLibraries()).format.name
  }

  @Test(arguments: [
    ("{\"a\": 1}", "x.csv", "JSON"),
    ("[{\"a\": 1}]", "x", "JSON"),
    ("junk\n{\"a\": 1, \"b\": 2}\n{\"a\": 1, \"b\": 2}\n", "x.json", "JSON"),
    ("junk\n{\"a\": 1}\n", "x.log", "text"),
    ("a,b\n1,2\n", "x.json", "CSV"),
    ("a,b\n1,2\n", "x.txt", "CSV"),
    ("a\tb\n1\t2\n", "x", "CSV"),
    ("1,2\n", "x", "CSV"),
    ("a,b\n", "x", "text"),
    ("a,b\n", "x.csv.gz", "CSV"),
    ("a\n1\n", "x.csv", "CSV"),
    ("a\n1\n", "x.txt", "text"),
    ("One, two.\nThree.\nFour.\nFive, six, seven.\n", "x", "text"),
    ("", "x.csv", "empty"),
    (" \n\t\r\n", "x.json", "empty"),
    ("\u{FEFF}\n", "x", "empty"),
  ])
  func formatFollowsFromContentAndThenFromTheName(text: String, name: String, format: String) throws
  {
    #expect(try self.format(text, named: name) == format)
  }

  @Test
  func blanksBeforeTheFirstRecordAreNotTheWholeFile() throws {
    let blanks = String(repeating: " ", count: 300 << 10)
    #expect(try format(blanks + "{\"a\": 1}", named: "x.json") != "empty")
  }
}
