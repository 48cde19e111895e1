import CLakeKernels

/// Times of day as text: `23:59`, `23:59:59`, `23:59:59.999999`.
///
/// There is no hour 24 and no leap second. Up to nine digits of a fraction are read, of which those
/// behind the microseconds are zero: what cannot be kept is not a time.
package enum TimeText {
  /// What writing needs: fifteen bytes, and some to scribble on.
  @inlinable package static var byteCountMax: Int { 24 }

  @inlinable package static var microsecondsPerDay: Int { 86_400_000_000 }

  /// Reads a whole token; microseconds since midnight.
  package static func parse(_ start: UnsafePointer<UInt8>, count: Int) -> Int64? {
    guard let (value, length) = prefix(start, count: count), length == count else { return nil }
    return value
  }

  /// The time that a text begins with, and its length.
  @inlinable
  static func prefix(
    _ start: UnsafePointer<UInt8>, count: Int
  ) -> (microseconds: Int64, length: Int)? {
    guard count >= 5, let hour = DateText.twoDigits(start), start[2] == UInt8(ascii: ":"),
      let minute = DateText.twoDigits(start + 3), hour <= 23, minute <= 59
    else { return nil }
    let minutes = Int64(hour &* 60 &+ minute)
    guard count > 5, start[5] == UInt8(ascii: ":") else { return (minutes &* 60_000_000, 5) }
    guard count >= 8, let second = DateText.twoDigits(start + 6), second <= 59 else { return nil }
    let seconds = minutes &* 60 &+ Int64(second)
    guard count > 8, start[8] == UInt8(ascii: ".") else { return (seconds &* 1_000_000, 8) }
    let fraction = DigitRun(start + 9, end: start + count)
    guard fraction.count >= 1, fraction.count <= 9 else { return nil }
    // Safe: from one to nine digits, the exponent is from 8 to 0, and the product below 10^9.
    let nanoseconds = fraction.value &* lake_integer_power_of_ten(Int64(9 &- fraction.count))
    guard nanoseconds % 1000 == 0 else { return nil }
    return (seconds &* 1_000_000 &+ Int64(nanoseconds / 1000), 9 &+ fraction.count)
  }

  /// Writes microseconds since midnight as `HH:MM:SS`, with three or six digits of a fraction where
  /// there is one; returns how many bytes. `byteCountMax` bytes must be there, and the value must
  /// be less than a day.
  package static func write(
    microseconds: Int64, to target: UnsafeMutablePointer<UInt8>
  ) -> Int {
    precondition(microseconds >= 0 && microseconds < microsecondsPerDay)
    let value = UInt64(microseconds)
    let seconds = value / 1_000_000
    let fraction = value % 1_000_000
    IntegerText.writePair(seconds / 3600, to: target)
    DateText.writePart(Int(seconds / 60 % 60), after: UInt8(ascii: ":"), to: target + 2)
    DateText.writePart(Int(seconds % 60), after: UInt8(ascii: ":"), to: target + 5)
    guard fraction > 0 else { return 8 }
    target[8] = UInt8(ascii: ".")
    guard fraction % 1000 == 0 else {
      IntegerText.writeDigits(fraction, count: 6, to: target + 9)
      return 15
    }
    IntegerText.writeDigits(fraction / 1000, count: 3, to: target + 9)
    return 12
  }
}
