import LakeCatalog
import LakeCore
import LakePipelines
import Lakehouse

/// `lake status`, and bare `lake` in a workspace.
package struct Status: Sendable {
  package static let declaration = Declaration(
    name: "status", summary: "Show the workspace on one screen",
    discussion: "The same as lake alone. Outside of a workspace it lists the commands.",
    initial: Status(),
    examples: [
      Example("lake status", "Zones, tables, consent, the last run, and what to do next."),
      Example("lake status --json", "For programs."),
    ])
}

extension Command {
  package static let status = Command(Status.declaration) { _, context in
    try StatusScreen.write(context)
    return .done
  }
}

/// What bare `lake` shows: the workspace, or where there is none, the commands.
package enum StatusScreen {
  package static func write(_ context: CommandContext) throws {
    let workspace = try context.workspace()
    guard let session = try workspace.sessionIfAny else {
      return try OverviewScreen.write(context)
    }
    let status = try workspace.status()
    if context.globals.wantsJSON { return try context.write(json(status, session)) }
    let style = Style(context.console.outputTraits)
    let marker = session.workspace.marker
    try context.write(
      style.bold(SafeText.escaped(marker.name)) + style.dim(" · \(session.layout.root)") + "\n\n")
    if !status.tables.isEmpty { try context.write(tables(status)) }
    try context.write(facts(status, style))
  }

  private static func tables(_ status: WorkspaceStatus) -> TextTable {
    var table = TextTable([
      .text("zone"), .text("table"), .number("rows"), .number("rejects"), .number("bytes"),
      .text("as of (UTC)"), .text("consent"),
    ])
    for known in status.tables {
      table.append([
        .text(known.table.name.zone.rawValue),
        .text(known.table.name.name + (known.table.kind == .view ? " (view)" : "")),
        .optional(known.table.recordCount), .optional(known.table.rejectCount),
        .optional(known.table.byteCount),
        .optional(known.freshness.map { Timestamps.short(microseconds: $0) }),
        .text(known.consent.joined(separator: ", ")),
      ])
    }
    return table
  }

  private static func facts(_ status: WorkspaceStatus, _ style: Style) -> String {
    var text = status.tables.isEmpty ? "" : "\n"
    func line(_ label: String, _ value: String) {
      let fill = String(repeating: " ", count: max(1, 11 - label.count))
      text += style.dim(label) + fill + SafeText.escaped(value) + "\n"
    }
    if !status.pipelines.isEmpty { line("pipelines", status.pipelines.joined(separator: ", ")) }
    if !status.policies.isEmpty { line("policies", status.policies.joined(separator: ", ")) }
    if let run = status.lastRun {
      var value = "\(run.id), \(run.pipeline), \(run.state.rawValue), "
      value += "\(Timestamps.short(microseconds: Int64(run.startedAt))) UTC"
      if let error = run.error { value += ": \(error.message)" }
      line("last run", value)
    }
    line("next", status.next)
    return text
  }

  private static func json(_ status: WorkspaceStatus, _ session: WorkspaceSession) -> JSONText {
    .object([
      .init("workspace", .string(session.layout.root)),
      .init("name", .string(session.workspace.marker.name)),
      .init("tables", .array(status.tables.map(json))),
      .init("pipelines", .array(status.pipelines.map(JSONText.string))),
      .init("policies", .array(status.policies.map(JSONText.string))),
      .init("last_run", status.lastRun.map { Runs.json($0) } ?? .null),
      .init("next", .string(status.next)),
    ])
  }

  private static func json(_ known: WorkspaceStatus.Table) -> JSONText {
    .object([
      .init("table", .string(known.table.name.description)),
      .init("kind", .string(known.table.kind.rawValue)),
      .init("rows", .optional(known.table.recordCount)),
      .init("rejects", .optional(known.table.rejectCount)),
      .init("bytes", .optional(known.table.byteCount)),
      .init("version", .optional(known.table.currentVersion)),
      .init("as_of", .optional(known.freshness.map { Timestamps.text(microseconds: $0) })),
      .init("consent", .array(known.consent.map(JSONText.string))),
    ])
  }
}
