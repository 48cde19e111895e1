import LakeCore
import Testing

@Suite("SHA-256")
struct SHA256Tests {
  @Test(
    "digests are those that the standard gives",
    arguments: [
      ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
      ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
      (
        "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
      ),
    ])
  func digests(text: String, digest: String) {
    #expect(hex(SHA256.digest(text.utf8)) == digest)
  }

  @Test("the digest of a text does not depend on the pieces in which it comes")
  func pieces() {
    let bytes = (0..<300).map { UInt8(truncatingIfNeeded: $0 * 7) }
    for cut in [0, 1, 55, 56, 63, 64, 65, 127, 128, 299] {
      var hash = SHA256()
      hash.update(bytes[..<cut])
      hash.update(bytes[cut...])
      #expect(hash.finish() == SHA256.digest(bytes))
    }
  }

  @Test("authentication is that of RFC 4231, with short and with long keys")
  func authentication() {
    #expect(
      hex(SHA256Key(Array("Jefe".utf8)).authenticate("what do ya want for nothing?".utf8))
        == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
    let long = Array(repeating: 0xaa as UInt8, count: 131)
    let text = "Test Using Larger Than Block-Size Key - Hash Key First"
    #expect(
      hex(SHA256Key(long).authenticate(text.utf8))
        == "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54")
  }

  private func hex(_ bytes: [UInt8]) -> String {
    bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
  }
}
