import LakeCore

/// How an error is told: for people as
///
///     error: the gzip stream ends in the middle
///      --> landing/a.json.gz:17:5
///     help: Copy the file again.
///
/// and with `--json` as one object on one line. The only place where errors become text.
package struct ErrorReport: Sendable, Equatable {
  package var code: String
  package var message: String
  package var hint: String?
  package var place: LakeError.Place?
  /// The line of SQL that the place is in, with a caret under it.
  package var excerpt: String?
  package var exit: ExitCode
  /// The usage line, where the command line itself is at fault.
  package var usage: String?

  package init(_ error: any Error, interruptedBy signal: ExitCode? = nil) {
    switch error {
    case let failure as UsageFailure: self.init(usage: failure)
    case let error as LakeError: self.init(error, interruptedBy: signal)
    case let sourced as SourcedError:
      self.init(sourced.error, interruptedBy: signal)
      excerpt = sourced.excerpt
    default: self.init(LakeError(.internal, "\(error)"), interruptedBy: nil)
    }
  }

  private init(usage failure: UsageFailure) {
    code = "usage"
    message = failure.message
    hint = failure.hint
    exit = .usage
    usage = failure.usage
  }

  private init(_ error: LakeError, interruptedBy signal: ExitCode?) {
    code = error.code.description
    message = error.message
    hint = error.hint
    place = error.place
    exit = ErrorReport.exitCode(for: error.code, interruptedBy: signal)
  }

  private static func exitCode(
    for code: LakeError.Code, interruptedBy signal: ExitCode?
  ) -> ExitCode {
    switch code {
    case .notFound: .notFound
    case .conflict: .conflict
    case .qualityLimit: .limitFailed
    case .consentViolation: .consent
    case .cancelled: signal ?? .interrupted
    default: .failed
    }
  }

  package func text(_ style: Style) -> String {
    var text = style.red("error:") + " " + SafeText.escapedLines(message) + "\n"
    if let place = ErrorReport.text(of: place) {
      text += style.cyan(" -->") + " " + SafeText.escaped(place) + "\n"
    }
    if let excerpt {
      for line in excerpt.split(separator: "\n", omittingEmptySubsequences: false) {
        text += style.cyan("  |") + " " + line + "\n"
      }
    }
    if let usage { text += style.bold("usage:") + " " + usage + "\n" }
    if let hint { text += style.green("help:") + " " + SafeText.escapedLines(hint) + "\n" }
    return text
  }

  /// Text that was typed has no path.
  private static func text(of place: LakeError.Place?) -> String? {
    guard let place, !place.description.isEmpty else { return nil }
    guard place.path == nil, let line = place.line else { return place.description }
    return "line \(line)" + (place.column.map { ", column \($0)" } ?? "")
  }

  package var json: JSONText {
    .object([
      .init(
        "error",
        .object([
          .init("code", .string(code)),
          .init("message", .string(message)),
          .init("hint", .optional(hint)),
          .init("path", .optional(place?.path)),
          .init("line", .optional(place?.line)),
          .init("column", .optional(place?.column)),
        ]))
    ])
  }
}
