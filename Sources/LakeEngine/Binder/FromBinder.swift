import LakeCore
import LakeSQL

/// Binds FROM: tables, views, files, subqueries and joins of them.
struct FromBinder {
  typealias Rows = (plan: Plan, scope: Scope)

  let binder: Binder
  let outer: Scope?
  /// Whether a WHERE follows. A JOIN may then have its condition there, as many write it.
  let hasFilter: Bool

  init(_ binder: Binder, outer: Scope?, hasFilter: Bool = false) {
    self.binder = binder
    self.outer = outer
    self.hasFilter = hasFilter
  }

  /// The members of a comma list, joined from the left; without members, one row without columns.
  func bind(_ references: [TableReference]) throws -> Rows {
    guard let first = references.first else {
      return (.values(Schema([]), rows: [[]]), Scope(outer: outer))
    }
    return try references.dropFirst().reduce(try bind(first)) { left, reference in
      let right = try bind(reference, beside: left)
      try checkNames(left.scope, right.scope, reference.origin)
      let scope = left.scope.joined(with: right.scope, width: left.plan.columnCount)
      if right.plan.isDependent {
        return (try lateral(.inner, left.plan, right.plan, nil), scope)
      }
      return (.join(JoinPlan(.inner, left.plan, right.plan, keys: [])), scope)
    }
  }

  /// The right side of a join. What is lateral in it sees the columns of the left side.
  func bind(_ reference: TableReference, beside left: Rows) throws -> Rows {
    guard reference.isLateral else { return try bind(reference) }
    return try FromBinder(binder, outer: left.scope, hasFilter: hasFilter).bind(reference)
  }

  /// A join whose right side speaks of the left.
  func lateral(
    _ kind: JoinPlan.Kind, _ left: Plan, _ right: Plan, _ residual: BoundExpression?
  ) throws -> Plan {
    if case .unnest(var unnest) = right, residual == nil, case .values(_, let rows) = unnest.input,
      rows.count == 1, unnest.input.columnCount == 0,
      !unnest.lists.contains(where: \.hasDeeperReference)
    {
      // The elements stand beside the row itself.
      unnest.input = left
      unnest.lists = unnest.lists.map(\.asSeenOutside)
      unnest.keepsEmpty = kind == .left
      return .unnest(unnest)
    }
    if residual == nil, let columns = right.computedOfOneRow {
      let kept = left.schema.fields.enumerated().map { index, field in
        OutputColumn(field.name, .column(index, field.type))
      }
      return .project(left, kept + columns)
    }
    return try DependentJoin(kind: kind, left: left, right: right, residual: residual)
      .plan { $0 }
  }

  func bind(_ reference: TableReference) throws -> Rows {
    try binder.countTable(reference.origin)
    switch reference.kind {
    case .table(let name, let version):
      return try bind(name, version, reference)
    case .file(let path, let version):
      var request = FileRequest([path])
      request.version = try version.map { try moment($0) }
      return try scan(
        try located(reference.origin) { try binder.resolver.resolveFiles(request) },
        names: [[FromBinder.stem(path)]], reference)
    case .function(let call, let withOrdinality):
      return try bind(call, withOrdinality, reference)
    case .subquery(let query, _):
      let result = try QueryBinder(binder, outer: outer).bind(query)
      return try relation(result.plan, result.names, names: [], fullName: [], reference)
    case .join(let join): return try JoinBinder(self, join, reference.origin).bind()
    }
  }

  private func located<T>(_ origin: Origin, _ body: () throws -> T) throws -> T {
    do {
      return try body()
    } catch let error as LakeError {
      guard let place = binder.source.place(of: origin) else { throw error }
      throw error.located(at: place)
    }
  }

  private func bind(
    _ name: QualifiedName, _ version: TableVersion?, _ reference: TableReference
  ) throws -> Rows {
    let parts = name.parts.map(\.text)
    if parts.count == 1, let common = binder.commonTables[parts[0].lowercased()] {
      guard version == nil else {
        throw binder.error("'\(parts[0])' is no table: it has no versions", name.origin)
      }
      return try relation(
        common.plan, common.names, names: [parts], fullName: parts, reference)
    }
    let moment = try version.map { try self.moment($0) }
    let found = try located(name.origin) {
      try binder.resolver.resolve(parts, asOf: moment)
    }
    // Any part of the name that was written, from its end, and the table's full name.
    var names = parts.indices.map { Array(parts[$0...]) }
    switch found {
    case .table(let table):
      if let full = table.name {
        names += [[full.zone.rawValue, full.name], [full.name], [full.suffixed]]
        binder.record(name.id, .unseen, name: [full.zone.rawValue, full.name])
      }
      return try scan(table, names: names, reference)
    case .view(let view):
      let full = view.name.map { [$0.zone.rawValue, $0.name] } ?? [view.label]
      if let name = view.name { names += [full, [name.name]] }
      binder.record(name.id, .unseen, name: full)
      return try bind(view, names, fullName: full, reference)
    }
  }

  private func bind(
    _ view: ResolvedView, _ names: [[String]], fullName: [String], _ reference: TableReference
  ) throws -> Rows {
    guard !binder.views.contains(view.label), binder.views.count < 100 else {
      throw binder.error("the view \(view.label) reads itself", reference.origin)
    }
    let inner = Binder(
      binder.resolver, source: view.source, parameters: [], views: binder.views + [view.label])
    let result: BoundQuery
    do {
      result = try inner.bind(view.query)
    } catch let error as LakeError {
      throw LakeError(
        error.code, "in the view \(view.label): \(error.message)",
        at: binder.source.place(of: reference.origin), hint: error.hint, cause: error)
    }
    let columns = try QueryBinder(binder, outer: nil).renamed(
      result.names, view.columns.map { Identifier($0) },
      Identifier(view.name?.name ?? view.label))
    return try relation(result.plan, columns, names: names, fullName: fullName, reference)
  }

  private func bind(
    _ call: LakeSQL.FunctionCall, _ withOrdinality: Bool, _ reference: TableReference
  ) throws -> Rows {
    if UnnestBinder.names.contains(call.name.text.lowercased()) {
      return try UnnestBinder(self).bind(call, withOrdinality, reference)
    }
    guard !withOrdinality, let function = FileFunction(named: call.name.text) else {
      throw binder.error(
        "there is no table function '\(call.name.text)'", call.origin, code: .notFound,
        hint: Suggestion.hint(for: call.name.text, among: FileFunction.names)
          ?? "Files are read by \(FileFunction.names.joined(separator: ", ")).")
    }
    let request = try FileFunctionBinder(binder, function).bind(call)
    let table = try located(call.origin) { try binder.resolver.resolveFiles(request) }
    return try scan(table, names: [[FromBinder.stem(request.paths[0])]], reference)
  }

  /// What a file is called without an alias: its name without what follows the first dot.
  static func stem(_ path: String) -> String {
    String(Path.lastComponent(of: path).prefix { $0 != "." })
  }

  func moment(_ version: TableVersion) throws -> TableMoment {
    let expressions = ExpressionBinder(binder, SelectContext(Scope()), .from)
    switch version {
    case .number(let expression):
      let bound = try expressions.bind(expression)
      if case .literal(.int(let number)) = bound.node, bound.type.isInteger, number >= 0 {
        return .version(Int(number))
      }
      throw binder.error("a version is a whole number", expression.origin)
    case .time(let expression):
      let bound = try expressions.bind(expression)
      if case .literal(.int(let micros)) = bound.node, bound.type == .timestamp {
        return .timestamp(micros)
      }
      if case .literal(.string(let text)) = bound.node,
        case .int(let micros)? = Value.parsed(text, as: .timestamp)
      {
        return .timestamp(micros)
      }
      throw binder.error(
        "a moment is a timestamp", expression.origin,
        hint: "Write FOR TIMESTAMP AS OF TIMESTAMP '2024-05-31 12:00:00'.")
    }
  }

  private func scan(
    _ table: BoundTable, names: [[String]], _ reference: TableReference
  ) throws -> Rows {
    let number = binder.nextScan()
    var columns = table.schema.fields.indices.map { ScanPlan.Column.table($0) }
    if binder.scansWithFileColumns.contains(number) { columns += [.path, .row] }
    let full = table.name.map { [$0.zone.rawValue, $0.name] } ?? [table.label]
    let plan = Plan.scan(ScanPlan(table: table, columns: columns))
    return try relation(
      plan, table.schema.fields.map(\.name), names: names, fullName: full, reference,
      scan: table.source.isOfFiles ? number : nil)
  }

  /// A scope over rows, under the alias of the reference or under the names that it has without.
  func relation(
    _ plan: Plan, _ columns: [String], names: [[String]], fullName: [String],
    _ reference: TableReference, scan: Int? = nil
  ) throws -> Rows {
    var (visible, aliases) = (columns, names)
    if let alias = reference.alias {
      aliases = [[alias.name.text]] + alias.otherNames.map { $0.parts.map(\.text) }
      visible = try QueryBinder(binder, outer: nil).renamed(columns, alias.columns, alias.name)
    }
    let fields = plan.schema.fields.enumerated().map { index, field in
      Field(index < visible.count ? visible[index] : field.name, field.type)
    }
    let relation = Scope.Relation(names: aliases, scan: scan, fullName: fullName)
    return (
      plan,
      Scope(Schema(fields), relation: relation, hiddenFrom: visible.count, outer: outer)
    )
  }

  /// Two tables of one FROM must not go by one name.
  func checkNames(_ left: Scope, _ right: Scope, _ origin: Origin) throws {
    for relation in right.relations {
      guard let name = relation.names.first, !left.relations(named: name).isEmpty,
        left.relations.contains(where: { $0.names.first.map(lowered) == lowered(name) })
      else { continue }
      throw binder.error(
        "two tables of FROM are called '\(name.joined(separator: "."))'", origin,
        hint: "Give one of them an alias: … AS b.")
    }
  }

  private func lowered(_ name: [String]) -> [String] { name.map { $0.lowercased() } }
}

extension Plan {
  /// What `LATERAL (SELECT …)` without FROM computes of the row before it, as columns beside that
  /// row; nil where the plan is something else.
  fileprivate var computedOfOneRow: [OutputColumn]? {
    guard case .project(let input, let outputs) = self, case .values(let schema, let rows) = input,
      schema.count == 0, rows.count == 1,
      !outputs.contains(where: { $0.expression.hasDeeperReference })
    else { return nil }
    return outputs.map { OutputColumn($0.name, $0.expression.asSeenOutside) }
  }
}
