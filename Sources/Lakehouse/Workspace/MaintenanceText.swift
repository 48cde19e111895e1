import LakeCore
import LakePipelines
import LakeTables

/// What was done to a table, in a sentence: for statements and for commands.
package enum MaintenanceText {
  package static func restored(_ report: EditReport) -> String {
    guard let version = report.version else {
      return "\(report.table) is what it was at that version: nothing to do."
    }
    return "\(report.table) is restored: \(rows(report.rowsAfter ?? 0)) "
      + "(\(report.rowsBefore ?? 0) before), as version \(version)."
  }

  package static func optimized(_ report: EditReport) -> String {
    guard let version = report.version else {
      return "\(report.table) has no small files to put together: nothing to do."
    }
    return "\(report.table) is optimised: \(files(report.filesRemoved)) became "
      + "\(report.filesAdded), \(report.bytesBefore) bytes \(report.bytesAfter) "
      + "(version \(version))."
  }

  package static func adopted(_ report: EditReport, isDryRun: Bool) -> String {
    guard let adoption = report.adoption else { return "" }
    let count = adoption.taken.count + adoption.rewritten.count
    var lines: [String] = []
    if isDryRun {
      lines.append("\(report.table) would adopt \(files(count)), \(rows(adoption.rowCount)).")
    } else if let version = report.version {
      lines.append(
        "\(report.table) has adopted \(files(count)): \(report.rowsBefore ?? 0) rows before, "
          + "\(report.rowsAfter ?? 0) now (version \(version)).")
    } else {
      lines.append("No row of these files is to be adopted by \(report.table): nothing to do.")
    }
    if !adoption.taken.isEmpty {
      lines.append("As they are: \(files(adoption.taken.count)).")
    }
    lines += listed(adoption.rewritten, "Written anew")
    if report.rowsRejected > 0 {
      lines.append(
        "Rejected: \(rows(report.rowsRejected)); lake rejects \(report.table) shows them.")
    }
    lines += listed(adoption.passed, "Passed by")
    return lines.joined(separator: "\n")
  }

  private static func listed(_ files: [AdoptionReport.File], _ title: String) -> [String] {
    if files.isEmpty { return [] }
    let shown = files.prefix(10).map { file in
      "  \(file.path): \(file.reasons.joined(separator: "; "))"
    }
    let more = files.count - shown.count
    return ["\(title):"] + shown + (more > 0 ? ["  and \(self.files(more)) more"] : [])
  }

  package static func vacuumed(
    _ table: TableName, _ report: VacuumReport, isDryRun: Bool
  ) -> String {
    let kept =
      report.oldestVersion == report.latestVersion
      ? "version \(report.latestVersion) can be read"
      : "versions \(report.oldestVersion) to \(report.latestVersion) can be read"
    let verb = isDryRun ? "would be removed" : "removed"
    var text =
      "\(files(report.files.count)) of \(table) \(verb), \(report.byteCount) bytes; \(kept)."
    if !report.strangers.isEmpty {
      let count = report.strangers.count
      text += " \(files(count)) of nobody's naming \(count == 1 ? "is" : "are") left."
    }
    return text
  }

  private static func rows(_ count: Int) -> String { "\(count) row\(count == 1 ? "" : "s")" }
  private static func files(_ count: Int) -> String { "\(count) file\(count == 1 ? "" : "s")" }
}
