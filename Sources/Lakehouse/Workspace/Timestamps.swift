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
}
