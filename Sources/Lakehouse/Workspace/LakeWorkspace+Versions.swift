import LakeCore
import LakeEngine
import LakePipelines
import LakeSQL
import LakeTables

/// How a vacuum is carried out.
package struct VacuumOptions: Sendable {
  /// Shorter than the table's own retention only if forced.
  package var retentionHours: Int?
  package var isForced = false
  package var isDryRun = false

  package init() {}
}

/// What is done to the versions of a managed table.
extension LakeWorkspace {
  /// Makes a table what it was, as a new version.
  package func restore(
    _ name: TableName, to moment: TableMoment, in text: SourceText = SourceText("")
  ) throws -> EditReport {
    try editing { editor in try editor.restore(name, to: moment, in: text) }
  }

  /// Puts small files together; with columns, all rows into their order.
  package func optimize(_ name: TableName, orderedBy columns: [String]) throws -> EditReport {
    let text = SourceText("OPTIMIZE \(name)")
    let table = QualifiedName([Identifier(name.zone.rawValue), Identifier(name.name)])
    return try editing { editor in
      try editor.run(
        OptimizeEdit(table, order: columns.map { Identifier($0) }), on: name, as: "OPTIMIZE",
        in: text)
    }
  }

  /// Removes the files of versions whose retention is over.
  package func vacuum(_ name: TableName, _ options: VacuumOptions) throws -> VacuumReport {
    let table = try session.table(name)
    let own = table.options.retentionMilliseconds
    let wanted = options.retentionHours.map { $0.multipliedReportingOverflow(by: 3_600_000) }
    let retention = wanted.map { $0.overflow ? Int.max : $0.partialValue } ?? own
    guard retention >= own || options.isForced || options.isDryRun else {
      throw LakeError(
        .invalidInput,
        "files are kept for \(own / 3_600_000) hours, and \(retention / 3_600_000) are fewer",
        hint: "Who reads an older version now would find its files gone. FORCE (--force) removes "
          + "them all the same; DRY RUN (--dry-run) shows which.")
    }
    return try table.vacuum(retentionMilliseconds: retention, isDryRun: options.isDryRun)
  }

  func editing(_ body: (TableEditor) throws -> EditReport) throws -> EditReport {
    let definitions = try definitions()
    let lock = definitions.policies.isEmpty ? nil : try lockForRun()
    defer { lock?.release() }
    return try body(TableEditor(try sessionFromNow, definitions))
  }
}
