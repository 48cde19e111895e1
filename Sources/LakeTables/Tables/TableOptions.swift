import Glibc
import LakeCore

/// How tables are written and kept.
package struct TableOptions: Sendable {
  /// How long the files of a version that was superseded stay.
  package var retentionMilliseconds = 7 * 24 * 3_600_000
  /// So many versions keep their files however old they are, the latest among them.
  package var versionsMin = 2
  /// How long a published directory that was replaced stays whole, for readers who are listing it.
  package var readerGraceMilliseconds = 60_000
  /// Where the next data file begins, about.
  package var fileBytesMax = 128 << 20
  /// How long another publish of the same table is waited for.
  package var lockWaitMilliseconds = 10_000
  /// Name and version of this program, for the log.
  package var engine: String
  /// Milliseconds since 1970.
  package var clock: @Sendable () -> Int
  package var makeUUID: @Sendable () -> String
  /// The tables as they were last seen, by all who have these options.
  let snapshots = SnapshotCache()

  package init(
    engine: String = "lake", clock: @escaping @Sendable () -> Int = TableOptions.systemClock,
    makeUUID: @escaping @Sendable () -> String = TableOptions.randomUUID
  ) {
    self.engine = engine
    self.clock = clock
    self.makeUUID = makeUUID
  }

  @Sendable package static func systemClock() -> Int {
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    return now.tv_sec * 1000 + now.tv_nsec / 1_000_000
  }

  /// A random UUID (version 4).
  @Sendable package static func randomUUID() -> String {
    var bits = UInt128.random(in: .min ... .max)
    bits = bits & ~(0xF << 76) | 4 << 76
    bits = bits & ~(3 << 62) | 2 << 62
    return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: UUIDText.byteCount) { buffer in
      guard let base = buffer.baseAddress else { return "" }
      let count = UUIDText.write(Int128(truncatingIfNeeded: bits), to: base)
      return String(decoding: UnsafeBufferPointer(start: base, count: count), as: UTF8.self)
    }
  }
}
