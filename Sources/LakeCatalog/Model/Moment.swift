import Glibc

/// Moments as the catalog has them: microseconds since 1970 in UTC.
package enum Moment {
  package static func now() -> Int {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return time.tv_sec * 1_000_000 + time.tv_nsec / 1_000
  }
}
