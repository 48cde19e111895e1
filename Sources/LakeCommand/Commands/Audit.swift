import LakeCore
import LakePipelines
import Lakehouse

/// `lake audit`
package struct Audit: Sendable {
  package static let declaration = Declaration(
    name: "audit", summary: "Prove that consent holds in every kept version of every table",
    discussion: """
      Reads the rows of all kept versions of all tables that are under a consent policy, looks up \
      whose they are, and says for each: ok; proved at publish (the table does not show whose its \
      rows are); lawful when published (people have withdrawn since); overdue; violation; \
      unverifiable; or lawful basis. Exits with 6 for overdue, violation and unverifiable.
      """,
    initial: Audit(),
    examples: [
      Example("lake audit", "All governed tables."),
      Example("lake audit --json", "For programs."),
    ])
}

extension Command {
  package static let audit = Command(Audit.declaration) { _, context in
    let workspace = try context.workspace()
    return try showingSource(of: workspace) {
      let findings = try workspace.audit()
      if context.globals.wantsJSON {
        try context.write(.array(findings.map(Audit.json)))
      } else {
        try Audit.write(findings, context)
      }
      let bad = findings.filter { !$0.verdict.isFine }
      guard bad.isEmpty else {
        throw LakeError(
          .consentViolation,
          "consent cannot be shown to hold in \(Quantity.grouped(bad.count, "version")): "
            + bad.prefix(3).map { "\($0.table) version \($0.version) (\($0.verdict.rawValue))" }
            .joined(separator: ", ") + (bad.count > 3 ? ", …" : ""),
          hint: "lake run publishes what is lawful now; older versions go with their retention.")
      }
      return .done
    }
  }
}

extension Audit {
  fileprivate static func write(_ findings: [AuditFinding], _ context: CommandContext) throws {
    if findings.isEmpty { return context.say("No table is under a consent policy.") }
    var table = TextTable([
      .text("table"), .number("version"), .text("policy"), .text("verdict"), .number("rows"),
      .number("of others"), .text("why"),
    ])
    for finding in findings {
      var why = finding.explanation
      if let due = finding.purgeDue {
        why += "; purge due \(Timestamps.short(microseconds: due))"
      }
      table.append([
        .text(finding.table.description), .number(finding.version), .text(finding.policy),
        .text(finding.verdict.rawValue), .optional(finding.rows), .number(finding.offendingRows),
        .text(why),
      ])
    }
    try context.write(table)
  }

  fileprivate static func json(_ finding: AuditFinding) -> JSONText {
    .object([
      .init("table", .string(finding.table.description)),
      .init("version", .integer(finding.version)),
      .init("latest", .boolean(finding.isLatest)),
      .init("policy", .string(finding.policy)),
      .init("verdict", .string(finding.verdict.rawValue)),
      .init("fine", .boolean(finding.verdict.isFine)),
      .init("rows", .optional(finding.rows)),
      .init("offending_rows", .integer(finding.offendingRows)),
      .init(
        "purge_due", .optional(finding.purgeDue.map { Timestamps.text(microseconds: $0) })),
      .init("explanation", .string(finding.explanation)),
    ])
  }
}
