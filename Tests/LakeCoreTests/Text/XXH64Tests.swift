import LakeCore
import LakeTestSupport
import Testing

@Suite("XXH64")
struct XXH64Tests {
  private func hash(_ bytes: [UInt8], seed: UInt64 = 0) -> UInt64 {
    bytes.withUnsafeBytes {
      guard let base = $0.baseAddress else { return XXH64(seed: seed).digest }
      return XXH64.hash(ByteView(base, count: bytes.count), seed: seed)
    }
  }

  private func hash(_ text: String, seed: UInt64 = 0) -> UInt64 {
    hash(Array(text.utf8), seed: seed)
  }

  /// Values that others publish: the specification's reference implementation and its tests.
  @Test
  func agreesWithPublishedValues() {
    #expect(hash("") == 0xEF46_DB37_51D8_E999)
    #expect(hash("a") == 0xD24E_C4F1_A98C_6E5B)
    #expect(hash("abc") == 0x44BC_2CF5_AD77_0999)
    #expect(hash("Nobody inspects the spammish repetition") == 0xFBCE_A83C_8A37_8BF1)
    #expect(hash("I want an unsigned 64-bit seed!") == 0xD4CB_0A70_A2B8_C7C1)
    #expect(hash("I want an unsigned 64-bit seed!", seed: 1) == 0xCE50_87F1_2470_D961)
  }

  /// The generator and the values of xxHash's own sanity check.
  @Test
  func agreesWithTheReferenceTest() {
    var generator: UInt64 = 2_654_435_761
    var bytes: [UInt8] = []
    for _ in 0..<222 {
      bytes.append(UInt8(truncatingIfNeeded: generator >> 56))
      generator = generator &* 11_400_714_785_074_694_797
    }
    let seed: UInt64 = 2_654_435_761
    #expect(hash([], seed: seed) == 0xAC75_FDA2_929B_17EF)
    #expect(hash(Array(bytes[..<1])) == 0xE934_A84A_DB05_2768)
    #expect(hash(Array(bytes[..<1]), seed: seed) == 0x5014_6076_43A9_B4C3)
    #expect(hash(Array(bytes[..<14])) == 0x8282_DCC4_994E_35C8)
    #expect(hash(Array(bytes[..<14]), seed: seed) == 0xC3BD_6BF6_3DEB_6DF0)
    #expect(hash(bytes) == 0xB641_AE8C_B691_C174)
    #expect(hash(bytes, seed: seed) == 0x20CB_8AB7_AE10_C14A)
  }

  @Test
  func piecesHashLikeTheWhole() {
    var random = SeededRandom(seed: 8)
    let bytes = (0..<300).map { _ in UInt8(truncatingIfNeeded: random.next()) }
    for count in 0...300 {
      let whole = hash(Array(bytes[..<count]), seed: 42)
      var pieces = XXH64(seed: 42)
      bytes.withUnsafeBytes { buffer in
        guard let base = buffer.baseAddress else { return }
        var offset = 0
        while offset < count {
          let step = min(count - offset, Int(random.next() % 50))
          pieces.update(ByteView(base + offset, count: step))
          offset += step
        }
      }
      #expect(pieces.digest == whole, "\(count) bytes")
    }
  }
}
