import LakeCore
import LakeFormats
import LakeTestSupport
import Testing

@Suite("Zstandard, LZ4 and Brotli")
struct OtherCodecTests {
  private static let hasZstd = CodecLibraries().zstd != nil

  @Test(.enabled(if: hasZstd, "skipped: there is no libzstd"), arguments: [0, 1, 100, 300_000])
  func zstdGivesBackWhatItGot(byteCount: Int) throws {
    let text = sampleText(byteCount: byteCount)
    let decompressor = try ZstdDecompressor(libraries: CodecLibraries())
    for level in [1, 3, 19] {
      let compressor = try ZstdCompressor(level: level, libraries: CodecLibraries())
      var sink = try ByteSink()
      try text.withView { try compressor.compress($0, into: &sink) }
      try text.withView { try compressor.compress($0, into: &sink) }
      let target = try Buffer(byteCount: byteCount * 2)
      try decompressor.decompress(sink.view, into: target.base, count: byteCount * 2)
      #expect(
        Array(UnsafeRawBufferPointer(start: target.base, count: byteCount * 2)) == text + text)
      #expect(throws: LakeError.self) {
        try decompressor.decompress(sink.view, into: target.base, count: byteCount * 2 + 1)
      }
    }
  }

  @Test func whatNeedsALibraryNamesItsPackage() {
    let bare = CodecLibraries(useOptional: false)
    #expect(bare.zstd == nil && bare.brotli == nil)
    do throws(LakeError) {
      _ = try ZstdDecompressor(libraries: bare)
      Issue.record("nothing was thrown")
    } catch {
      #expect(error.code == .unsupported)
      #expect(error.hint?.contains("libzstd1") == true)
    }
  }

  private func unLZ4(_ bytes: [UInt8], count: Int, deprecated: Bool = false) throws -> [UInt8] {
    let target = try Buffer(byteCount: count)
    let out = target.pointer(as: UInt8.self)
    try bytes.withView { view in
      if deprecated {
        try LZ4.decompressDeprecated(view, into: out, count: count)
      } else {
        try LZ4.decompress(view, into: out, count: count)
      }
    }
    return Array(UnsafeRawBufferPointer(start: target.base, count: count))
  }

  /// "ab", then twenty bytes that repeat them, then "c".
  private static let block: [UInt8] = [0x2F, 0x61, 0x62, 2, 0, 1, 0x10, 0x63]
  private static let content = Array("ababababababababababab".utf8) + Array("c".utf8)

  @Test func blocksOfLZ4AreRead() throws {
    #expect(try unLZ4(Self.block, count: 23) == Self.content)
    for count in [0, 5, 22, 24] {
      #expect(throws: LakeError.self) { try unLZ4(Self.block, count: count) }
    }
    for bytes: [UInt8] in [
      [0x1F, 0x61, 2, 0, 0], [0x1F, 0x61, 0, 0, 0], [0xF0], [0x30, 1], [0x10],
    ] {
      #expect(throws: LakeError.self) { try unLZ4(bytes, count: 23) }
    }
  }

  @Test func lz4InTheFramingOfHadoopIsTakenApart() throws {
    let framed: [UInt8] = [0, 0, 0, 23, 0, 0, 0, 8] + Self.block
    let twice = Self.content + Self.content
    #expect(try unLZ4(framed + framed, count: 46, deprecated: true) == twice)
    #expect(try unLZ4(Self.block, count: 23, deprecated: true) == Self.content)
    #expect(throws: LakeError.self) { try unLZ4(framed, count: 46, deprecated: true) }
  }
}
