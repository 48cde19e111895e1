import LakeCore
import LakeFormats
import Lakehouse
import Synchronization

extension CommandContext {
  /// A session with what the global options allow.
  package func makeLake() throws -> Lake {
    var settings = Lake.Settings()
    settings.threadCount = globals.threads
    settings.memoryLimit = globals.memoryLimit
    settings.usesOptionalCodecs = Environment.process["LAKE_CODECS"] != "none"
    settings.temporaryDirectory = Environment.process["TMPDIR"] ?? "/tmp"
    settings.spillsAlways = Environment.process["LAKE_SPILL"] == "always"
    return try Lake(settings)
  }

  /// Tells on standard error what was put right and what was refused while reading.
  func tell(warnings: [String], _ rejects: [RejectSummary], of rejectCount: Int) {
    for warning in warnings { note(warning) }
    if rejectCount == 0 { return }
    note(rejectCount == 1 ? "1 record was rejected" : "\(rejectCount) records were rejected")
    for reject in rejects {
      say("  \(reject.path):\(reject.line):\(reject.column): \(reject.reason)")
    }
    if rejectCount > rejects.count { say("  … and \(rejectCount - rejects.count) more") }
  }

  /// A line beside the result, unless quiet is asked for.
  func say(_ text: String) {
    guard !globals.isQuiet else { return }
    flushResult()
    console.note(SafeText.escapedLines(text) + "\n")
  }
}

/// A progress line for each stage of reading files.
final class StageProgress: Sendable {
  private let line: Mutex<(stage: Activity.Stage, line: ProgressLine)?>
  private let readingLabel: String
  private let context: CommandContext

  init(reading label: String, context: CommandContext) {
    line = Mutex(nil)
    readingLabel = label
    self.context = context
  }

  func activity(_ interruption: Interruption) -> Activity {
    Activity(cancellation: interruption.flag) { [self] stage, records, bytes in
      current(stage).advance(rows: records, bytes: bytes)
    }
  }

  private func current(_ stage: Activity.Stage) -> ProgressLine {
    line.withLock { current in
      if let current, current.stage == stage { return current.line }
      current?.line.finish()
      let label = stage == .inferring ? "Looking" : readingLabel
      let fresh = ProgressLine(label, context: context)
      current = (stage, fresh)
      return fresh
    }
  }

  /// Takes the line away. Called on every way out.
  func finish() {
    line.withLock { current in
      current?.line.finish()
      current = nil
    }
  }
}
