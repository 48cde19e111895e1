import LakeCore

/// More digests and checksums, and numbers as bytes.
extension ScalarFunctions {
  static let digests: [FunctionDefinition] = [
    digest(["sha1"], "The SHA-1 digest; safe against nobody") { SHA1.digest($0) },
    digest(["sha512"], "The SHA-512 digest") { SHA512.digest($0) },
    hmac("hmac_md5", blockSize: 64) { MD5.digest($0) },
    hmac("hmac_sha1", blockSize: 64) { SHA1.digest($0) },
    hmac("hmac_sha256", blockSize: 64) { SHA256.digest($0) },
    hmac("hmac_sha512", blockSize: 128) { SHA512.digest($0) },
    FunctionDefinition(
      "sha2", description: "The SHA-256 or SHA-512 digest in hexadecimal digits, by its bits",
      overloads: [
        Overload([.varchar, .bigint], .varchar) { call in
          let (texts, bits) = (try call.strings(0), try call.input(1, as: Int64.self))
          let error = call.failure("the bits of a digest are 256 (or 0) or 512")
          return try call.texts(error: error) { row, out in
            let digest: [UInt8]
            switch bits[row] {
            case 0, 256: digest = texts[row].withBytes { SHA256.digest(ByteRun($0)) }
            case 512: digest = texts[row].withBytes { SHA512.digest(ByteRun($0)) }
            default: return .failed
            }
            for byte in digest {
              // Small letters, as Spark has them.
              for half in [byte &>> 4, byte & 15] {
                out.append(half < 10 ? UInt8(ascii: "0") + half : UInt8(ascii: "a") + half - 10)
              }
            }
            return .text
          }
        }
      ]),
    FunctionDefinition(
      "crc32", description: "The CRC-32 checksum",
      overloads: ([.varbinary, .varchar] as [DataType]).map { type in
        Overload([type], .bigint) { call in
          let inputs = try call.strings(0)
          return try call.values(Int64.self) { row in
            inputs[row].withBytes { Int64(CRC32.checksum($0)) }
          }
        }
      }),
    FunctionDefinition(
      "to_big_endian_64", description: "A number as eight bytes, the most significant first",
      overloads: [
        Overload([.bigint], .varbinary) { call in
          let numbers = try call.input(0, as: Int64.self)
          return try call.texts { row, out in
            withUnsafeBytes(of: numbers[row].bigEndian) { out.append($0) }
            return .text
          }
        }
      ]),
    FunctionDefinition(
      "from_big_endian_64", description: "The number of eight bytes, the most significant first",
      overloads: [
        Overload([.varbinary], .bigint) { call in
          let bytes = try call.strings(0)
          return try call.checked(Int64.self, error: call.failure("not eight bytes")) { row in
            bytes[row].withBytes { raw in
              raw.count == 8 ? Int64(bigEndian: raw.loadUnaligned(as: Int64.self)) : nil
            }
          }
        }
      ]),
  ]

  private static func digest(
    _ names: [String], _ description: String, _ body: @escaping @Sendable (ByteRun) -> [UInt8]
  ) -> FunctionDefinition {
    FunctionDefinition(
      names: names, description: description,
      overloads: ([.varbinary, .varchar] as [DataType]).map { type in
        Overload([type], .varbinary) { call in
          let inputs = try call.strings(0)
          return try call.texts { row, out in
            inputs[row].withBytes { body(ByteRun($0)) }.withUnsafeBytes { out.append($0) }
            return .text
          }
        }
      })
  }

  /// RFC 2104.
  private static func hmac(
    _ name: String, blockSize: Int, _ digest: @escaping @Sendable (ByteRun) -> [UInt8]
  ) -> FunctionDefinition {
    let hash = { @Sendable (bytes: [UInt8]) in bytes.withUnsafeBytes { digest(ByteRun($0)) } }
    let body: FunctionBody = { call in
      let (inputs, keys) = (try call.strings(0), try call.strings(1))
      return try call.texts { row, out in
        var key = keys[row].withBytes { Array($0) }
        if key.count > blockSize { key = hash(key) }
        key += [UInt8](repeating: 0, count: blockSize - key.count)
        let message = inputs[row].withBytes { Array($0) }
        let inner = hash(key.map { $0 ^ 0x36 } + message)
        hash(key.map { $0 ^ 0x5C } + inner).withUnsafeBytes { out.append($0) }
        return .text
      }
    }
    return FunctionDefinition(
      name, description: "The authentication code of bytes under a key",
      overloads: [
        Overload([.varbinary, .varbinary], .varbinary, body),
        Overload([.varchar, .varchar], .varbinary, body),
      ])
  }
}

extension SHA256 {
  static func digest(_ bytes: ByteRun) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: byteCount) { buffer, filled in
      if let base = buffer.baseAddress { hash(bytes, into: base) }
      filled = byteCount
    }
  }
}

extension MD5 {
  static func digest(_ bytes: ByteRun) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: byteCount) { buffer, filled in
      if let base = buffer.baseAddress { hash(bytes, into: base) }
      filled = byteCount
    }
  }
}

/// The checksum of gzip and zip.
enum CRC32 {
  private static let table: [UInt32] = (0..<256).map { byte in
    var value = UInt32(byte)
    for _ in 0..<8 { value = value & 1 == 1 ? value &>> 1 ^ 0xEDB8_8320 : value &>> 1 }
    return value
  }

  static func checksum(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
    var value: UInt32 = .max
    for byte in bytes { value = table[Int(UInt8(truncatingIfNeeded: value) ^ byte)] ^ value &>> 8 }
    return ~value
  }
}

/// SHA-1 of FIPS 180-4: for keys that other systems have made, not against anybody.
enum SHA1 {
  static func digest(_ bytes: ByteRun) -> [UInt8] {
    var state: [UInt32] = [0x6745_2301, 0xEFCD_AB89, 0x98BA_DCFE, 0x1032_5476, 0xC3D2_E1F0]
    var schedule = [UInt32](repeating: 0, count: 80)
    DigestBlocks.forEach(of: bytes, isBigEndian: true) { mix($0, &state, &schedule) }
    return state.flatMap { word in
      [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: word &>> UInt32($0)) }
    }
  }

  private static func rotate(_ word: UInt32, _ bits: UInt32) -> UInt32 {
    word &<< bits | word &>> (32 &- bits)
  }

  /// All sums are modulo 2^32, as the standard says.
  private static func mix(
    _ block: UnsafeRawPointer, _ state: inout [UInt32], _ w: inout [UInt32]
  ) {
    for index in 0..<16 {
      w[index] = UInt32(
        bigEndian: block.loadUnaligned(fromByteOffset: index * 4, as: UInt32.self))
    }
    for index in 16..<80 {
      w[index] = rotate(w[index - 3] ^ w[index - 8] ^ w[index - 14] ^ w[index - 16], 1)
    }
    var (a, b, c, d, e) = (state[0], state[1], state[2], state[3], state[4])
    for index in 0..<80 {
      let (mixed, constant): (UInt32, UInt32) =
        switch index / 20 {
        case 0: ((b & c) | (~b & d), 0x5A82_7999)
        case 1: (b ^ c ^ d, 0x6ED9_EBA1)
        case 2: ((b & c) | (b & d) | (c & d), 0x8F1B_BCDC)
        default: (b ^ c ^ d, 0xCA62_C1D6)
        }
      let next = rotate(a, 5) &+ mixed &+ e &+ constant &+ w[index]
      (e, d, c, b, a) = (d, c, rotate(b, 30), a, next)
    }
    for (index, word) in [a, b, c, d, e].enumerated() { state[index] &+= word }
  }
}
