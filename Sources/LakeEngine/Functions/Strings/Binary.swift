import LakeCore

/// Binary values: text as bytes and back, hexadecimal digits, digests.
extension ScalarFunctions {
  static let binary: [FunctionDefinition] = [
    FunctionDefinition(
      "to_utf8", description: "The bytes of a text",
      overloads: [
        Overload([.varchar], .varbinary) { call in
          CheckedVector(try call.kernels.cast(call.arguments[0], to: .varbinary).vector)
        }
      ]),
    FunctionDefinition(
      "from_utf8", description: "Bytes as text; what is no UTF-8 becomes U+FFFD",
      overloads: [
        Overload([.varbinary], .varchar) { call in
          let bytes = try call.strings(0)
          return try call.texts { row, out in
            bytes[row].withBytes { raw in
              let isText = ByteView(raw).map { UTF8Text.firstInvalidByte(in: $0) == nil } ?? true
              if isText {
                out.append(raw)
              } else {
                out.append(String(decoding: raw, as: UTF8.self))
              }
            }
            return .text
          }
        }
      ]),
    FunctionDefinition(
      "to_hex", "hex", description: "The bytes as hexadecimal digits",
      overloads: [
        Overload([.varbinary], .varchar) { try hexadecimal($0) },
        Overload([.varchar], .varchar) { try hexadecimal($0) },
      ]),
    FunctionDefinition(
      "from_hex", "unhex", description: "Hexadecimal digits as bytes",
      overloads: [Overload([.varchar], .varbinary) { try bytesOfHexadecimal($0) }]),
    digest("sha256", "The SHA-256 digest", byteCount: SHA256.byteCount) {
      SHA256.hash($0, into: $1)
    },
    digest("md5", "The MD5 digest; safe against nobody", byteCount: MD5.byteCount) {
      MD5.hash($0, into: $1)
    },
    digest("xxhash64", "The 64-bit xxHash, its most significant byte first", byteCount: 8) {
      let hash = XXH64.hash(ByteView($0.start, count: $0.count))
      UnsafeMutableRawPointer($1).storeBytes(of: hash.bigEndian, as: UInt64.self)
    },
  ]

  /// A digest of bytes, or of the UTF-8 bytes of a text.
  private static func digest(
    _ name: String, _ description: String, byteCount: Int,
    _ body: @escaping @Sendable (ByteRun, UnsafeMutablePointer<UInt8>) -> Void
  ) -> FunctionDefinition {
    let function: FunctionBody = { call in
      let inputs = try call.strings(0)
      return try call.texts { row, out in
        guard let room = out.room(for: byteCount) else { return .failed }
        inputs[row].withBytes { body(ByteRun($0), room) }
        out.advance(by: byteCount)
        return .text
      }
    }
    return FunctionDefinition(
      name, description: description,
      overloads: [
        Overload([.varbinary], .varbinary, function), Overload([.varchar], .varbinary, function),
      ])
  }

  private static func hexadecimal(_ call: FunctionCall) throws -> CheckedVector {
    let inputs = try call.strings(0)
    return try call.texts { row, out in
      inputs[row].withBytes { raw in
        for byte in raw {
          out.append(digit(byte &>> 4))
          out.append(digit(byte & 15))
        }
      }
      return .text
    }
  }

  private static func digit(_ value: UInt8) -> UInt8 {
    value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "A") + value - 10
  }

  private static func bytesOfHexadecimal(_ call: FunctionCall) throws -> CheckedVector {
    let texts = try call.strings(0)
    let error = call.failure("not pairs of hexadecimal digits")
    return try call.texts(error: error) { row, out in
      texts[row].withBytes { raw in
        guard raw.count % 2 == 0 else { return .failed }
        for index in stride(from: 0, to: raw.count, by: 2) {
          guard let high = value(raw[index]), let low = value(raw[index + 1]) else {
            return .failed
          }
          out.append(high &<< 4 | low)
        }
        return .text
      }
    }
  }

  private static func value(_ digit: UInt8) -> UInt8? {
    switch digit {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
    default: nil
    }
  }
}
