import Glibc

/// Appends text to raw memory without looking at bounds: whoever holds one has made room before.
struct ByteCursor {
  var position: UnsafeMutablePointer<UInt8>

  @inline(__always)
  mutating func append(_ literal: StaticString) {
    // The count is known when this is compiled, so that the copy is a few moves.
    memcpy(position, literal.utf8Start, literal.utf8CodeUnitCount)
    position += literal.utf8CodeUnitCount
  }

  /// Copies a fixed number of bytes, of which `count` stay. The room behind must bear the rest.
  @inline(__always)
  mutating func append16(_ source: UnsafePointer<UInt8>, keeping count: Int) {
    memcpy(position, source, 16)
    position += count
  }

  @inline(__always)
  mutating func append(_ byte: UInt8) {
    position.pointee = byte
    position += 1
  }

  /// Exactly `count` decimal digits, zeros in front.
  @inline(__always)
  mutating func appendDigits(_ number: Int, count: Int) {
    var rest = UInt64(truncatingIfNeeded: number)
    var index = count
    while index > 0 {
      index -= 1
      position[index] = UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: rest % 10)
      rest /= 10
    }
    position += count
  }

  /// As many digits as the number has.
  mutating func appendNumber(_ number: Int) {
    var count = 1
    var rest = number / 10
    while rest > 0 {
      count += 1
      rest /= 10
    }
    appendDigits(number, count: count)
  }

  /// The lowest `count` hexadecimal digits of a number, highest first.
  @inline(__always)
  mutating func appendHex(_ number: UInt64, count: Int) {
    var index = count
    var rest = number
    while index > 0 {
      index -= 1
      let digit = UInt8(truncatingIfNeeded: rest & 15)
      position[index] = digit &+ (digit < 10 ? UInt8(ascii: "0") : UInt8(ascii: "a") - 10)
      rest &>>= 4
    }
    position += count
  }

  /// −1.0, 0.0 or 1.0, each as likely, by the lowest 16 bits of a random number.
  @inline(__always)
  mutating func appendAxis(_ random: UInt64) {
    let choice = ((random & 0xFFFF) &* 3) &>> 16
    // "-1.0", or a digit and ".0": four bytes are stored, three or four stay.
    let word = choice == 0 ? 0x302E_312D : 0x0030_2E2F &+ UInt32(truncatingIfNeeded: choice)
    UnsafeMutableRawPointer(position).storeBytes(of: word, as: UInt32.self)
    position += choice == 0 ? 4 : 3
  }
}
