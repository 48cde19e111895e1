import LakeCore
import LakeFormats
import LakeTestSupport
import Testing

@Suite("Compressed blocks")
struct BlockCodecTests {
  private func decompress(
    _ bytes: [UInt8], _ format: DeflateFormat, _ codecs: Codecs, count: Int
  ) throws -> [UInt8] {
    let decompressor = BlockDecompressor(format, libraries: codecs.libraries)
    let target = try Buffer(byteCount: count)
    try bytes.withView { try decompressor.decompress($0, into: target.base, count: count) }
    return Array(UnsafeRawBufferPointer(start: target.base, count: count))
  }

  @Test(arguments: DeflateFormat.allCases, [0, 1, 100, 200_000])
  func blocksOfEitherLibraryAreReadByBoth(_ format: DeflateFormat, byteCount: Int) throws {
    let text = sampleText(byteCount: byteCount)
    for level in [1, 6, 9] {
      for writer in Codecs.allCases {
        let block = try text.compressed(format, writer, level: level)
        for reader in Codecs.allCases {
          #expect(try decompress(block, format, reader, count: byteCount) == text)
        }
      }
    }
  }

  @Test
  func compressorServesOneBlockAfterTheOther() throws {
    for codecs in Codecs.allCases {
      let compressor = try BlockCompressor(.zlib, level: 6, libraries: codecs.libraries)
      let decompressor = BlockDecompressor(.zlib, libraries: codecs.libraries)
      for byteCount in [5000, 10, 70_000] {
        let text = sampleText(byteCount: byteCount, seed: UInt64(byteCount))
        var sink = try ByteSink()
        try text.withView { try compressor.compress($0, into: &sink) }
        let target = try Buffer(byteCount: byteCount)
        try decompressor.decompress(sink.view, into: target.base, count: byteCount)
        #expect(Array(UnsafeRawBufferPointer(start: target.base, count: byteCount)) == text)
      }
    }
  }

  @Test(arguments: DeflateFormat.allCases, Codecs.allCases)
  func wrongSizesAreDamage(_ format: DeflateFormat, _ codecs: Codecs) throws {
    let block = try sampleText(byteCount: 1000).compressed(format, codecs, level: 6)
    for count in [0, 1, 999, 1001, 5000] {
      #expect(throws: LakeError.self, "\(count)") {
        try decompress(block, format, codecs, count: count)
      }
    }
  }

  @Test(arguments: DeflateFormat.allCases)
  func damageHasTheSameWordsFromBothLibraries(_ format: DeflateFormat) throws {
    let block = try sampleText(byteCount: 1000).compressed(format, .zlibOnly, level: 6)
    let damaged = [Array(block.dropLast()), block + [1], Array(block.prefix(20)), []]
    for bytes in damaged {
      let errors = Codecs.allCases.map { codecs -> LakeError? in
        #expect(throws: LakeError.self) {
          try decompress(bytes, format, codecs, count: 1000)
        }
      }
      #expect(errors[0]?.code == .corruptData)
      #expect(errors[0]?.message == errors[1]?.message)
    }
  }

  @Test(arguments: Codecs.allCases)
  func gzipBlockMayHaveSeveralMembers(_ codecs: Codecs) throws {
    let text = sampleText(byteCount: 1000)
    let block = try text.gzipped(codecs) + (try text.gzipped(codecs))
    #expect(try decompress(block, .gzip, codecs, count: 2000) == text + text)
  }

  @Test
  func unknownLevelIsRefused() throws {
    for level in [0, 10, -1] {
      #expect(throws: LakeError.self) {
        try BlockCompressor(.gzip, level: level, libraries: CodecLibraries())
      }
    }
  }
}
