import LakeCore

/// Hashes of texts as records keep them: sixteen hexadecimal digits of XXH64.
enum TextHash {
  static func hex(_ text: String) -> String { hex(hash(text)) }

  static func hash(_ text: String) -> UInt64 {
    var copy = text
    return copy.withUTF8 { bytes in
      guard let base = bytes.baseAddress else { return XXH64().digest }
      return XXH64.hash(ByteView(base, count: bytes.count))
    }
  }

  static func hex(_ hash: UInt64) -> String {
    let digits = String(hash, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
