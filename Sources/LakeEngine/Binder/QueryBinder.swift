import LakeCore
import LakeSQL

/// Binds queries: WITH, what gives the rows, ORDER BY, LIMIT.
struct QueryBinder {
  struct Result {
    var plan: Plan
    /// Of the visible columns, which come first.
    var names: [String]
    var hiddenColumns: [Int] = []
    var conditions: ConditionSteps?
  }

  let binder: Binder
  let outer: Scope?

  init(_ binder: Binder, outer: Scope?) {
    self.binder = binder
    self.outer = outer
  }

  func bind(
    _ query: Query, hidden: [Expression] = [], isOutermost: Bool = false
  ) throws -> Result {
    let before = binder.commonTables
    defer { binder.commonTables = before }
    try bindCommonTables(query)
    switch query.body {
    case .select(let body):
      let select = SelectBinder(binder, body, outer: outer)
      try select.bindRows()
      var result = try finish(select, query, hidden: hidden)
      if isOutermost { result.conditions = select.conditions }
      return result
    case .query(let inner):
      // Hidden columns pass through where the outer query only sorts or cuts.
      let result = try bind(inner, hidden: hidden, isOutermost: isOutermost)
      return try limited(try sorted(result, query), query)
    case .values, .setOperation:
      let result = try withHidden(hidden, try rows(of: query.body))
      return try limited(try sorted(result, query), query)
    }
  }

  /// The query around a SELECT whose rows are bound.
  func finish(
    _ select: SelectBinder, _ query: Query, hidden: [Expression] = []
  ) throws -> Result {
    try limited(try select.finish(orderBy: query.orderBy, hidden: hidden), query)
  }

  func bindCommonTables(_ query: Query) throws {
    var names: Set<String> = []
    for table in query.commonTables {
      guard names.insert(table.name.text.lowercased()).inserted else {
        throw binder.error("WITH names '\(table.name.text)' twice", table.name.origin)
      }
      let binder = self.binder
      if query.isRecursive, table.query.reads(table.name) {
        binder.commonTables[table.name.text.lowercased()] = try RecursionBinder(binder).bind(table)
        continue
      }
      let bound = try QueryBinder(binder, outer: nil).bind(table.query)
      let columns = try renamed(bound.names, table.columns, table.name)
      let plan = bound.plan.renamed(columns)
      binder.commonTables[table.name.text.lowercased()] = CommonTablePlan(
        plan: .shared(SharedPlan(name: table.name.text, plan: plan)), names: columns)
    }
  }

  /// The names that an alias gives, in place of some.
  func renamed(
    _ names: [String], _ columns: [Identifier], _ table: Identifier
  ) throws -> [String] {
    if columns.isEmpty { return names }
    guard columns.count == names.count else {
      throw binder.error(
        "'\(table.text)' has \(names.count) columns, and \(columns.count) names are given",
        table.origin)
    }
    return columns.map(\.text)
  }

  private func rows(of body: QueryBody) throws -> Result {
    switch body {
    case .select, .query: return try bind(Query(body, origin: body.origin))
    case .values(let values): return try bind(values)
    case .setOperation(let operation): return try bind(operation)
    }
  }

  private func bind(_ values: ValuesBody) throws -> Result {
    let expressions = ExpressionBinder(binder, SelectContext(Scope()), .values)
    let width = values.rows[0].count
    var columns: [[BoundExpression]] = Array(repeating: [], count: width)
    for row in values.rows {
      guard row.count == width else {
        throw binder.error(
          "a row of VALUES has \(row.count) values, the first has \(width)",
          row.first?.origin ?? values.origin)
      }
      for (index, expression) in row.enumerated() {
        columns[index].append(try expressions.bind(expression))
      }
    }
    columns = try columns.map { try expressions.unified($0, "a column of VALUES", values.origin) }
    let names = (0..<width).map { "_col\($0)" }
    let fields = zip(names, columns).map { Field($0, $1[0].type) }
    let rows = values.rows.indices.map { row in columns.map { $0[row] } }
    return Result(plan: .values(Schema(fields), rows: rows), names: names)
  }

  /// The hidden expressions among the columns of rows that are no rows of a table.
  private func withHidden(_ hidden: [Expression], _ rows: Result) throws -> Result {
    var result = rows
    result.hiddenColumns = try hidden.map { expression in
      if let index = output(named: expression, rows.names) { return index }
      throw binder.notInSelectList(expression)
    }
    return result
  }

  /// The output that a plain name means.
  func output(named expression: Expression, _ names: [String]) -> Int? {
    guard case .name(let name) = expression.kind, name.parts.count == 1 else { return nil }
    let text = name.parts[0].text
    return names.firstIndex(of: text)
      ?? names.firstIndex { $0.lowercased() == text.lowercased() }
  }

  /// ORDER BY over rows whose columns are all that it can name.
  private func sorted(_ rows: Result, _ query: Query) throws -> Result {
    if query.orderBy.isEmpty { return rows }
    let schema = Schema(
      zip(rows.names, rows.plan.schema.fields).map { Field($0, $1.type) })
    let relation = Scope.Relation(names: [], scan: nil, fullName: [])
    let scope = Scope(schema, relation: relation, hiddenFrom: schema.count, outer: outer)
    let context = SelectContext(scope)
    let expressions = ExpressionBinder(binder, context, .orderBy)
    let keys = try query.orderBy.flatMap { item in
      if item.isAllColumns {
        return try schema.fields.enumerated().map {
          try expressions.sortKey(item, .column($0, $1.type))
        }
      }
      if let ordinal = try binder.ordinal(item.expression, rows.names.count, "ORDER BY") {
        return [try expressions.sortKey(item, .column(ordinal, schema.fields[ordinal].type))]
      }
      let key = try expressions.sortKey(item)
      if key.expression.has(.aggregate) || key.expression.has(.window)
        || key.expression.has(.subquery)
      {
        throw binder.error(
          "ORDER BY of a set operation names its columns and nothing else", item.origin)
      }
      return [key]
    }
    var result = rows
    result.plan = .sort(rows.plan, keys)
    return result
  }

  private func limited(_ rows: Result, _ query: Query) throws -> Result {
    let count = try query.limit.flatMap { try whole($0, "LIMIT") }
    let offset = try query.offset.flatMap { try whole($0, "OFFSET") } ?? 0
    if count == nil, offset == 0 { return rows }
    var result = rows
    if query.limitHasTies, let count {
      result.plan = try withTies(rows.plan, count: count, offset: offset, query)
    } else {
      result.plan = .limit(rows.plan, count: count, offset: offset)
    }
    return result
  }

  /// The rows that are asked for, and those that are equal to the last of them in the order.
  private func withTies(_ plan: Plan, count: Int, offset: Int, _ query: Query) throws -> Plan {
    if case .project(let input, let outputs) = plan, case .sort = input {
      return .project(try withTies(input, count: count, offset: offset, query), outputs)
    }
    guard case .sort(_, let keys) = plan else {
      throw binder.error(
        "WITH TIES needs ORDER BY", query.limit?.origin ?? query.origin,
        hint: "Without an order all rows are ties.")
    }
    // Rows behind the offset count; the last of them is where a rank among them still counts.
    let cut: Plan = offset == 0 ? plan : .limit(plan, count: nil, offset: offset)
    let ranked = Plan.window(
      WindowPlan(input: cut, partition: [], order: keys, functions: [("rank", .rank)]))
    let rank = BoundExpression.column(plan.columnCount, .bigint)
    let condition = BoundExpression(
      .compare(.lessOrEqual, rank, .literal(.int(Int64(count)), .bigint)), .boolean)
    return .project(.filter(ranked, condition), OutputColumn.identity(plan.schema))
  }

  private func whole(_ expression: Expression, _ what: String) throws -> Int? {
    let bound = try ExpressionBinder(binder, SelectContext(Scope()), .limit).bind(expression)
    switch bound.node {
    case .literal(.null): return nil
    case .literal(.int(let value)) where value >= 0 && bound.type.isInteger: return Int(value)
    default:
      throw binder.error("\(what) must be a whole number that is not negative", expression.origin)
    }
  }
}

extension Binder {
  /// A whole number in GROUP BY or ORDER BY means a place in the SELECT list.
  func ordinal(_ expression: Expression, _ count: Int, _ clause: String) throws -> Int? {
    guard case .literal(.integer(let digits)) = expression.kind else { return nil }
    guard let number = Int(digits), (1...max(1, count)).contains(number), count > 0 else {
      throw error(
        "\(clause) \(digits): the SELECT list has \(count) columns", expression.origin)
    }
    return number - 1
  }

  func notInSelectList(_ expression: Expression) -> LakeError {
    var shown = source.line(of: expression.origin)
    if case .name(let name) = expression.kind { shown = name.text }
    return error(
      "'\(shown)' must be in the SELECT list: rows that are grouped,"
        + " distinct or united no longer have it", expression.origin)
  }
}

extension Plan {
  /// The plan with other names for its columns.
  func renamed(_ names: [String]) -> Plan {
    let fields = schema.fields
    if fields.map(\.name) == names { return self }
    return .project(
      self, zip(names, fields).enumerated().map { OutputColumn($1.0, .column($0, $1.1.type)) })
  }
}
