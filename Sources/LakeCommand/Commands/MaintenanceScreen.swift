import LakeCore
import LakePipelines
import LakeTables
import Lakehouse

/// What was done to a table, for programs.
enum MaintenanceScreen {
  static func json(_ report: EditReport) -> JSONText { .object(members(report)) }

  /// With what became of the files of another program.
  static func json(_ report: EditReport, isDryRun: Bool) -> JSONText {
    let adoption = report.adoption
    return .object(
      members(report) + [
        .init("dry_run", .boolean(isDryRun)),
        .init("rows_rejected", .integer(report.rowsRejected)),
        .init("taken", .array((adoption?.taken ?? []).map(file))),
        .init("rewritten", .array((adoption?.rewritten ?? []).map(file))),
        .init("passed", .array((adoption?.passed ?? []).map(file))),
      ])
  }

  private static func file(_ file: AdoptionReport.File) -> JSONText {
    .object([
      .init("path", .string(file.path)), .init("rows", .integer(file.rows)),
      .init("bytes", .integer(file.bytes)),
      .init("reasons", .array(file.reasons.map { .string($0) })),
    ])
  }

  private static func members(_ report: EditReport) -> [JSONText.Member] {
    [
      .init("table", .string(report.table)),
      .init("version", .optional(report.version)),
      .init("rows_before", .optional(report.rowsBefore)),
      .init("rows_after", .optional(report.rowsAfter)),
      .init("files_added", .integer(report.filesAdded)),
      .init("files_removed", .integer(report.filesRemoved)),
      .init("bytes_before", .integer(report.bytesBefore)),
      .init("bytes_after", .integer(report.bytesAfter)),
    ]
  }

  static func json(_ report: VacuumReport, of table: TableName, isDryRun: Bool) -> JSONText {
    .object([
      .init("table", .string(table.description)),
      .init("dry_run", .boolean(isDryRun)),
      .init("oldest_version", .integer(report.oldestVersion)),
      .init("latest_version", .integer(report.latestVersion)),
      .init("bytes", .integer(report.byteCount)),
      .init(
        "files",
        .array(
          report.files.map {
            .object([.init("path", .string($0.path)), .init("bytes", .integer($0.size))])
          })),
      .init("strangers", .array(report.strangers.map { .string($0) })),
    ])
  }
}

extension CommandContext {
  /// JSON where it is asked for, else a sentence.
  func write(_ json: JSONText, or sentence: String) throws {
    if globals.wantsJSON { try write(json) } else { say(sentence) }
  }
}

extension LakeWorkspace {
  /// A table with a log as it is typed.
  func loggedTable(typed name: String) throws -> any LoggedTable {
    let table = try table(typed: name)
    guard let logged = try session.loggedTable(table) else { throw noVersions(table.name) }
    return logged
  }

  private func noVersions(_ table: TableName) -> LakeError {
    LakeError(
      .invalidInput, "\(table) has no versions: its files belong to their users",
      hint: "Tables of trusted and curated have a history.")
  }

  /// A table with versions as it is typed, for those who make another one of it.
  func editTarget(typed name: String) throws -> EditTarget {
    let table = try table(typed: name)
    if table.kind == .managed { return .managed(table.name) }
    guard table.isForeign else { throw noVersions(table.name) }
    if table.name.zone == .landing {
      throw LakeError(
        .permissionDenied, "\(table.name) is in landing, which is never written",
        hint: "Its files belong to their users. Make a table in trusted of it.")
    }
    return .foreign(try session.foreignTable(table))
  }
}
