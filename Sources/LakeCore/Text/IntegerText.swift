import CLakeKernels

/// Integers as text.
package enum IntegerText {
  /// The most bytes that writing a 64-bit integer takes.
  @inlinable package static var byteCountMax: Int { 20 }

  /// Why a text is no integer of the type asked for.
  package enum Failure: Error, Sendable, Hashable {
    case malformed
    /// Well formed, but beyond the type.
    case outOfRange
  }

  /// Reads a whole token: an optional sign and digits, nothing else.
  @inlinable
  package static func parse(
    _ start: UnsafePointer<UInt8>, count: Int
  ) -> Result<Int64, Failure> {
    guard count > 0 else { return .failure(.malformed) }
    let end = start + count
    let isNegative = start[0] == UInt8(ascii: "-")
    let digits = isNegative || start[0] == UInt8(ascii: "+") ? start + 1 : start
    let run = DigitRun(digits, end: end)
    guard run.count > 0, digits + run.count == end else { return .failure(.malformed) }
    if run.count > DigitRun.exactDigitsMax { return parseLong(digits, end: end, isNegative) }
    return signed(run.value, isNegative)
  }

  /// A magnitude with its sign, where it fits.
  @inlinable @inline(__always)
  package static func signed(_ magnitude: UInt64, _ isNegative: Bool) -> Result<Int64, Failure> {
    if magnitude < 1 &<< 63 {
      let value = Int64(bitPattern: magnitude)
      return .success(isNegative ? 0 &- value : value)
    }
    return isNegative && magnitude == 1 &<< 63 ? .success(.min) : .failure(.outOfRange)
  }

  /// Twenty digits and more, all of them digits: right only behind leading zeros.
  @usableFromInline
  static func parseLong(
    _ start: UnsafePointer<UInt8>, end: UnsafePointer<UInt8>, _ isNegative: Bool
  ) -> Result<Int64, Failure> {
    var first = start
    while first < end, first.pointee == UInt8(ascii: "0") { first += 1 }
    guard end - first <= DigitRun.exactDigitsMax else { return .failure(.outOfRange) }
    return signed(DigitRun(first, end: end).value, isNegative)
  }

  /// Writes a number in decimal; returns how many bytes. `byteCountMax` bytes must be there.
  package static func write(_ value: Int64, to target: UnsafeMutablePointer<UInt8>) -> Int {
    guard value < 0 else { return write(value.magnitude, to: target) }
    target.pointee = UInt8(ascii: "-")
    return write(value.magnitude, to: target + 1) &+ 1
  }

  package static func write(_ value: UInt64, to target: UnsafeMutablePointer<UInt8>) -> Int {
    let count = digitCount(value)
    writeDigits(value, count: count, to: target)
    return count
  }

  /// The digits of a number; 1 for zero.
  @inlinable @inline(__always)
  package static func digitCount(_ value: UInt64) -> Int {
    // 1233 / 4096 is a little more than log10(2), so the guess is right or one too low.
    let bits = 64 &- (value | 1).leadingZeroBitCount
    let guess = (bits &* 1233) &>> 12
    // Safe: `bits` is at most 64 and so the guess at most 19.
    let isLonger = value >= lake_integer_power_of_ten(Int64(guess))
    return guess &+ (isLonger ? 1 : 0) | (value == 0 ? 1 : 0)
  }

  /// Writes exactly `count` digits, with zeros in front where the number has fewer.
  @inlinable @inline(__always)
  package static func writeDigits(
    _ value: UInt64, count: Int, to target: UnsafeMutablePointer<UInt8>
  ) {
    let raw = UnsafeMutableRawPointer(target)
    var rest = value
    var place = count
    while place >= 2 {
      place &-= 2
      let quotient = rest / 100
      // Safe: a remainder of 100 is below 100.
      let pair = lake_digit_pair(rest &- quotient &* 100)
      raw.storeBytes(of: pair.littleEndian, toByteOffset: place, as: UInt16.self)
      rest = quotient
    }
    if place == 1 { target.pointee = UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: rest % 10) }
  }
}
