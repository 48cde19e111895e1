import LakeCore
import LakeFormats
import LakeTestSupport
import Testing

@Suite("Gzip reading")
struct GzipReadingTests {
  @Test(arguments: Codecs.allCases)
  func membersFollowOneAnother(_ codecs: Codecs) throws {
    let parts = [sampleText(byteCount: 3000), [], sampleText(byteCount: 70_000, seed: 2)]
    let file = try parts.flatMap { try $0.gzipped() }
    let (content, damage) = try file.ungzipped(codecs)
    #expect(damage == nil)
    #expect(content == parts.flatMap { $0 })
  }

  @Test(arguments: Codecs.allCases)
  func noBytesAreAnEmptyText(_ codecs: Codecs) throws {
    let (content, damage) = try [UInt8]().ungzipped(codecs)
    #expect(content.isEmpty)
    #expect(damage == nil)
  }

  /// A header with every optional field: extra, name, comment and the header's own checksum.
  @Test(arguments: Codecs.allCases)
  func optionalHeaderFieldsArePassedOver(_ codecs: Codecs) throws {
    let text = sampleText(byteCount: 500)
    var member = GzipMember(flags: 0x1E)
    member.optional = [3, 0] + Array("abcname\0comment\0".utf8)
    member.addHeaderChecksum()
    let (content, damage) = try member.bytes(of: text).ungzipped(codecs)
    #expect(damage == nil)
    #expect(content == text)
  }

  @Test(arguments: Codecs.allCases)
  func headerWithAWrongChecksumIsDamage(_ codecs: Codecs) throws {
    var member = GzipMember(flags: 0x02)
    member.addHeaderChecksum()
    member.optional[0] ^= 1
    let (content, damage) = try member.bytes(of: sampleText(byteCount: 500)).ungzipped(codecs)
    #expect(content.isEmpty)
    #expect(damage?.message.contains("header crc mismatch") == true)
  }

  @Test(arguments: Codecs.allCases)
  func wrongChecksumIsFoundAfterTheContentWasGiven(_ codecs: Codecs) throws {
    let text = sampleText(byteCount: 500)
    var file = try text.gzipped()
    file[file.count - 8] ^= 1
    let (content, damage) = try file.ungzipped(codecs)
    #expect(content == text)
    #expect(damage?.code == .corruptData)
    #expect(damage?.message.contains("checksum") == true)
  }

  @Test(arguments: Codecs.allCases)
  func wrongSizeIsFound(_ codecs: Codecs) throws {
    let text = sampleText(byteCount: 500)
    var file = try text.gzipped()
    file[file.count - 4] ^= 1
    let (content, damage) = try file.ungzipped(codecs)
    #expect(content == text)
    #expect(damage?.message.contains("the size of the gzip member") == true)
  }

  @Test(arguments: Codecs.allCases)
  func zerosBehindTheLastMemberArePassedOver(_ codecs: Codecs) throws {
    let text = sampleText(byteCount: 500)
    let file = try text.gzipped() + [UInt8](repeating: 0, count: 200_000)
    let (content, damage) = try file.ungzipped(codecs)
    #expect(content == text)
    #expect(damage == nil)
  }

  @Test(arguments: Codecs.allCases, ["x", "more text", "\u{1F}", "\u{1F}x"])
  func anythingElseBehindTheLastMemberIsDamageWithItsOffset(
    _ codecs: Codecs, _ garbage: String
  ) throws {
    let text = sampleText(byteCount: 500)
    let member = try text.gzipped()
    let (content, damage) = try (member + Array(garbage.utf8)).ungzipped(codecs)
    #expect(content == text)
    #expect(damage?.code == .corruptData)
    let offset = garbage == "\u{1F}" ? member.count + 1 : member.count
    #expect(damage?.message.contains("byte \(offset) of the compressed file") == true)
  }

  @Test(arguments: Codecs.allCases)
  func textThatIsNoGzipIsRefused(_ codecs: Codecs) throws {
    let (content, damage) = try Array("plain text".utf8).ungzipped(codecs)
    #expect(content.isEmpty)
    #expect(damage?.message == "the file does not begin as gzip does")
  }

  @Test(arguments: [1, 2, 7, 10_000], [1, 3, 100_000])
  func piecesOfAnySizeMakeTheSameText(inputStep: Int, outputStep: Int) throws {
    let parts = [sampleText(byteCount: 2000), sampleText(byteCount: 30_000, seed: 3)]
    let members = try parts.flatMap { part -> [UInt8] in try part.gzipped() }
    let file = members + [0, 0, 0]
    let source = DribblingSource(file, step: inputStep)
    let (content, damage) = try drain(
      try GzipStreamReader(source, path: nil), step: outputStep)
    #expect(damage == nil)
    #expect(content == parts.flatMap { $0 })
  }

  @Test
  func errorNamesTheFileAndIsRepeated() throws {
    let file = try sampleText(byteCount: 50_000).gzipped()
    let source = DribblingSource(Array(file.prefix(file.count / 2)), step: 1000)
    let reader = try GzipStreamReader(source, path: "/lake/a.gz")
    let (content, first) = try drain(reader)
    let (nothing, second) = try drain(reader)
    #expect(nothing.isEmpty)
    #expect(first?.place == .file("/lake/a.gz", offset: content.count))
    #expect(first?.message == second?.message)
  }

  @Test(arguments: Codecs.allCases)
  func moreThanTheLimitIsNotDecompressed(_ codecs: Codecs) throws {
    let file = try [UInt8](repeating: 0, count: 40 << 20).gzipped()
    let (content, damage) = try file.withView {
      try GzipFile.decompress($0, limit: 1000, libraries: codecs.libraries)
    }
    #expect(content == [UInt8](repeating: 0, count: 1000))
    #expect(damage == nil)
  }
}

/// A member of gzip put together by hand, around data of zlib's.
struct GzipMember {
  var flags: UInt8
  var optional: [UInt8] = []

  init(flags: UInt8) {
    self.flags = flags
  }

  private var header: [UInt8] { [0x1F, 0x8B, 8, flags, 0, 0, 0, 0, 0, 255] + optional }

  /// Appends the low half of the CRC-32 of the header so far.
  mutating func addHeaderChecksum() {
    var crc = UInt32.max
    for byte in header {
      crc ^= UInt32(byte)
      for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
    }
    let sum = UInt16(truncatingIfNeeded: ~crc)
    optional += [UInt8(truncatingIfNeeded: sum), UInt8(truncatingIfNeeded: sum >> 8)]
  }

  func bytes(of text: [UInt8]) throws -> [UInt8] {
    header + (try text.gzipped()).dropFirst(10)
  }
}
