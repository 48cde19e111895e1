import LakeCore
import LakeEngine
import LakeSQL
import LakeTables
import Synchronization

/// Makes binders that know the parameters of a session.
package typealias BinderMaker = (any TableResolver, SourceText) -> Binder

/// The table that an edit works on, as it is at one moment, and queries over it.
///
/// The table's own name stands for its rows as they are at that moment, whoever publishes
/// meanwhile; other names stand for those of some files, or of an earlier version.
package final class EditScene {
  package let table: any LoggedTable
  package let snapshot: Snapshot
  package let text: SourceText
  private let context: ExecutionContext
  private let resolver: EditResolver
  private let makeBinder: BinderMaker
  private lazy var filesByPath = Dictionary(
    snapshot.files.map { (snapshot.path(of: $0), $0.path) }, uniquingKeysWith: { first, _ in first }
  )

  init(
    _ table: any LoggedTable, _ snapshot: Snapshot, _ text: SourceText, _ context: ExecutionContext,
    _ resolver: any TableResolver, _ makeBinder: @escaping BinderMaker
  ) throws {
    self.table = table
    self.snapshot = snapshot
    self.text = text
    self.context = context
    self.resolver = EditResolver(resolver, try table.planned(snapshot), root: snapshot.root)
    self.makeBinder = makeBinder
  }

  package var schema: Schema { snapshot.schema }

  /// The table as the edit sees it.
  package var bound: BoundTable { resolver.edited }

  /// Finds what a statement names, and the rows of the table under the names above.
  package var tables: any TableResolver { resolver }

  /// The rows of some files, under a name.
  package func rows(of paths: Set<String>) throws -> QualifiedName {
    resolver.define("$files", try table.planned(snapshot.holding(paths)))
    return QualifiedName([Identifier("$files", isQuoted: true)])
  }

  /// The rows of one version of the table, under a name.
  package func rows(of version: Snapshot) throws -> QualifiedName {
    resolver.define("$version", try table.planned(version))
    return QualifiedName([Identifier("$version", isQuoted: true)])
  }

  /// Rows of files that are not the table's, as rows of the table, under a name.
  func define(_ name: String, rowsOf files: [SourceFile]) {
    let source = ParquetTableSource(files: files, keepsOrder: true)
    resolver.define(
      name,
      BoundTable(name: table.planName, label: table.label, schema: schema, source: source))
  }

  /// The columns that a query gives.
  package func columns(of query: Query) throws -> Schema {
    try bind(query).schema
  }

  /// The rows of a query, now.
  package func run(_ query: Query) throws -> [[Value]] {
    let bound = try bind(query)
    let plan = try Optimizer().optimize(bound.visiblePlan)
    return try Execution(plan, context).collect().flatMap { batch in
      let dense = try batch.compacted(context.evaluation.kernels)
      let columns = dense.columns.map(\.allValues)
      return (0..<dense.rowCount).map { row in columns.map { $0[row] } }
    }
  }

  private func bind(_ query: Query) throws -> BoundQuery {
    try makeBinder(resolver, text).bind(query)
  }

  /// The path of a file in the log, by what `"$path"` says of its rows.
  package func file(at path: String) throws(LakeError) -> String {
    if let file = filesByPath[path] { return file }
    throw LakeError(.internal, "rows of \(table.label) come from a file that is none of its files")
  }
}

/// Finds tables as others do, and the one that is edited as the edit sees it.
private final class EditResolver: TableResolver {
  private let base: any TableResolver
  private let own = Mutex<[String: BoundTable]>([:])

  let edited: BoundTable
  private let root: String

  init(_ base: any TableResolver, _ edited: BoundTable, root: String) {
    self.base = base
    self.edited = edited
    self.root = root
  }

  func define(_ name: String, _ table: BoundTable) {
    own.withLock { $0[name] = table }
  }

  func resolve(_ parts: [String], asOf: TableMoment?) throws -> ResolvedRelation {
    if parts.count == 1, asOf == nil, let table = own.withLock({ $0[parts[0]] }) {
      return .table(table)
    }
    let found = try base.resolve(parts, asOf: asOf)
    if asOf == nil, case .table(let table) = found, isEdited(table) { return .table(edited) }
    return found
  }

  func resolveFiles(_ request: FileRequest) throws -> BoundTable {
    let found = try base.resolveFiles(request)
    return request.version == nil && isEdited(found) ? edited : found
  }

  /// A table of others may go by a name and by paths.
  private func isEdited(_ table: BoundTable) -> Bool {
    if let name = table.name, name == edited.name { return true }
    return (table.source as? ParquetTableSource)?.root == root
  }
}

extension LoggedTable {
  /// One version of the table as an edit reads it.
  package func planned(_ snapshot: Snapshot) throws -> BoundTable {
    try snapshot.bound(planName, label: label)
  }
}
