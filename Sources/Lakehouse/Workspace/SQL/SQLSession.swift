import LakeCore
import LakeEngine
import LakeSQL
import Synchronization

/// What statements leave behind for those after them, and nobody else: temporary tables and views,
/// the zone of USE, values of parameters. It ends with the process.
package final class SQLSession: Sendable {
  /// Rows in memory. A statement that changes them puts new ones in their place when it is done.
  struct Table: Sendable {
    var name: String
    var schema: Schema
    var batches: [Batch]

    var rowCount: Int { batches.reduce(0) { $0 + $1.rowCount } }

    /// The table for a query; its rows are numbered by `"$path"` and `"$row"` where that is asked.
    func bound(numbersRows: Bool = false) -> BoundTable {
      BoundTable(
        name: nil, label: name, schema: schema,
        source: MemoryTableSource(batches, path: numbersRows ? name : nil))
    }
  }

  enum Relation: Sendable {
    case table(Table)
    case view(ResolvedView)

    var name: String {
      switch self {
      case .table(let table): table.name
      case .view(let view): view.label
      }
    }
  }

  private struct State: Sendable {
    var relations: [String: Relation] = [:]
    var space: [String] = []
  }

  private let state = Mutex(State())
  /// Values of the `:name` in statements, by lower-case name; those of `?` by their number.
  package let parameters: [String: (value: Value, type: DataType)]

  /// `parameters` are values as they are typed: what reads as a literal of SQL is that value, and
  /// everything else is text.
  package init(parameters: [String: String] = [:]) {
    self.parameters = Dictionary(
      uniqueKeysWithValues: parameters.map { ($0.key.lowercased(), SQLSession.value(of: $0.value)) }
    )
  }

  private static func value(of text: String) -> (value: Value, type: DataType) {
    let asText = (value: Value.string(text), type: DataType.varchar)
    guard let expression = try? SQLParser.parseExpression(text) else { return asText }
    let binder = Binder(StaticResolver(), source: SourceText(text))
    let bound = try? binder.bind(expression, over: Schema([]), named: "parameter")
    guard let bound, case .literal(let value) = bound.node else { return asText }
    return (value, bound.type)
  }

  func relation(named name: String) -> Relation? {
    state.withLock { $0.relations[name.lowercased()] }
  }

  func set(_ relation: Relation) {
    state.withLock { $0.relations[relation.name.lowercased()] = relation }
  }

  func remove(_ name: String) {
    state.withLock { $0.relations[name.lowercased()] = nil }
  }

  var relations: [Relation] {
    state.withLock { $0.relations.values.sorted { $0.name < $1.name } }
  }

  /// What stands in front of names that have no zone, if anything does.
  var space: [String] {
    get { state.withLock { $0.space } }
    set { state.withLock { $0.space = newValue } }
  }

  /// The parameters as a binder wants them: by name, and for the `?` in their order.
  func positional() -> [(value: Value, type: DataType)] {
    var values: [(value: Value, type: DataType)] = []
    while let next = parameters["\(values.count + 1)"] { values.append(next) }
    return values
  }
}

/// Names of a session before all others, and `stdin`.
struct SessionResolver: TableResolver {
  let session: SQLSession
  let others: any TableResolver
  let fileSystem: any FileSystem
  /// Whether temporary tables have `"$path"` and `"$row"`, for statements that change them.
  var numbersRows = false

  func resolve(_ parts: [String], asOf: TableMoment?) throws -> ResolvedRelation {
    if parts.count == 1, let found = session.relation(named: parts[0]) {
      guard asOf == nil else {
        throw LakeError(.invalidInput, "\(parts[0]) has no versions: it is temporary")
      }
      switch found {
      case .table(let table): return .table(table.bound(numbersRows: numbersRows))
      case .view(let view): return .view(view)
      }
    }
    if parts.count == 1, parts[0].lowercased() == "stdin", asOf == nil {
      return .table(try others.resolveFiles(.standardInput))
    }
    do {
      return try resolveElsewhere(parts, asOf)
    } catch let error as LakeError where error.code == .notFound && isFile(parts) {
      throw LakeError(
        .notFound, "there is no table '\(parts.joined(separator: "."))', but there is a file",
        hint: "A file stands in single quotes: FROM '\(parts.joined(separator: "."))'.")
    }
  }

  private func resolveElsewhere(
    _ parts: [String], _ asOf: TableMoment?
  ) throws -> ResolvedRelation {
    let space = session.space
    if parts.count == 1, !space.isEmpty {
      do {
        return try others.resolve(space + parts, asOf: asOf)
      } catch let error as LakeError where error.code == .notFound {
        // A name of another zone may stand alone too.
        return try others.resolve(parts, asOf: asOf)
      }
    }
    return try others.resolve(parts, asOf: asOf)
  }

  private func isFile(_ parts: [String]) -> Bool {
    let status = try? fileSystem.status(of: parts.joined(separator: "."), followLinks: true)
    return status?.kind == .file
  }

  func resolveFiles(_ request: FileRequest) throws -> BoundTable {
    try others.resolveFiles(request)
  }
}
