import LakeCore
import LakeFormats
import LakeTestSupport
import Testing

@Suite("Gzip damage")
struct GzipDamageTests {
  private static let text = sampleText(byteCount: 600)

  @Test(arguments: Codecs.allCases)
  func fileCutAtAnyLengthGivesWhatCameBefore(_ codecs: Codecs) throws {
    let text = GzipDamageTests.text
    let file = try text.gzipped() + (try text.gzipped())
    let boundary = file.count / 2
    var longest = 0
    for length in 1..<file.count where length != boundary {
      let (content, damage) = try Array(file.prefix(length)).ungzipped(codecs)
      #expect(damage?.code == .corruptData, "cut to \(length) bytes")
      #expect((text + text).starts(with: content), "cut to \(length) bytes")
      #expect(content.count >= longest, "cut to \(length) bytes")
      longest = content.count
    }
    #expect(longest == 2 * text.count)
    #expect(try Array(file.prefix(boundary)).ungzipped(codecs).damage == nil)
  }

  /// Whatever bit is wrong: the content is what it was, or the damage is seen; and both libraries
  /// say the same.
  @Test
  func wrongBitAnywhereIsSeenOrDoesNotMatter() throws {
    let text = GzipDamageTests.text
    let file = try text.gzipped()
    var harmless: Set<Int> = []
    for index in file.indices {
      for bit in 0..<8 {
        var flipped = file
        flipped[index] ^= 1 << UInt8(bit)
        let (content, damage) = try flipped.ungzipped(.zlibOnly)
        let other = try flipped.ungzipped(.withOptional)
        #expect(content == other.content, "bit \(bit) of byte \(index)")
        #expect(damage?.message == other.damage?.message, "bit \(bit) of byte \(index)")
        if damage != nil { continue }
        #expect(content == text, "bit \(bit) of byte \(index)")
        harmless.insert(index)
      }
    }
    // The flag that the text is text, the time, the extra flags and the operating system.
    #expect(harmless.isSubset(of: [3, 4, 5, 6, 7, 8, 9]))
  }

  @Test(arguments: Codecs.allCases)
  func randomBytesBehindTheMagicEndInAnError(_ codecs: Codecs) throws {
    var random = SeededRandom(seed: 7)
    for _ in 0..<500 {
      var file: [UInt8] = [0x1F, 0x8B, 8, 0]
      for _ in 0..<random.below(200) { file.append(UInt8(random.below(256))) }
      let (content, damage) = try file.ungzipped(codecs)
      #expect(damage != nil)
      #expect(content.count < 1 << 20)
    }
  }
}
