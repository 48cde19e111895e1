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
