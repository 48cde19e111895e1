/// UUIDs as text: 32 hexadecimal digits in groups of 8, 4, 4, 4 and 12.
package enum UUIDText {
  package static let byteCount = 36

  /// Reads a whole token in either case; nil if it is anything else.
  package static func parse(_ text: ByteView) -> Int128? {
    guard text.count == byteCount else { return nil }
    var value: UInt128 = 0
    for index in 0..<byteCount {
      let byte = text[index]
      if isDash(index) {
        guard byte == UInt8(ascii: "-") else { return nil }
        continue
      }
      guard let digit = hexadecimalValue(byte) else { return nil }
      value = value << 4 | UInt128(digit)
    }
    return Int128(truncatingIfNeeded: value)
  }

  /// Writes the 36 bytes of a UUID in lower case.
  package static func write(_ value: Int128, to target: UnsafeMutablePointer<UInt8>) -> Int {
    var rest = UInt128(truncatingIfNeeded: value)
    var index = byteCount - 1
    while index >= 0 {
      if isDash(index) {
        target[index] = UInt8(ascii: "-")
      } else {
        let digit = UInt8(truncatingIfNeeded: rest & 15)
        target[index] = digit < 10 ? 0x30 + digit : 0x57 + digit
        rest >>= 4
      }
      index -= 1
    }
    return byteCount
  }

  private static func isDash(_ index: Int) -> Bool {
    index == 8 || index == 13 || index == 18 || index == 23
  }

  private static func hexadecimalValue(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 0x30...0x39: byte - 0x30
    case 0x41...0x46: byte - 0x37
    case 0x61...0x66: byte - 0x57
    default: nil
    }
  }
}
