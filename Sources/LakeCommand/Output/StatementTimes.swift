import Glibc

/// How long a statement took, by what was done: read, planned, carried out.
struct StatementTimes {
  private var last = ContinuousClock.now
  private let processorStart = StatementTimes.processorTime()
  private var parsing = Duration.zero
  private var planning = Duration.zero
  private var running = Duration.zero

  mutating func endParsing() { parsing += lap() }
  mutating func endPlanning() { planning += lap() }
  mutating func endRunning() { running += lap() }

  /// The time since the last part ended.
  private mutating func lap() -> Duration {
    let now = ContinuousClock.now
    defer { last = now }
    return now - last
  }

  /// What all threads together have worked.
  private static func processorTime() -> Duration {
    var usage = rusage()
    guard getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage) == 0 else { return .zero }
    let seconds = usage.ru_utime.tv_sec + usage.ru_stime.tv_sec
    let micros = usage.ru_utime.tv_usec + usage.ru_stime.tv_usec
    return .seconds(seconds) + .microseconds(Int64(micros))
  }

  /// Says it beside the result, whatever else is quiet.
  func tell(rows: Int?, _ context: CommandContext) {
    context.flushResult()
    let processor = StatementTimes.processorTime() - processorStart
    if context.globals.wantsJSON {
      let parts: [(String, Duration)] = [
        ("parse_seconds", parsing), ("plan_seconds", planning), ("run_seconds", running),
        ("cpu_seconds", processor),
      ]
      var members = parts.map { JSONText.Member($0.0, .number($0.1 / .seconds(1))) }
      members.append(.init("rows", .optional(rows)))
      let line = JSONText.object([.init("timer", .object(members))])
      return context.console.note(line.compact + "\n")
    }
    let total = parsing + planning + running
    let parts = "parse \(text(parsing)), plan \(text(planning)), run \(text(running))"
    let count = rows.map { " · " + Quantity.grouped($0, "row") } ?? ""
    context.console.note("time: \(text(total)) · \(parts) · cpu \(text(processor))\(count)\n")
  }

  /// `0.3 ms`, `12.4 ms`, `3.2 s`.
  private func text(_ duration: Duration) -> String {
    let seconds = duration / .seconds(1)
    return seconds < 0.1
      ? Quantity.fixed(seconds * 1000, digits: 1) + " ms" : Quantity.duration(seconds: seconds)
  }
}
