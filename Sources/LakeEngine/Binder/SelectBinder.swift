import LakeCore
import LakeSQL

/// Binds one SELECT.
///
/// 1. FROM gives rows and a scope; WHERE removes some of them.
/// 2. All other expressions are bound in that scope. Aggregates, windows and subqueries become
///    placeholders, since they have no place in the rows yet.
/// 3. The plan grows step by step (groups, HAVING, windows, QUALIFY), and with each step the
///    expressions are translated to its rows.
/// 4. The SELECT list is projected, with what ORDER BY needs besides and what was asked for hidden.
final class SelectBinder {
  struct Item {
    var name: String
    var expression: BoundExpression
    var origin: Origin
  }

  let binder: Binder
  let body: SelectBody
  let context: SelectContext
  /// The rows as far as they have been made.
  var plan: Plan
  /// Conditions of WHERE that speak of the query around; a subquery becomes a join on them.
  var correlated: [BoundExpression] = []
  var conditions: ConditionSteps?
  private(set) var items: [Item] = []
  var keys: [BoundExpression] = []
  /// With ROLLUP, CUBE or GROUPING SETS: the keys of each set, by their places in `keys`.
  var groupingSets: [[Int]]?
  private(set) var having: BoundExpression?
  private var qualify: BoundExpression?
  private(set) var isGrouped = false
  private var areItemsBound = false
  private var areClausesBound = false
  /// From expressions over the rows of FROM to expressions over the rows so far.
  private var translations: [(BoundExpression) throws -> BoundExpression] = []

  init(_ binder: Binder, _ body: SelectBody, outer: Scope?) {
    self.binder = binder
    self.body = body.withJoinSubqueriesInFilter
    context = SelectContext(Scope(outer: outer))
    plan = .values(Schema([]), rows: [[]])
  }

  /// The rows of FROM that WHERE leaves.
  func bindRows() throws {
    let from = try FromBinder(
      binder, outer: context.scope.outer, hasFilter: body.filter != nil
    ).bind(body.from)
    (plan, context.scope) = (from.plan, from.scope)
    context.unseenAliases = body.items.compactMap { item in
      guard case .expression(_, let alias) = item.kind else { return nil }
      return alias?.text
    }
    try bindFilter()
  }

  /// What is made of the rows.
  func finish(orderBy: [SortItem], hidden: [Expression]) throws -> QueryBinder.Result {
    applyCorrelation()
    try bindItems()
    try bindClauses()
    let order = try orderBy.flatMap(bindOrder)
    isGrouped =
      body.groupBy != nil || having != nil || !context.placeholders.aggregates.isEmpty
      || !context.placeholders.groupings.isEmpty
    let extra = try bindHidden(hidden)
    try makeGroups()
    try filter(by: having)
    try makeWindows()
    try filter(by: qualify)
    return try project(order, extra)
  }

  /// Conditions that speak of the query around filter like all others: the whole query will be
  /// carried out for each of its rows (`Decorrelator`).
  func applyCorrelation() {
    plan = plan.filtered(by: correlated)
    correlated = []
  }

  func bindItems() throws {
    if areItemsBound { return }
    areItemsBound = true
    for window in body.windows {
      context.windows[window.name.text.lowercased()] = window.specification
    }
    let expressions = ExpressionBinder(binder, context, .select)
    for item in body.items {
      switch item.kind {
      case .expression(let expression, let alias):
        let bound = try expressions.bind(expression)
        let name = alias?.text ?? expression.impliedName ?? "_col\(items.count)"
        items.append(Item(name: name, expression: bound, origin: item.origin))
      case .star(let star):
        try expand(star, item.origin, expressions)
      }
    }
    context.aliases = items.map { ($0.name, $0.expression) }
  }

  private func expand(
    _ star: Star, _ origin: Origin, _ expressions: ExpressionBinder
  ) throws {
    let columns = try columns(of: star, origin)
    let names = columns.map(\.name)
    for excluded in star.excluded + star.replacements.map(\.column)
      + star.renamings.map(\.column)
    where !names.contains(where: { $0.lowercased() == excluded.text.lowercased() }) {
      throw binder.error(
        "'*' has no column '\(excluded.text)'", excluded.origin, code: .notFound,
        hint: Suggestion.hint(for: excluded.text, among: names))
    }
    let left = Set(star.excluded.map { $0.text.lowercased() })
    for column in columns where !left.contains(column.name.lowercased()) {
      let replacement = star.replacements.first {
        $0.column.text.lowercased() == column.name.lowercased()
      }
      let place = binder.source.place(of: origin)
      let whole = BoundExpression(.column(column.index), column.type, place: place)
      let expression = try replacement.map { try expressions.bind($0.expression) } ?? whole
      let renaming = star.renamings.first {
        $0.column.text.lowercased() == column.name.lowercased()
      }
      items.append(
        Item(name: renaming?.name.text ?? column.name, expression: expression, origin: origin))
    }
    if items.isEmpty, !columns.isEmpty, body.items.count == 1 {
      throw binder.error("'*' without these has no columns left", origin)
    }
  }

  private func columns(of star: Star, _ origin: Origin) throws -> [Scope.Column] {
    let scope = context.scope
    if scope.relations.isEmpty { throw binder.error("SELECT * needs FROM", origin) }
    guard let qualifier = star.qualifier else { return scope.starOrder.map { scope.columns[$0] } }
    let relations = scope.relations(named: qualifier.parts.map(\.text))
    guard relations.count == 1 else {
      let names = scope.relations.compactMap { $0.names.first?.joined(separator: ".") }
      throw binder.error(
        relations.isEmpty
          ? "there is no table '\(qualifier.text)' in FROM"
          : "'\(qualifier.text)' can be several tables of FROM", qualifier.origin,
        code: .notFound, hint: Suggestion.hint(for: qualifier.text, among: names))
    }
    return scope.columns.filter { $0.relation == relations[0] && !$0.isHidden }
  }

  /// GROUP BY, HAVING and QUALIFY.
  func bindClauses() throws {
    if areClausesBound { return }
    areClausesBound = true
    switch body.groupBy {
    case nil: break
    case .all:
      keys = items.map(\.expression).filter { !$0.has(.aggregate) && !$0.columns.isEmpty }
    case .elements(let elements): try bindGroups(elements)
    }
    having = try body.having.map {
      try ExpressionBinder(binder, context, .having).bindCondition($0, "HAVING")
    }
    qualify = try body.qualify.map {
      try ExpressionBinder(binder, context, .qualify).bindCondition($0, "QUALIFY")
    }
  }

  private func bindOrder(_ item: SortItem) throws -> [SortKey] {
    let expressions = ExpressionBinder(binder, context, .orderBy)
    if item.isAllColumns {
      return try items.map { try expressions.sortKey(item, $0.expression) }
    }
    if let ordinal = try binder.ordinal(item.expression, items.count, "ORDER BY") {
      return [try expressions.sortKey(item, items[ordinal].expression)]
    }
    return [try expressions.sortKey(item)]
  }
}

extension SelectBinder {
  /// An expression over the rows of FROM as one over the rows so far; subqueries in it are joined.
  func settled(_ expression: BoundExpression) throws -> BoundExpression {
    try attachLookups(try translated(expression))
  }

  func translated(_ expression: BoundExpression) throws -> BoundExpression {
    try translations.reduce(expression) { try $1($0) }
  }

  private func filter(by condition: BoundExpression?) throws {
    guard let condition else { return }
    for conjunct in condition.conjuncts {
      let placed = try settled(conjunct)
      plan = .filter(plan, placed)
    }
  }

  func attachLookups(_ expression: BoundExpression) throws -> BoundExpression {
    guard expression.has(.subquery) else { return expression }
    var ends: [Int: Int] = [:]
    return try expression.mapColumns { index, column in
      guard let (kind, number) = Placeholders.kind(of: index), kind == .subquery else {
        return column
      }
      let (found, lookup, fromEnd) = context.placeholders.lookup(number)
      let end = try ends[found] ?? attach(lookup)
      ends[found] = end
      return BoundExpression(.column(end - 1 - fromEnd), column.type, place: column.place)
    }
  }

  /// Joins a lookup to the rows; returns the end of its columns.
  private func attach(_ lookup: Placeholders.Lookup) throws -> Int {
    if lookup.plan.isDependent {
      plan = try DependentJoin(kind: .left, left: plan, right: lookup.plan).plan {
        try translated($0)
      }
    } else {
      let keys = try lookup.keys.map { (try settled($0.outer), $0.inner) }
      plan = .join(JoinPlan(.left, plan, lookup.plan, keys: keys))
    }
    return plan.columnCount
  }

  func makeGroups() throws {
    guard isGrouped else { return }
    let calls = context.placeholders.aggregates
    let placedKeys = try keys.map(settled)
    let placedCalls = try calls.map { try $0.map(settled) }
    let groups = AggregatePlan(
      input: plan, keys: zip(keys.indices, placedKeys).map { OutputColumn(keyName($0), $1) },
      aggregates: placedCalls.enumerated().map { ("agg\($0)", $1) })
    plan = try grouped(groups)
    let (keys, count, scope, binder) = (self.keys, calls.count, context.scope, self.binder)
    translations.append { try $0.overGroups(keys, aggregateCount: count, scope, binder) }
  }

  private func keyName(_ index: Int) -> String {
    if let item = items.first(where: { $0.expression.isSame(as: keys[index]) }) { return item.name }
    guard let column = keys[index].columnIndex,
      let found = context.scope.columns.first(where: { $0.index == column })
    else { return "key\(index)" }
    return found.name
  }

  private func makeWindows() throws {
    let calls = context.placeholders.windows
    guard !calls.isEmpty else { return }
    var places = [Int](repeating: -1, count: calls.count)
    for first in calls.indices where places[first] < 0 {
      let partition = try calls[first].partition.map(settled)
      let order = try calls[first].order.map { try $0.map(settled) }
      let alike = calls.indices.filter {
        places[$0] < 0 && calls[$0].ranks(like: calls[first])
      }
      let functions = try alike.map { try calls[$0].function.map(settled) }
      // All of them before the places are counted: subqueries in them add columns.
      for (number, call) in alike.enumerated() { places[call] = plan.columnCount + number }
      plan = .window(
        WindowPlan(
          input: plan, partition: partition, order: order,
          functions: functions.map { ($0.name, $0) }))
    }
    let found = places
    let place: (Int, BoundExpression) -> BoundExpression = { index, column in
      guard let (kind, number) = Placeholders.kind(of: index), kind == .window else {
        return column
      }
      return BoundExpression(.column(found[number]), column.type, place: column.place)
    }
    translations.append { $0.mapColumns(place) }
  }
}

extension SelectBinder {
  /// A hidden expression: the place of the item that it is, or itself, to be added.
  enum Hidden {
    case item(Int)
    case added(BoundExpression)
  }

  private func bindHidden(_ hidden: [Expression]) throws -> [Hidden] {
    let query = QueryBinder(binder, outer: nil)
    return try hidden.map { expression in
      if let index = query.output(named: expression, items.map(\.name)) { return .item(index) }
      if isGrouped || body.isDistinct { throw binder.notInSelectList(expression) }
      let bound = try ExpressionBinder(binder, context, .from).bind(expression)
      if let index = items.firstIndex(where: { $0.expression.isSame(as: bound) }) {
        return .item(index)
      }
      return .added(bound)
    }
  }

  private func project(_ order: [SortKey], _ hidden: [Hidden]) throws -> QueryBinder.Result {
    var outputs = try items.map { OutputColumn($0.name, try settled($0.expression)) }
    var hiddenColumns: [Int] = []
    for item in hidden {
      switch item {
      case .item(let index): hiddenColumns.append(index)
      case .added(let expression):
        hiddenColumns.append(outputs.count)
        outputs.append(OutputColumn("hidden\(hiddenColumns.count - 1)", try settled(expression)))
      }
    }
    let width = outputs.count
    let keys = try order.map { try orderKey($0, &outputs) }
    if body.isDistinct, outputs.count > width { throw orderOutsideDistinct(order[0]) }
    plan = .project(plan, outputs)
    if body.isDistinct { plan = .distinct(plan) }
    if !keys.isEmpty { plan = .sort(plan, keys) }
    if outputs.count > width {
      plan = .project(plan, Array(OutputColumn.identity(plan.schema).prefix(width)))
    }
    return QueryBinder.Result(plan: plan, names: items.map(\.name), hiddenColumns: hiddenColumns)
  }

  /// A sort key over the projected rows; what they do not have yet is added to them.
  private func orderKey(_ key: SortKey, _ outputs: inout [OutputColumn]) throws -> SortKey {
    let index: Int
    if let item = items.firstIndex(where: { $0.expression.isSame(as: key.expression) }) {
      index = item
    } else {
      index = outputs.count
      outputs.append(OutputColumn("order\(index)", try settled(key.expression)))
    }
    return key.map { BoundExpression(.column(index), $0.type, place: $0.place) }
  }

  private func orderOutsideDistinct(_ key: SortKey) -> LakeError {
    LakeError(
      .invalidInput, "with SELECT DISTINCT, what ORDER BY names must be in the SELECT list",
      at: key.expression.place ?? binder.source.place(of: body.origin))
  }
}

extension BoundExpression {
  /// The expression over groups: keys and aggregates become columns; a column that is neither has
  /// no one value in a group.
  fileprivate func overGroups(
    _ keys: [BoundExpression], aggregateCount: Int, _ scope: Scope, _ binder: Binder
  ) throws -> BoundExpression {
    if let key = keys.firstIndex(where: { $0.isSame(as: self) }) {
      return BoundExpression(.column(key), type, place: place)
    }
    guard case .column(let index) = node else {
      return try mapChildren {
        try $0.overGroups(keys, aggregateCount: aggregateCount, scope, binder)
      }
    }
    // A column of the query around is the same for all rows.
    if index < 0 { return self }
    if let (kind, number) = Placeholders.kind(of: index) {
      switch kind {
      case .aggregate: return BoundExpression(.column(keys.count + number), type, place: place)
      case .grouping:
        return BoundExpression(
          .column(keys.count + aggregateCount + number), type, place: place)
      case .window, .subquery: return self
      }
    }
    let column = scope.columns.first { $0.index == index }
    let name = column.map { "'\($0.name)'" } ?? "a column"
    throw LakeError(
      .invalidInput, "\(name) must be in GROUP BY or inside of an aggregate", at: place,
      hint: column.map { "Write GROUP BY \($0.name), or arbitrary(\($0.name))." })
  }
}

extension Placeholders.WindowCall {
  fileprivate func ranks(like other: Placeholders.WindowCall) -> Bool {
    partition.areSame(as: other.partition) && order.count == other.order.count
      && zip(order, other.order).allSatisfy {
        $0.isDescending == $1.isDescending && $0.nullsFirst == $1.nullsFirst
          && $0.expression.isSame(as: $1.expression)
      }
  }
}

extension Expression {
  /// What a column is called without AS.
  fileprivate var impliedName: String? {
    switch kind {
    case .name(let name): name.parts.last?.text
    case .member(_, let name): name.text
    default: nil
    }
  }
}
