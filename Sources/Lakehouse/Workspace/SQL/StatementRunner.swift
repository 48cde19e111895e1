import LakeCatalog
import LakeCore
import LakeEngine
import LakePipelines
import LakeSQL

/// What a statement gives.
package enum StatementResult: Sendable {
  case rows(ResultRows)
  /// One text of several lines, in a column of this name: a plan, a statement.
  case text(String, column: String)
  /// What was done, in a sentence; nothing to be seen.
  case done(String)
}

/// Carries statements out, one after the other.
///
/// 1. The statement's names are looked up, and it becomes a plan (`Binder`, `Optimizer`); the disk
///    is not looked at before a name asks for it.
/// 2. Rows come when they are asked for: the caller streams them to where it wants them.
/// 3. What changes the workspace is done at once: a table by the same road as a job of a pipeline,
///    a definition as a file of `catalog/`.
package struct StatementRunner: Sendable {
  let workspace: LakeWorkspace
  let session: SQLSession

  package init(_ workspace: LakeWorkspace, session: SQLSession = SQLSession()) {
    self.workspace = workspace
    self.session = session
  }

  package func run(_ statement: Statement, in text: SourceText) throws -> StatementResult {
    switch statement.kind {
    case .query(let query): return .rows(try rows(of: query, text))
    case .explain(let explain): return try self.explain(explain, text)
    case .show(let show): return try self.show(show, text, statement)
    case .describe(let describe): return .rows(try self.describe(describe, text))
    case .summarize(let query): return .rows(try summarize(query, text))
    case .createTable(let create) where create.isTemporary:
      return .done(try createTemporary(create, text))
    case .createView(let create) where create.isTemporary:
      return .done(try createTemporary(create, text))
    case .createTable where statement.definedTable != nil:
      return .done(try define(statement, text))
    case .createTable(let create): return .done(try createTable(create, statement, text))
    case .createView, .createExternalTable, .createDatabase, .createPolicy:
      return .done(try define(statement, text))
    case .alterTable(let alter): return .done(try self.alter(alter, text))
    case .drop(let drop):
      return .done(try dropTemporary(drop, text) ?? self.drop(drop, text))
    default: return .done(try change(statement, text))
    }
  }

  /// Statements that give no rows, only a sentence.
  private func change(_ statement: Statement, _ text: SourceText) throws -> String {
    switch statement.kind {
    case .use(let name): return try use(name, text)
    case .insert(let insert): return try self.insert(insert, text)
    case .update(let update): return try self.update(update, text)
    case .delete(let delete): return try self.delete(delete, text)
    case .merge(let merge): return try self.merge(merge, text)
    case .truncate(let truncate): return try self.truncate(truncate, text)
    case .restore(let restore): return try self.restore(restore, text)
    case .optimize(let optimize): return try self.optimize(optimize, text)
    case .vacuum(let vacuum): return try self.vacuum(vacuum, text)
    case .unload(let unload): return try self.unload(unload, text)
    case .setOption(let option): return set(option)
    case .showOptions(let name): return unset(name)
    case .ignored(let words, let name): return try ignored(words, name, text)
    case .repair(let name): return try repair(name, text)
    default:
      throw LakeError(
        .internal, "a statement that nobody carries out",
        at: text.place(at: statement.range.lowerBound))
    }
  }

  // MARK: - Queries

  /// Finds tables; looks for a workspace when the first name is looked up.
  /// - Parameter forPublishing: What is published depends on data alone: then tables that describe
  ///   the workspace are not found.
  func resolver(
    _ context: ExecutionContext, numbersRows: Bool = false, forPublishing: Bool = false
  ) -> any TableResolver {
    SessionResolver(
      session: session,
      others: WorkspaceTables(
        workspace: workspace, context: context, hasSystemTables: !forPublishing),
      fileSystem: workspace.lake.fileSystem, numbersRows: numbersRows)
  }

  func binder(
    _ context: ExecutionContext, _ text: SourceText, numbersRows: Bool = false
  ) -> Binder {
    let binder = Binder(
      resolver(context, numbersRows: numbersRows), source: text, parameters: session.positional())
    binder.namedParameters = session.parameters
    return binder
  }

  var optimizer: Optimizer {
    Optimizer(disabling: workspace.lake.settings.execution.disabledRules)
  }

  func rows(of query: Query, _ text: SourceText) throws -> ResultRows {
    let context = workspace.executionContext()
    let bound = try binder(context, text).bind(query)
    let plan = try optimizer.optimize(bound.visiblePlan)
    return ResultRows(plan, bound.schema, context)
  }
}

/// The tables of a workspace, which is looked for when a name asks for it; and files, which can be
/// queried anywhere.
private struct WorkspaceTables: TableResolver {
  let workspace: LakeWorkspace
  let context: ExecutionContext
  let hasSystemTables: Bool

  func resolve(_ parts: [String], asOf: TableMoment?) throws -> ResolvedRelation {
    if hasSystemTables, let table = try SystemTable.find(parts) {
      guard asOf == nil else {
        throw LakeError(.invalidInput, "\(table.fullName) has no versions: it is computed")
      }
      return .table(table.bound(WorkspaceFacts(workspace: workspace, resolver: self)))
    }
    if let files = try sparkFiles(parts, asOf) { return .table(files) }
    return try resolver(try workspace.session).resolve(parts, asOf: asOf)
  }

  /// Spark's csv.`path` and its like.
  private func sparkFiles(_ parts: [String], _ moment: TableMoment?) throws -> BoundTable? {
    guard parts.count == 2, let format = FileRequest.Format(named: parts[0]),
      parts[1].contains("/") || parts[1].contains(".")
    else { return nil }
    var request = FileRequest([parts[1]])
    request.format = format
    request.version = moment
    return try resolveFiles(request)
  }

  func resolveFiles(_ request: FileRequest) throws -> BoundTable {
    guard let session = try workspace.sessionIfAny else {
      return try FileResolver(context: context).resolve(request)
    }
    return try resolver(session).resolveFiles(request)
  }

  private func resolver(_ session: WorkspaceSession) -> WorkspaceResolver {
    WorkspaceResolver(
      workspace: session.workspace, catalog: session.catalog, context: context,
      tableOptions: session.tableOptions, overrides: [:])
  }
}
