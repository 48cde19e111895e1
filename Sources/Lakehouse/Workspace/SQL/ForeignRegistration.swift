import LakeCatalog
import LakeCore
import LakePipelines
import LakeSQL
import LakeTables

/// A directory with a log that is to have a name in the catalog.
///
/// The definition says where it is and nothing else: columns may be given, and must be those of the
/// log; kept beside it they would be out of date with the next change that others make.
struct ForeignRegistration {
  private let create: CreateExternalTable
  private let definition: TableDefinition
  private let text: SourceText

  init(_ create: CreateExternalTable, in text: SourceText) throws(LakeError) {
    self.create = create
    self.text = text
    definition = try TableDefinition(create, in: text)
  }

  /// As it is saved.
  var statement: String {
    var saved = CreateExternalTable(create.name)
    saved.location = definition.location
    saved.tableProperties = [Property("table_type", Expression(.literal(.string("DELTA"))))]
    return Statement(.createExternalTable(saved)).sql
  }

  private var place: LakeError.Place { text.place(at: create.name.range.lowerBound) }

  func check(in workspace: LakeWorkspace) throws {
    do throws(LakeError) {
      let session = try workspace.session
      try requireFreeName(in: session)
      let table = try self.table(in: session)
      let snapshot = try table.snapshot()
      if snapshot.contract?.isGoverned == true {
        throw LakeError(
          .consentViolation,
          "the rows of '\(definition.location ?? "")' are under a consent policy of the workspace "
            + "that made them, and would be under none here",
          hint: "Read them there.")
      }
      try requireColumns(of: snapshot)
    } catch {
      throw error.place?.line == nil ? error.located(at: place) : error
    }
  }

  /// One of ours would lose what its rows are held to.
  private func table(in session: WorkspaceSession) throws(LakeError) -> ForeignTable {
    let location = definition.location ?? ""
    let path = session.workspace.path(of: location)
    guard let table = try ForeignTable(at: path, as: definition.name, in: session.fileSystem)
    else {
      throw LakeError(
        .notFound, "there is no table with a log in '\(location)'",
        hint: "A directory with _delta_log in it is one.")
    }
    if let own = try session.ownTable(at: table.root) {
      throw LakeError(
        .alreadyExists, "'\(location)' is the managed table \(own)", hint: "Use that name.")
    }
    return table
  }

  private func requireFreeName(in session: WorkspaceSession) throws(LakeError) {
    let name = definition.name
    let known = try session.catalog.table(named: name)
    var isTaken = known.map { !$0.isForeign } ?? false
    if !isTaken, name.zone != .landing { isTaken = try session.snapshot(of: name) != nil }
    guard isTaken else { return }
    throw LakeError(
      .alreadyExists, "there is a \(known?.kind == .view ? "view" : "table") \(name) already",
      hint: "Give the table of others another name.")
  }

  private func requireColumns(of snapshot: Snapshot) throws(LakeError) {
    let given = create.columns + create.partitionedBy
    if given.isEmpty { return }
    let known = snapshot.schema
    for column in given {
      let place = text.place(at: column.range.lowerBound)
      guard let index = known.index(of: column.name.text) else {
        throw LakeError(
          .invalidInput, "the log of \(definition.name) has no column '\(column.name.text)'",
          at: place,
          hint: Suggestion.hint(for: column.name.text, among: known.fields.map(\.name))
            ?? "Leave the columns away: they are those of the log.")
      }
      if let type = column.type?.type, type != known.fields[index].type {
        throw LakeError(
          .invalidInput,
          "the column '\(column.name.text)' is \(known.fields[index].type) in the log, and not "
            + "\(type)", at: place, hint: "Leave the columns away: they are those of the log.")
      }
    }
    guard
      let missing = known.fields.first(where: { field in
        !given.contains { $0.name.text.lowercased() == field.name.lowercased() }
      })
    else { return }
    throw LakeError(
      .invalidInput, "the log of \(definition.name) has a column '\(missing.name)' too",
      hint: "Leave the columns away: they are those of the log.")
  }
}
