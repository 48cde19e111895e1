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

  /// Which files others still read, and which they have written and not committed, they know alone.
  package static func refusal(_ table: String) -> LakeError {
    LakeError(
      .unsupported, "\(table) is a table of others, and none of its files is removed here",
      hint: "Vacuum it with the program that made it, which knows who else reads and writes it.")
  }
}

/// What is done to the versions of a table.
extension LakeWorkspace {
  /// Makes a table what it was, as a new version.
  package func restore(
    _ target: EditTarget, to moment: TableMoment, in text: SourceText = SourceText("")
  ) throws -> EditReport {
    try editing { editor in try editor.restore(target, to: moment, in: text) }
  }

  /// Puts small files together; with columns, all rows into their order.
  package func optimize(_ target: EditTarget, orderedBy columns: [String]) throws -> EditReport {
    let text = SourceText("OPTIMIZE \(target.label)")
    let table = target.qualifiedName
    return try editing { editor in
      try editor.run(
        OptimizeEdit(table, order: columns.map { Identifier($0) }), on: target, as: "OPTIMIZE",
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

extension EditTarget {
  /// As statements name it.
  fileprivate var qualifiedName: QualifiedName {
    switch self {
    case .managed(let name): QualifiedName([Identifier(name.zone.rawValue), Identifier(name.name)])
    case .foreign(let table):
      table.name.map { QualifiedName([Identifier($0.zone.rawValue), Identifier($0.name)]) }
        ?? QualifiedName([Identifier("delta"), Identifier(table.root, isQuoted: true)])
    }
  }
}
