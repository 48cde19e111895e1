import LakeCore
import LakeEngine
import LakeSQL

/// Temporary tables and views, and what changes their rows.
extension StatementRunner {
  func createTemporary(_ create: CreateTable, _ text: SourceText) throws -> String {
    let place = text.place(at: create.name.range.lowerBound)
    let name = try temporaryName(create.name, text)
    if let message = try existing(
      name, isReplacing: create.isReplacing, ifNotExists: create.ifNotExists, place)
    {
      return message
    }
    guard create.partitionedBy.isEmpty, create.partitionColumns.isEmpty, create.location == nil,
      create.properties.isEmpty, create.tableProperties.isEmpty
    else {
      throw LakeError(
        .invalidInput, "a temporary table is in memory: it takes no partitions and no properties",
        at: place)
    }
    var table = SQLSession.Table(name: name, schema: Schema([]), batches: [])
    if let like = create.like {
      table.schema = try schema(of: .allColumns(of: like), text)
    } else if let query = create.query {
      let names = try columnNames(create, text)
      let (plan, context, bound) = try plan(of: query, text, hasOwnNames: names != nil)
      let fields = bound.fields
      guard names == nil || names?.count == fields.count else {
        throw LakeError(
          .invalidInput,
          "the table is to have \(names?.count ?? 0) columns, and the query gives \(fields.count)",
          at: place)
      }
      let known = Schema(
        fields.enumerated().map { index, field in
          Field(names?[index] ?? field.name, field.type == .unseen ? .varchar : field.type)
        })
      table.schema = known
      table.batches = try collect(plan.cast(to: known), context)
    } else {
      table.schema = try Schema(create.elements.map { try field($0, text) })
      try requireUniqueNames(create, text)
    }
    session.set(.table(table))
    return "The temporary table \(name) is there, with \(rows(table.rowCount))."
  }

  /// What the columns of a query's rows are called instead; nil where nothing is said.
  private func columnNames(
    _ create: CreateTable, _ text: SourceText
  ) throws(LakeError) -> [String]? {
    if create.elements.isEmpty { return nil }
    let names = try create.elements.map { (element) throws(LakeError) in
      let place = text.place(at: element.range.lowerBound)
      guard case .column(let column) = element.kind, column.type == nil, column.constraints.isEmpty
      else {
        throw LakeError(
          .invalidInput, "a temporary table takes the types of its columns from the query",
          at: place, hint: "Leave the types away, or CAST in the query.")
      }
      return column.name.text
    }
    try requireUniqueNames(create, text)
    return names
  }

  private func requireUniqueNames(_ create: CreateTable, _ text: SourceText) throws(LakeError) {
    var seen: Set<String> = []
    for element in create.elements {
      guard case .column(let column) = element.kind else { continue }
      guard seen.insert(column.name.text.lowercased()).inserted else {
        throw LakeError(
          .invalidInput, "the column '\(column.name.text)' is named twice",
          at: text.place(at: element.range.lowerBound))
      }
    }
  }

  private func field(_ element: TableElement, _ text: SourceText) throws(LakeError) -> Field {
    guard case .column(let column) = element.kind, let type = column.type?.type,
      column.constraints.isEmpty
    else {
      throw LakeError(
        .unsupported, "a temporary table has columns with types, and no constraints",
        at: text.place(at: element.range.lowerBound))
    }
    return Field(column.name.text, type)
  }

  func createTemporary(_ create: CreateView, _ text: SourceText) throws -> String {
    let name = try temporaryName(create.name, text)
    if let message = try existing(
      name, isReplacing: create.isReplacing, ifNotExists: create.ifNotExists,
      text.place(at: create.name.range.lowerBound))
    {
      return message
    }
    let own = create.query.tablesRead.first { $0.text.lowercased() == name.lowercased() }
    if let own {
      throw LakeError(
        .invalidInput, "the view \(name) reads itself", at: text.place(at: own.range.lowerBound))
    }
    // Bound once so that mistakes are told now.
    let bound = try binder(workspace.executionContext(), text).bind(create.query)
    guard create.columns.isEmpty || create.columns.count == bound.names.count else {
      throw LakeError(
        .invalidInput,
        "the view has \(bound.names.count) columns, and \(create.columns.count) names are given",
        at: text.place(at: create.name.range.lowerBound))
    }
    let view = ResolvedView(
      temporary: name, query: create.query, columns: create.columns.map(\.text), source: text)
    session.set(.view(view))
    return "The temporary view \(name) is there."
  }

  private func temporaryName(
    _ name: QualifiedName, _ text: SourceText
  ) throws(LakeError) -> String {
    guard name.parts.count == 1 else {
      throw LakeError(
        .invalidInput, "what is temporary is in no zone: '\(name.text)'",
        at: text.place(at: name.range.lowerBound), hint: "Write the last part alone.")
    }
    return name.parts[0].text
  }

  /// What to say where there is one already, unless it is replaced.
  private func existing(
    _ name: String, isReplacing: Bool, ifNotExists: Bool, _ place: LakeError.Place?
  ) throws(LakeError) -> String? {
    guard session.relation(named: name) != nil, !isReplacing else { return nil }
    if ifNotExists { return "\(name) is there already." }
    throw LakeError(
      .alreadyExists, "there is a temporary '\(name)' already", at: place,
      hint: "CREATE OR REPLACE TEMPORARY … takes its place.")
  }

  /// Takes a temporary table or view away; nil if there is none of the name.
  func dropTemporary(_ drop: Drop, _ text: SourceText) throws(LakeError) -> String? {
    guard drop.name.parts.count == 1, drop.target == .table || drop.target == .view,
      let found = session.relation(named: drop.name.text)
    else { return nil }
    var isView = false
    if case .view = found { isView = true }
    guard isView == (drop.target == .view) else {
      throw LakeError(
        .invalidInput, "\(found.name) is a temporary \(isView ? "view" : "table")",
        at: text.place(at: drop.name.range.lowerBound),
        hint: "Write DROP \(isView ? "VIEW" : "TABLE") \(found.name).")
    }
    session.remove(found.name)
    return "The temporary \(isView ? "view" : "table") \(found.name) is dropped."
  }
}

// MARK: - Changing rows

extension StatementRunner {
  private func plan(
    of query: Query, _ text: SourceText, hasOwnNames: Bool = false
  ) throws -> (Plan, ExecutionContext, Schema) {
    let context = workspace.executionContext()
    let bound = try binder(context, text).bind(query)
    if !hasOwnNames { try bound.requireUniqueNames() }
    return (bound.visiblePlan, context, bound.schema)
  }

  func collect(_ plan: Plan, _ context: ExecutionContext) throws -> [Batch] {
    try Execution(try optimizer.optimize(plan), context).collect().filter { $0.rowCount > 0 }
  }

  func rows(_ count: Int) -> String { "\(count) row\(count == 1 ? "" : "s")" }
}

extension Plan {
  /// The columns under the names and in the types of a schema.
  fileprivate func cast(to schema: Schema) -> Plan {
    .project(
      self,
      zip(self.schema.fields, schema.fields).enumerated().map { index, pair in
        let column = BoundExpression.column(index, pair.0.type)
        return OutputColumn(
          pair.1.name,
          pair.0.type == pair.1.type
            ? column : BoundExpression(.cast(column, .strict), pair.1.type))
      })
  }
}
