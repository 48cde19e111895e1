import LakeCatalog
import LakeCore
import LakeEngine
import LakePipelines
import LakeSQL
import LakeTables

/// INSERT, UPDATE, DELETE and MERGE on managed tables and on those of others.
extension StatementRunner {
  /// A table whose rows a statement changes.
  enum ChangeableTable {
    case temporary(SQLSession.Table)
    case stored(EditTarget)
  }

  func changeable(
    _ name: QualifiedName, _ verb: String, _ text: SourceText
  ) throws -> ChangeableTable {
    let place = text.place(at: name.range.lowerBound)
    if let table = try foreignTable(atPathOf: name, text) {
      return .stored(.foreign(try writable(table, at: place)))
    }
    if name.parts.count == 1, let found = session.relation(named: name.text) {
      if case .table(let table) = found { return .temporary(table) }
      throw LakeError(.invalidInput, "\(found.name) is a view: \(verb) changes tables", at: place)
    }
    let found: ResolvedRelation
    do {
      found = try resolver(workspace.executionContext()).resolve(name.parts.map(\.text), asOf: nil)
    } catch let error as LakeError {
      throw error.located(at: place)
    }
    guard case .table(let table) = found, let table = table.name else {
      throw LakeError(
        .invalidInput, "\(name.text) is no table whose rows can be changed", at: place)
    }
    if table.zone == .landing {
      throw LakeError(
        .permissionDenied, "SQL never writes the landing zone, and \(table) is in it", at: place,
        hint: "Put files into its folder and run lake crawl, or make a table in trusted.")
    }
    if let foreign = try workspace.session.foreignTable(table) {
      return .stored(.foreign(try writable(foreign, at: place)))
    }
    return .stored(.managed(table))
  }

  /// Refuses what is not others': a table of ours, whose checks nobody would make, and landing.
  private func writable(
    _ table: ForeignTable, at place: LakeError.Place
  ) throws -> ForeignTable {
    let session = try workspace.session
    if let own = try session.ownTable(at: table.root) {
      throw LakeError(
        .permissionDenied, "'\(table.label)' is the managed table \(own)", at: place,
        hint: "Use that name.")
    }
    let landing = session.layout.zone(.landing)
    if try session.fileSystem.status(of: landing, followLinks: true) != nil,
      PathSafety.isInside(table.root, try session.fileSystem.resolve(landing))
    {
      throw LakeError(
        .permissionDenied, "SQL never writes the landing zone, and '\(table.label)' is in it",
        at: place, hint: "Its files belong to their users. Make a table in trusted of it.")
    }
    return table
  }

  func insert(_ insert: Insert, into table: EditTarget, _ text: SourceText) throws -> String {
    let report = try edit(
      table, InsertEdit(insert: insert), as: insert.isOverwriting ? "INSERT OVERWRITE" : "INSERT",
      text)
    if insert.replaced != nil || insert.isOverwriting && !insert.partition.isEmpty {
      return "\(rows(report.rowsWritten)) written to \(report.table) in place of others"
        + "\(report.change(after: ": "))\(outcome(of: report))"
    }
    if insert.isOverwriting {
      let before = report.rowsBefore.map { " (\($0) before)" } ?? ""
      return "\(report.table) is overwritten: \(rows(report.rowsAfter ?? 0))\(before)"
        + outcome(of: report)
    }
    return "\(rows(report.rowsWritten)) appended to \(report.table)\(report.change(after: ": "))"
      + outcome(of: report)
  }

  func update(_ update: Update, of table: EditTarget, _ text: SourceText) throws -> String {
    let report = try edit(table, UpdateEdit(update: update), as: "UPDATE", text)
    return "\(rows(report.count("updated"))) of \(report.table) changed\(outcome(of: report))"
  }

  func delete(_ delete: Delete, from table: EditTarget, _ text: SourceText) throws -> String {
    let report = try edit(table, DeleteEdit(delete: delete), as: "DELETE", text)
    return deleted(report)
  }

  private func deleted(_ report: EditReport) -> String {
    let left = report.rowsAfter.map { ", \($0) left" } ?? ""
    return "\(rows(report.count("deleted"))) deleted from \(report.table)\(left)"
      + outcome(of: report)
  }

  func truncate(_ truncate: Truncate, _ table: EditTarget, _ text: SourceText) throws -> String {
    let deletion = DeleteEdit(
      delete: try truncate.deletion(text), partition: truncate.partition)
    let report = try edit(table, deletion, as: "TRUNCATE", text)
    return deleted(report)
  }

  func merge(_ merge: Merge, into table: EditTarget, _ text: SourceText) throws -> String {
    let report = try edit(table, MergeEdit(merge: merge), as: "MERGE", text)
    var inserted = ""
    if let before = report.rowsBefore, let after = report.rowsAfter {
      inserted = "\(rows(max(0, after - before + report.count("deleted")))) inserted, "
    }
    return "MERGE into \(report.table): \(inserted)\(report.count("updated")) changed, "
      + "\(report.count("deleted")) deleted\(report.change(after: "; "))\(outcome(of: report))"
  }

  /// Carries an edit out. A workspace with consent policies is held as by a run: the people who
  /// withdrew are taken out first.
  func edit(
    _ table: EditTarget, _ edit: any TableEdit, as operation: String, _ text: SourceText
  ) throws -> EditReport {
    let definitions = try workspace.definitions()
    let lock = definitions.policies.isEmpty ? nil : try workspace.lockForRun()
    defer { lock?.release() }
    let names = self.names
    let editor = TableEditor(
      try workspace.sessionOfStatement, definitions, resolver: names.resolver,
      makeBinder: names.makeBinder)
    return try editor.run(edit, on: table, as: operation, in: text)
  }

  /// What the names in a statement mean that makes or changes a stored table.
  var names: StatementNames {
    let tables = resolver(workspace.executionContext(), forPublishing: true)
    return StatementNames(resolver: tables) { [session] resolver, text in
      let binder = Binder(resolver, source: text, parameters: session.positional())
      binder.namedParameters = session.parameters
      return binder
    }
  }

  /// The end of a sentence about an edit, and what whoever made it should know.
  func outcome(of report: EditReport) -> String {
    var text = report.version.map { " (version \($0))" } ?? ""
    if report.rowsRejected > 0 { text += "; \(rows(report.rowsRejected)) rejected" }
    let withdrawals = report.withdrawals.map { withdrawal in
      "\(rows(withdrawal.rowsRemoved)) of \(withdrawal.table) were removed first: people withdrew "
        + "their consent to \(withdrawal.policy)"
    }
    return ([text + "."] + (withdrawals + report.warnings).map { "note: \($0)" })
      .joined(separator: "\n")
  }
}

extension EditReport {
  /// `3 before, 4 now`, where the log says how many rows there are: that of others need not.
  func change(after separator: String) -> String {
    guard let rowsBefore, let rowsAfter else { return "" }
    return "\(separator)\(rowsBefore) before, \(rowsAfter) now"
  }

  func count(_ name: String) -> Int { counts.first { $0.name == name }?.count ?? 0 }
}
