import Synchronization

/// One line on standard error that shows how far a long piece of work is: what, rows, bytes, rate.
///
/// It appears only on a terminal, only after half a second, is drawn at most ten times a second,
/// and is gone when the work is done. Any thread may report.
package final class ProgressLine: Sendable {
  private static let patience = Duration.milliseconds(500)
  private static let interval = Duration.milliseconds(100)

  private struct State: Sendable {
    var rows = 0
    var bytes = 0
    var lastDrawn: ContinuousClock.Instant?
    var isOver = false
  }

  private let label: String
  /// The bytes that there are in all, where that is known.
  private let totalBytes: Int?
  /// Nil where nothing is to be seen.
  private let sink: TextSink?
  private let width: Int
  private let start = ContinuousClock.now
  private let state = Mutex(State())

  package init(_ label: String, totalBytes: Int? = nil, context: CommandContext) {
    self.label = label
    self.totalBytes = totalBytes
    let traits = context.console.errorTraits
    let isShown = traits.isTerminal && traits.isSmart && !context.globals.isQuiet
    sink = isShown ? context.console.errors : nil
    width = traits.width
  }

  /// Adds to what was done.
  package func advance(rows: Int, bytes: Int) {
    guard let sink else { return }
    let now = ContinuousClock.now
    state.withLock { state in
      state.rows += rows
      state.bytes += bytes
      let waited = now - (state.lastDrawn ?? start)
      let due = state.lastDrawn == nil ? ProgressLine.patience : ProgressLine.interval
      guard waited >= due, !state.isOver else { return }
      state.lastDrawn = now
      draw(state, elapsed: now - start, sink)
    }
  }

  /// Takes the line away. Called on every way out.
  package func finish() {
    guard let sink else { return }
    state.withLock { state in
      if state.lastDrawn != nil, !state.isOver { try? sink.write("\r\u{1B}[K") }
      state.isOver = true
    }
  }

  private func draw(_ state: State, elapsed: Duration, _ sink: TextSink) {
    let text = ProgressLine.text(
      label: label, rows: state.rows, bytes: state.bytes, totalBytes: totalBytes,
      seconds: elapsed / .seconds(1))
    try? sink.write("\r\(DisplayWidth.cut(text, to: width - 1))\u{1B}[K")
  }

  package static func text(
    label: String, rows: Int, bytes: Int, totalBytes: Int?, seconds: Double
  ) -> String {
    var parts = [label]
    if let totalBytes, totalBytes > 0 {
      parts.append("\(Int(min(1, Double(bytes) / Double(totalBytes)) * 100)) %")
    }
    parts.append("\(Quantity.grouped(rows)) rows")
    parts.append(Quantity.bytes(bytes))
    parts.append(Quantity.byteRate(bytes, seconds: seconds))
    parts.append(Quantity.duration(seconds: seconds))
    return parts.joined(separator: " · ")
  }
}
