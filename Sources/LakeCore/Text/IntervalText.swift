/// Intervals as text, as Trino writes them.
package enum IntervalText {
  /// `1-2`, `-0-11`: years and months.
  package static func write(
    months value: Int32, to target: UnsafeMutablePointer<UInt8>
  ) -> Int {
    let months = UInt64(value.magnitude)
    target[0] = UInt8(ascii: "-")
    var count = value < 0 ? 1 : 0
    count += IntegerText.write(months / 12, to: target + count)
    target[count] = UInt8(ascii: "-")
    count += 1
    return count + IntegerText.write(months % 12, to: target + count)
  }

  /// `2 03:04:05`, `-0 00:00:00.500`: days and a time.
  package static func write(
    microseconds value: Int64, to target: UnsafeMutablePointer<UInt8>
  ) -> Int {
    let perDay = UInt64(TimeText.microsecondsPerDay)
    target[0] = UInt8(ascii: "-")
    var count = value < 0 ? 1 : 0
    count += IntegerText.write(value.magnitude / perDay, to: target + count)
    target[count] = UInt8(ascii: " ")
    count += 1
    // Safe: less than a day.
    let rest = Int64(truncatingIfNeeded: value.magnitude % perDay)
    return count + TimeText.write(microseconds: rest, to: target + count)
  }
}
