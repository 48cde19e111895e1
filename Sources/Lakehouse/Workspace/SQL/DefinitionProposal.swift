import LakeCatalog
import LakeCore
import LakeEngine
import LakePipelines
import LakeSQL

/// A definition that was typed, before it is saved.
struct DefinitionProposal {
  /// `the view trusted.x`
  let what: String
  let fileName: String
  let isThere: Bool
  let isReplacing: Bool
  let ifNotExists: Bool
  /// The table of landing that it defines.
  var external: TableName?
  /// The table of others that it names.
  private(set) var foreign: ForeignRegistration?
  /// What has to be said about it, with a blank before.
  var consequence = ""
  private let kind: Statement.Kind

  init(
    _ statement: Statement, _ text: SourceText, _ known: WorkspaceDefinitions
  ) throws(LakeError) {
    kind = statement.definedTable.map { .createExternalTable($0) } ?? statement.kind
    switch kind {
    case .createView(let create):
      let name = try TableName.required(create.name, for: "CREATE VIEW", in: text)
      what = "the view \(name)"
      fileName = name.suffixed
      isThere = known.views.contains { $0.name == name }
      (isReplacing, ifNotExists) = (create.isReplacing, create.ifNotExists)
    case .createExternalTable(let create):
      let name = try TableName.required(create.name, for: "CREATE EXTERNAL TABLE", in: text)
      foreign = create.isDelta ? try ForeignRegistration(create, in: text) : nil
      guard name.zone == .landing || foreign != nil else {
        throw LakeError(
          .invalidInput, "\(name) is in \(name.zone.rawValue), whose tables are made by statements",
          at: text.place(at: create.name.range.lowerBound),
          hint: "CREATE TABLE \(name) AS SELECT … makes it; files come to landing alone.")
      }
      what = "the table \(name)"
      fileName = name.suffixed
      isThere = known.tables.contains { $0.name == name }
      (isReplacing, ifNotExists) = (false, create.ifNotExists)
      external = foreign == nil ? name : nil
    case .createDatabase(let create):
      let name = create.name.text
      if let space = SystemTable.space(create.name.parts.map(\.text)) {
        throw LakeError(
          .alreadyExists,
          "\(space.rawValue) describes the workspace, and is no name for a database",
          at: text.place(at: create.name.range.lowerBound), hint: "Give it another name.")
      }
      what = Zone(named: name).map { "the zone \($0.rawValue)" } ?? "the database \(name)"
      fileName = name
      isThere =
        Zone(named: name) != nil
        || known.databases.contains { $0.name.lowercased() == name.lowercased() }
      (isReplacing, ifNotExists) = (false, create.ifNotExists)
    case .createPolicy(let create):
      let name = create.name.text
      what = "the consent policy \(name)"
      fileName = name
      isThere = known.policy(named: name) != nil
      (isReplacing, ifNotExists) = (create.isReplacing, create.ifNotExists)
      consequence =
        " From now on every table that reads what it covers must say whose its rows are; "
        + "see lake plan."
    default:
      throw LakeError(
        .internal, "the statement is no definition", at: text.place(at: statement.range.lowerBound))
    }
  }

  /// The statement as it is saved, where that is not as it was typed.
  var printed: String? { foreign?.statement }

  /// Finds now what would be found when the file is read.
  func check(with runner: StatementRunner, _ text: SourceText) throws {
    switch kind {
    case .createView(let create):
      let context = runner.workspace.executionContext()
      let bound = try Binder(runner.resolver(context), source: text).bind(create.query)
      guard create.columns.isEmpty || create.columns.count == bound.names.count else {
        throw LakeError(
          .invalidInput,
          "the view has \(bound.names.count) columns, and \(create.columns.count) names are given",
          at: text.place(at: create.name.range.lowerBound))
      }
    case .createExternalTable(let create):
      _ = try TableDefinition(create, in: text)
      try foreign?.check(in: runner.workspace)
    case .createPolicy(let create): _ = try ConsentPolicy(create, in: text)
    default: break
    }
  }

  /// Whether a statement of a file defines the same thing.
  func isSame(_ statement: Statement, _ text: SourceText) -> Bool {
    switch (kind, statement.kind) {
    case (.createView(let one), .createView(let other)):
      TableName(defining: one.name) == TableName(defining: other.name)
    case (.createPolicy(let one), .createPolicy(let other)):
      one.name.text.lowercased() == other.name.text.lowercased()
    default: false
    }
  }
}
