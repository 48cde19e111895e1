import Testing

/// One habit of this project that a program can check.
struct Rule: Sendable, CustomTestStringConvertible {
  /// What holds when nothing is found.
  let name: String
  /// Small trees in which the rule finds something, so that it is known to be awake.
  let bad: [[String: String]]
  /// Small trees that look alike and are right.
  let good: [[String: String]]
  let findings: @Sendable (SourceTree) -> [Finding]

  init(
    _ name: String, bad: [[String: String]], good: [[String: String]] = [],
    findings: @escaping @Sendable (SourceTree) -> [Finding]
  ) {
    self.name = name
    self.bad = bad
    self.good = good
    self.findings = findings
  }

  var testDescription: String { name }

  static let all =
    textRules + sizeRules + codeRules + moduleRules + documentRules + scriptRules
}
