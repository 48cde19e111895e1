/// Bytes as text by RFC 4648, with padding: how varbinary stands in JSON and CSV.
package enum Base64 {
  /// Writes what a text stands for and returns the count; nil where it is not Base64. `target` has
  /// room for as many bytes as the text.
  package static func decode(
    _ text: ByteView, into target: UnsafeMutablePointer<UInt8>
  ) -> Int? {
    guard text.count % 4 == 0 else { return nil }
    var output = target
    var index = 0
    while index < text.count {
      let isLast = index + 4 == text.count
      let padding = !isLast || text[index + 3] != pad ? 0 : text[index + 2] == pad ? 2 : 1
      var group: UInt32 = 0
      for position in 0..<4 {
        guard position < 4 - padding else {
          group <<= 6
          continue
        }
        guard let value = value(of: text[index + position]) else { return nil }
        group = group << 6 | UInt32(value)
      }
      for byte in 0..<(3 - padding) {
        output[byte] = UInt8(truncatingIfNeeded: group >> UInt32(16 - 8 * byte))
      }
      // Bits behind the last byte must be zero: each value has one spelling.
      if padding > 0, group & (padding == 1 ? 0xFF : 0xFFFF) != 0 { return nil }
      output += 3 - padding
      index += 4
    }
    return output - target
  }

  package static func encodedCount(_ count: Int) -> Int { (count + 2) / 3 * 4 }

  /// Writes `encodedCount` bytes of text.
  package static func encode(_ bytes: ByteView, into target: UnsafeMutablePointer<UInt8>) -> Int {
    var output = target
    var index = 0
    while index < bytes.count {
      let taken = min(3, bytes.count - index)
      var group: UInt32 = 0
      for byte in 0..<3 {
        group = group << 8 | (byte < taken ? UInt32(bytes[index + byte]) : 0)
      }
      for position in 0..<4 {
        let digit = UInt8(truncatingIfNeeded: group >> UInt32(18 - 6 * position) & 63)
        output[position] = position <= taken ? character(digit) : pad
      }
      output += 4
      index += 3
    }
    return output - target
  }

  private static let pad = UInt8(ascii: "=")

  private static func value(of byte: UInt8) -> UInt8? {
    switch byte {
    case 0x41...0x5A: byte - 0x41
    case 0x61...0x7A: byte - 0x61 + 26
    case 0x30...0x39: byte - 0x30 + 52
    case UInt8(ascii: "+"): 62
    case UInt8(ascii: "/"): 63
    default: nil
    }
  }

  private static func character(_ digit: UInt8) -> UInt8 {
    switch digit {
    case 0..<26: 0x41 + digit
    case 26..<52: 0x61 + digit - 26
    case 52..<62: 0x30 + digit - 52
    case 62: UInt8(ascii: "+")
    default: UInt8(ascii: "/")
    }
  }
}
