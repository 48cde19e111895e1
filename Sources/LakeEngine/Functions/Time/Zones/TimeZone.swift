import LakeCore

/// What clocks show in one place of the world.
struct TimeZone: Sendable {
  private let transitions: [Int64]
  private let offsets: [Int32]
  private let firstOffset: Int32
  private let rule: TimeZoneRule?

  /// Always the same distance from UTC.
  init(offset seconds: Int32) {
    (transitions, offsets, firstOffset, rule) = ([], [], seconds, nil)
  }

  init(_ file: TimeZoneFile) {
    (transitions, offsets) = (file.transitions, file.offsets)
    (firstOffset, rule) = (file.firstOffset, file.rule)
  }

  /// Seconds east of Greenwich at a moment, in seconds since 1970.
  func offset(at seconds: Int64) -> Int64 {
    guard let last = transitions.last, let first = transitions.first else {
      return Int64(rule?.offset(at: seconds) ?? firstOffset)
    }
    if seconds < first { return Int64(firstOffset) }
    if seconds >= last, let rule { return Int64(rule.offset(at: seconds)) }
    var (low, high) = (0, transitions.count)
    while high - low > 1 {
      let middle = (low + high) / 2
      if transitions[middle] <= seconds { low = middle } else { high = middle }
    }
    return Int64(offsets[low])
  }

  /// What a clock shows at a moment; both in microseconds. Nil beyond 64 bits.
  func clock(at moment: Int64) -> Int64? {
    moment.adding(offset(at: moment.flooredQuotient(by: 1_000_000)) * 1_000_000)
  }

  /// The moment at which a clock shows something. What it shows twice is the first of both; what it
  /// leaves out is as far behind the change as it was to be.
  func moment(of clock: Int64) -> Int64? {
    let seconds = clock.flooredQuotient(by: 1_000_000)
    // Safe: quotients by a million are far from the limits of 64 bits.
    let before = offset(at: seconds - 86_400)
    let after = offset(at: seconds + 86_400)
    if offset(at: seconds - before) != before, offset(at: seconds - after) == after {
      return clock.subtracting(after * 1_000_000)
    }
    return clock.subtracting(before * 1_000_000)
  }
}
