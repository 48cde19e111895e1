import LakeCore

/// Moments as text, for reports.
package enum Timestamps {
  /// `2026-11-24T16:29:40.123Z`
  package static func text(microseconds: Int64) -> String {
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: TimestampText.byteCountMax) { text in
      guard let base = text.baseAddress else { return "" }
      let count = TimestampText.write(microseconds: microseconds, isMoment: true, to: base)
      return String(decoding: UnsafeBufferPointer(start: base, count: count), as: UTF8.self)
    }
  }

  /// `2026-11-24 16:29:40`, for people.
  package static func short(microseconds: Int64) -> String {
    let seconds = microseconds - (microseconds % 1_000_000 + 1_000_000) % 1_000_000
    let text = Timestamps.text(microseconds: seconds)
    return String(text.prefix(19)).replacing("T", with: " ")
  }

  /// A moment as it is typed, in UTC where it names no zone; a day is its midnight.
  package static func microseconds(_ text: String) -> Int64? {
    let full = text.utf8.count == 10 ? text + " 00:00:00" : text
    return full.withCString { start in
      start.withMemoryRebound(to: UInt8.self, capacity: full.utf8.count) { bytes in
        TimestampText.parse(bytes, count: full.utf8.count)?.microseconds
      }
    }
  }
}
