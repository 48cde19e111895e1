/// SHA-256 (FIPS 180-4), and HMAC over it (RFC 2104): for what must not be guessed or forged. For
/// fingerprints there is `XXH64`, which is many times faster.
package struct SHA256: Sendable {
  private var state = State()
  /// What did not fill a block of 64 bytes yet.
  private var pending: [UInt8] = []
  private var byteCount: UInt64 = 0

  package init() {}

  /// The digest of some bytes, 32 bytes long.
  package static func digest(_ bytes: some Sequence<UInt8>) -> [UInt8] {
    var hash = SHA256()
    hash.update(bytes)
    return hash.finish()
  }

  package mutating func update(_ bytes: some Sequence<UInt8>) {
    for byte in bytes {
      pending.append(byte)
      byteCount &+= 1
      if pending.count == 64 { compress() }
    }
  }

  /// The digest of all bytes; the hash is used up.
  package mutating func finish() -> [UInt8] {
    // Safe: nobody hashes 2^61 bytes; beyond them the length is taken modulo 2^64, as the
    // standard's field holds it.
    let bitCount = byteCount &* 8
    pending.append(0x80)
    if pending.count > 56 {
      while pending.count < 64 { pending.append(0) }
      compress()
    }
    while pending.count < 56 { pending.append(0) }
    for shift in stride(from: 56, through: 0, by: -8) {
      pending.append(UInt8(truncatingIfNeeded: bitCount >> UInt64(shift)))
    }
    compress()
    return state.bytes
  }

  private mutating func compress() {
    pending.withUnsafeBufferPointer { block in
      if let base = block.baseAddress { state.compress(base) }
    }
    pending.removeAll(keepingCapacity: true)
  }
}

/// A key with which digests are made that nobody can make without it (HMAC).
package struct SHA256Key: Sendable {
  /// Hashes that have taken the block of the key already.
  private let inner: SHA256
  private let outer: SHA256

  package init(_ key: [UInt8]) {
    var block = key.count > 64 ? SHA256.digest(key) : key
    block += Array(repeating: 0, count: 64 - block.count)
    var (inner, outer) = (SHA256(), SHA256())
    inner.update(block.map { $0 ^ 0x36 })
    outer.update(block.map { $0 ^ 0x5c })
    self.inner = inner
    self.outer = outer
  }

  package func authenticate(_ bytes: some Sequence<UInt8>) -> [UInt8] {
    var (inner, outer) = (inner, outer)
    inner.update(bytes)
    outer.update(inner.finish())
    return outer.finish()
  }
}

extension SHA256 {
  /// The eight words that a block after the other is mixed into.
  private struct State: Sendable {
    var a: UInt32 = 0x6a09_e667
    var b: UInt32 = 0xbb67_ae85
    var c: UInt32 = 0x3c6e_f372
    var d: UInt32 = 0xa54f_f53a
    var e: UInt32 = 0x510e_527f
    var f: UInt32 = 0x9b05_688c
    var g: UInt32 = 0x1f83_d9ab
    var h: UInt32 = 0x5be0_cd19

    var bytes: [UInt8] {
      [a, b, c, d, e, f, g, h].flatMap { word in
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: word >> UInt32($0)) }
      }
    }

    /// Takes the 64 bytes at `block`. The standard adds modulo 2^32 throughout.
    mutating func compress(_ block: UnsafePointer<UInt8>) {
      withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 64) { schedule in
        guard let w = schedule.baseAddress else { return }
        State.fill(w, from: block)
        SHA256.constants.withUnsafeBufferPointer { constants in
          var s = self
          for index in 0..<64 {
            let mix = rotate(s.e, 6) ^ rotate(s.e, 11) ^ rotate(s.e, 25)
            let choice = s.e & s.f ^ ~s.e & s.g
            let first = s.h &+ mix &+ choice &+ constants[index] &+ w[index]
            let turn = rotate(s.a, 2) ^ rotate(s.a, 13) ^ rotate(s.a, 22)
            let majority = s.a & s.b ^ s.a & s.c ^ s.b & s.c
            (s.h, s.g, s.f, s.e) = (s.g, s.f, s.e, s.d &+ first)
            (s.d, s.c, s.b, s.a) = (s.c, s.b, s.a, first &+ turn &+ majority)
          }
          (a, b, c, d) = (a &+ s.a, b &+ s.b, c &+ s.c, d &+ s.d)
          (e, f, g, h) = (e &+ s.e, f &+ s.f, g &+ s.g, h &+ s.h)
        }
      }
    }

    private static func fill(_ w: UnsafeMutablePointer<UInt32>, from block: UnsafePointer<UInt8>) {
      let words = UnsafeRawPointer(block)
      for index in 0..<16 {
        w[index] = UInt32(
          bigEndian: words.loadUnaligned(fromByteOffset: index * 4, as: UInt32.self))
      }
      for index in 16..<64 {
        let (x, y) = (w[index - 15], w[index - 2])
        let first = rotate(x, 7) ^ rotate(x, 18) ^ x >> 3
        let second = rotate(y, 17) ^ rotate(y, 19) ^ y >> 10
        w[index] = w[index - 16] &+ first &+ w[index - 7] &+ second
      }
    }
  }

  @inline(__always)
  private static func rotate(_ word: UInt32, _ count: UInt32) -> UInt32 {
    word &>> count | word &<< (32 &- count)
  }

  /// The fractional parts of the cube roots of the first 64 primes.
  private static let constants: [UInt32] = [
    0x428a_2f98, 0x7137_4491, 0xb5c0_fbcf, 0xe9b5_dba5, 0x3956_c25b, 0x59f1_11f1, 0x923f_82a4,
    0xab1c_5ed5, 0xd807_aa98, 0x1283_5b01, 0x2431_85be, 0x550c_7dc3, 0x72be_5d74, 0x80de_b1fe,
    0x9bdc_06a7, 0xc19b_f174, 0xe49b_69c1, 0xefbe_4786, 0x0fc1_9dc6, 0x240c_a1cc, 0x2de9_2c6f,
    0x4a74_84aa, 0x5cb0_a9dc, 0x76f9_88da, 0x983e_5152, 0xa831_c66d, 0xb003_27c8, 0xbf59_7fc7,
    0xc6e0_0bf3, 0xd5a7_9147, 0x06ca_6351, 0x1429_2967, 0x27b7_0a85, 0x2e1b_2138, 0x4d2c_6dfc,
    0x5338_0d13, 0x650a_7354, 0x766a_0abb, 0x81c2_c92e, 0x9272_2c85, 0xa2bf_e8a1, 0xa81a_664b,
    0xc24b_8b70, 0xc76c_51a3, 0xd192_e819, 0xd699_0624, 0xf40e_3585, 0x106a_a070, 0x19a4_c116,
    0x1e37_6c08, 0x2748_774c, 0x34b0_bcb5, 0x391c_0cb3, 0x4ed8_aa4a, 0x5b9c_ca4f, 0x682e_6ff3,
    0x748f_82ee, 0x78a5_636f, 0x84c8_7814, 0x8cc7_0208, 0x90be_fffa, 0xa450_6ceb, 0xbef9_a3f7,
    0xc671_78f2,
  ]
}
