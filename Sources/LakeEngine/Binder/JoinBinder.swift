import LakeCore
import LakeSQL

/// Binds one join. Equations of the left with the right side become keys, everything else in ON the
/// residual. A right join is a left join with its sides exchanged, and its columns put back; a full
/// join is a left join with the rest of the right side behind it.
struct JoinBinder {
  private let from: FromBinder
  private let join: Join
  private let origin: Origin
  private var binder: Binder { from.binder }

  init(_ from: FromBinder, _ join: Join, _ origin: Origin) {
    self.from = from
    self.join = join
    self.origin = origin
  }

  private struct Condition {
    var keys: [(left: BoundExpression, right: BoundExpression)] = []
    var residual: [BoundExpression] = []
  }

  func bind() throws -> FromBinder.Rows {
    if let inside = join.withSubqueriesInside { return try bind(inside) }
    let left = try from.bind(join.left)
    let right = try from.bind(join.right, beside: left)
    try from.checkNames(left.scope, right.scope, join.right.origin)
    try checkCondition()
    let width = left.plan.columnCount
    let scope = left.scope.joined(with: right.scope, width: width)
    switch join.condition {
    case .none: return (try plan(left.plan, right.plan, Condition()), scope)
    case .on(let expression):
      let condition = try bind(expression, scope, width: width)
      return (
        try plan(left.plan, right.plan, condition), isHalf ? left.scope : scope
      )
    case .using(let columns): return try merged(columns, left, right, scope)
    case .natural:
      let names = common(left.scope, right.scope)
      return try merged(
        names.map { Identifier($0, origin: origin) }, left, right, scope)
    }
  }

  /// Binds the join with its subqueries in the side that they are about.
  private func bind(_ inside: Join) throws -> FromBinder.Rows {
    do {
      return try JoinBinder(from, inside, origin).bind()
    } catch let error as LakeError where error.code == .notFound {
      throw binder.notSupported(
        "a subquery in ON of \(join.kind.rawValue) that is not about its "
          + "\(join.kind == .left ? "right" : "left") side alone", origin,
        hint: "Put it into a query in FROM, as a column. (\(error.message))")
    }
  }

  /// Whether only the columns of the left side come out.
  private var isHalf: Bool { join.kind == .leftSemi || join.kind == .leftAnti }

  private func checkCondition() throws {
    guard case .none = join.condition, join.kind != .cross else { return }
    if join.kind == .inner, from.hasFilter { return }
    throw binder.error(
      "\(join.kind.rawValue) needs ON or USING", join.right.origin,
      hint: "All pairs of rows are CROSS JOIN.")
  }

  private func plan(_ left: Plan, _ right: Plan, _ condition: Condition) throws -> Plan {
    let residual = BoundExpression.all(of: condition.residual)
    if right.isDependent {
      return try lateral(left, right, condition)
    }
    switch join.kind {
    case .inner, .cross:
      return .join(JoinPlan(.inner, left, right, keys: condition.keys, residual: residual))
    case .left:
      return .join(JoinPlan(.left, left, right, keys: condition.keys, residual: residual))
    case .leftSemi:
      return .join(JoinPlan(.semi, left, right, keys: condition.keys, residual: residual))
    case .leftAnti:
      return .join(JoinPlan(.anti, left, right, keys: condition.keys, residual: residual))
    case .right: return rightJoin(left, right, condition)
    case .full: return fullJoin(left, right, condition)
    }
  }

  /// A right side that speaks of the left is made for each row of the left.
  private func lateral(_ left: Plan, _ right: Plan, _ condition: Condition) throws -> Plan {
    let width = left.columnCount
    let equations = condition.keys.map { key in
      BoundExpression(
        .compare(.equal, key.left, key.right.shiftedInside(by: width)), .boolean)
    }
    let isTrue: (BoundExpression) -> Bool = {
      if case .literal(.bool(true)) = $0.node { true } else { false }
    }
    let residual = BoundExpression.all(
      of: equations + condition.residual.filter { !isTrue($0) })
    switch join.kind {
    case .inner, .cross: return try from.lateral(.inner, left, right, residual)
    case .left: return try from.lateral(.left, left, right, residual)
    default:
      throw binder.notSupported("\(join.kind.rawValue) with LATERAL or UNNEST", origin)
    }
  }

  /// A left join with its sides exchanged, and its columns put back.
  private func rightJoin(_ left: Plan, _ right: Plan, _ condition: Condition) -> Plan {
    let swapped = Plan.join(exchanged(.left, left, right, condition))
    let (leftCount, rightCount) = (left.columnCount, right.columnCount)
    let fields = left.schema.fields + right.schema.fields
    return .project(
      swapped,
      fields.enumerated().map { index, field in
        let place = index < leftCount ? index + rightCount : index - leftCount
        return OutputColumn(field.name, .column(place, field.type))
      })
  }

  /// The left join, and behind it the rows of the right side that match nothing.
  private func fullJoin(_ left: Plan, _ right: Plan, _ condition: Condition) -> Plan {
    let sides = (
      left: Plan.shared(SharedPlan(name: "left side", plan: left)),
      right: Plan.shared(SharedPlan(name: "right side", plan: right))
    )
    let matched = Plan.join(
      JoinPlan(
        .left, sides.left, sides.right, keys: condition.keys,
        residual: BoundExpression.all(of: condition.residual)))
    let others = Plan.join(exchanged(.anti, sides.left, sides.right, condition))
    let nulls = left.schema.fields.map { OutputColumn($0.name, .literal(.null, $0.type)) }
    return .unionAll([
      .project(matched, OutputColumn.identity(matched.schema)),
      .project(others, nulls + OutputColumn.identity(right.schema)),
    ])
  }

  /// The join of the right with the left side.
  private func exchanged(
    _ kind: JoinPlan.Kind, _ left: Plan, _ right: Plan, _ condition: Condition
  ) -> JoinPlan {
    let (leftCount, rightCount) = (left.columnCount, right.columnCount)
    return JoinPlan(
      kind, right, left, keys: condition.keys.map { ($0.right, $0.left) },
      residual: BoundExpression.all(of: condition.residual)?.mapColumns { index, column in
        let place =
          index < 0 ? index : index < leftCount ? index + rightCount : index - leftCount
        return BoundExpression(.column(place), column.type, place: column.place)
      })
  }

  private func bind(
    _ expression: Expression, _ scope: Scope, width: Int
  ) throws -> Condition {
    let expressions = ExpressionBinder(binder, SelectContext(scope), .on)
    let bound = try expressions.bindCondition(expression, "the condition of ON")
    var condition = Condition()
    for conjunct in bound.conjuncts {
      if let key = key(conjunct, width) {
        condition.keys.append(key)
      } else {
        condition.residual.append(conjunct)
      }
    }
    return condition
  }

  private func key(
    _ conjunct: BoundExpression, _ width: Int
  ) -> (left: BoundExpression, right: BoundExpression)? {
    guard case .compare(.equal, let a, let b) = conjunct.node else { return nil }
    let (ofA, ofB) = (a.columns, b.columns)
    if ofA.isEmpty || ofB.isEmpty || conjunct.hasOuterReference { return nil }
    if ofA.allSatisfy({ $0 < width }), ofB.allSatisfy({ $0 >= width }) {
      return (a, b.shifted(by: -width))
    }
    if ofB.allSatisfy({ $0 < width }), ofA.allSatisfy({ $0 >= width }) {
      return (b, a.shifted(by: -width))
    }
    return nil
  }

  /// Names that both sides show, in the order of the left.
  private func common(_ left: Scope, _ right: Scope) -> [String] {
    let names = Set(right.starOrder.map { right.columns[$0].name.lowercased() })
    return left.starOrder.map { left.columns[$0].name }.filter { names.contains($0.lowercased()) }
  }

  private func equate(
    _ columns: [Identifier], _ left: FromBinder.Rows, _ right: FromBinder.Rows
  ) throws -> Condition {
    var condition = Condition()
    for column in columns {
      let a = try side(column, left.scope, "left"), b = try side(column, right.scope, "right")
      let expressions = ExpressionBinder(binder, SelectContext(left.scope), .on)
      guard let (x, y) = try expressions.unified(a, b, column.origin) else {
        throw binder.error(
          "'\(column.text)' is \(a.type) on the left and \(b.type) on the right", column.origin,
          hint: "Join ON with a CAST around one of them.")
      }
      condition.keys.append((x, y))
    }
    return condition
  }

  private func side(
    _ column: Identifier, _ scope: Scope, _ side: String
  ) throws -> BoundExpression {
    let candidates = scope.candidates([], column.text)
    guard let found = candidates.first else {
      throw binder.error(
        "there is no column '\(column.text)' on the \(side) side of the join", column.origin,
        code: .notFound, hint: Suggestion.hint(for: column.text, among: scope.columns.map(\.name)))
    }
    if candidates.count > 1 {
      throw binder.error(
        "column '\(column.text)' is ambiguous on the \(side) side of the join", column.origin)
    }
    return BoundExpression(
      .column(found.index), found.type, place: binder.source.place(of: column.origin))
  }

  /// A join by columns of one name. Each pair of them becomes one column, which stands first in
  /// `*`: that of the side whose rows are all there, and of a full join whichever is not null.
  private func merged(
    _ names: [Identifier], _ left: FromBinder.Rows, _ right: FromBinder.Rows, _ scope: Scope
  ) throws -> FromBinder.Rows {
    let condition = try equate(names, left, right)
    let joined = try plan(left.plan, right.plan, condition)
    if isHalf { return (joined, left.scope) }
    let width = left.plan.columnCount
    let result = Scope(
      relations: scope.relations, columns: scope.columns, starOrder: scope.starOrder,
      outer: scope.outer)
    let lowered = Set(names.map { $0.text.lowercased() })
    let isMerged: (Int) -> Bool = { lowered.contains(scope.columns[$0].name.lowercased()) }
    var outputs = OutputColumn.identity(joined.schema)
    var first: [Int] = []
    for (name, key) in zip(names, condition.keys) {
      let same = scope.starOrder.filter {
        scope.columns[$0].name.lowercased() == name.text.lowercased()
      }
      for index in same { result.columns[index].needsQualifier = true }
      let (a, b) = (key.left, key.right.shifted(by: width))
      let shown = same.first { (scope.columns[$0].index < width) == (join.kind != .right) }
      let value = join.kind == .right ? b : a
      if join.kind != .full, let shown, value.columnIndex == scope.columns[shown].index {
        result.columns[shown].needsQualifier = false
        first.append(shown)
        continue
      }
      // A value of its own: of either side, or of the type that both sides have in common.
      let both =
        join.kind == .full ? BoundExpression(.coalesce([a, b]), a.type) : value
      guard let like = shown ?? same.first else { continue }
      result.columns.append(
        Scope.Column(
          name: scope.columns[like].name, type: both.type, index: outputs.count,
          relation: result.relations.count))
      outputs.append(OutputColumn(scope.columns[like].name, both))
      first.append(result.columns.count - 1)
    }
    result.relations.append(Scope.Relation(names: [], scan: nil, fullName: []))
    result.starOrder = first + scope.starOrder.filter { !isMerged($0) }
    let isWider = outputs.count > joined.columnCount
    return (isWider ? .project(joined, outputs) : joined, result)
  }
}
