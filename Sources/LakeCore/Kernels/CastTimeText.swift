/// Dates, times, intervals and uuids as text.
///
/// A timestamp is written as Trino writes it, `2024-02-29 12:30:00.123`, in UTC and without saying
/// so; it reads back as the same value. A text with a zone is no `localTimestamp`: the zone would
/// be lost.
struct DateToText: TextConversion {
  func write(_ value: Int32, to target: UnsafeMutablePointer<UInt8>) -> Int {
    DateText.write(days: value, to: target)
  }
}

struct TimeToText: TextConversion {
  func write(_ value: Int64, to target: UnsafeMutablePointer<UInt8>) -> Int {
    guard value >= 0, value < TimeText.microsecondsPerDay else { return -1 }
    return TimeText.write(microseconds: value, to: target)
  }
}

struct TimestampToText: TextConversion {
  func write(_ value: Int64, to target: UnsafeMutablePointer<UInt8>) -> Int {
    TimestampText.write(
      microseconds: value, separator: UInt8(ascii: " "), isMoment: false, to: target)
  }
}

struct MonthsToText: TextConversion {
  func write(_ value: Int32, to target: UnsafeMutablePointer<UInt8>) -> Int {
    IntervalText.write(months: value, to: target)
  }
}

struct DurationToText: TextConversion {
  func write(_ value: Int64, to target: UnsafeMutablePointer<UInt8>) -> Int {
    IntervalText.write(microseconds: value, to: target)
  }
}

struct TextToDate: Conversion {
  static var canFail: Bool { true }

  func convert(_ view: StringView) -> (Int32, Bool) {
    let parsed = Text.read(view) { bytes, count in DateText.parse(bytes, count: count) }
    guard let value = parsed ?? nil else { return (0, false) }
    return (value, true)
  }
}

struct TextToTime: Conversion {
  static var canFail: Bool { true }

  func convert(_ view: StringView) -> (Int64, Bool) {
    let parsed = Text.read(view) { bytes, count in TimeText.parse(bytes, count: count) }
    guard let value = parsed ?? nil else { return (0, false) }
    return (value, true)
  }
}

/// A date alone is its midnight.
struct TextToTimestamp: Conversion {
  static var canFail: Bool { true }
  let acceptsZone: Bool

  func convert(_ view: StringView) -> (Int64, Bool) {
    let parsed = Text.read(view) { bytes, count in
      if let timestamp = TimestampText.parse(bytes, count: count) {
        return acceptsZone || !timestamp.hasZone ? timestamp.microseconds : nil
      }
      guard let days = DateText.parse(bytes, count: count) else { return nil as Int64? }
      let (midnight, overflow) = Int64(days).multipliedReportingOverflow(
        by: Int64(TimeText.microsecondsPerDay))
      return overflow ? nil : midnight
    }
    guard let value = parsed ?? nil else { return (0, false) }
    return (value, true)
  }
}

/// Where the hyphens of a uuid stand among its 36 bytes.
private func isHyphen(_ index: Int) -> Bool {
  index == 8 || index == 13 || index == 18 || index == 23
}

/// `12151fd2-7586-11e9-8f9e-2a86e4085a59`.
struct UUIDToText: TextConversion {
  func write(_ value: UInt128, to target: UnsafeMutablePointer<UInt8>) -> Int {
    var digits = value
    for index in (0..<36).reversed() {
      if isHyphen(index) {
        target[index] = UInt8(ascii: "-")
        continue
      }
      let digit = UInt8(truncatingIfNeeded: digits & 15)
      target[index] = digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") - 10 + digit
      digits &>>= 4
    }
    return 36
  }
}

struct TextToUUID: Conversion {
  static var canFail: Bool { true }

  func convert(_ view: StringView) -> (UInt128, Bool) {
    guard view.count == 36 else { return (0, false) }
    return Text.read(view) { bytes, _ in
      var value: UInt128 = 0
      for index in 0..<36 {
        if isHyphen(index) {
          guard bytes[index] == UInt8(ascii: "-") else { return (0, false) }
          continue
        }
        guard let digit = HexDigit.value(of: bytes[index]) else { return (0, false) }
        value = value &<< 4 | UInt128(digit)
      }
      return (value, true)
    } ?? (0, false)
  }
}

enum HexDigit {
  static func value(of byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    default: nil
    }
  }
}
