import LakeCore
import LakeSQL

/// Binds one join. Equations of the left with the right side become keys, everything else in ON the
/// residual. A right join is a left join with its sides exchanged, and its columns put back.
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
    if join.kind == .full {
      throw binder.notSupported(
        "FULL JOIN", origin, hint: "A LEFT JOIN and a UNION ALL with an anti join say the same.")
    }
    let (left, right) = (try from.bind(join.left), try from.bind(join.right))
    try from.checkNames(left.scope, right.scope, join.right.origin)
    var scope = left.scope.joined(with: right.scope, width: left.plan.columnCount)
    let condition: Condition
    switch join.condition {
    case .none: condition = Condition()
    case .on(let expression):
      condition = try bind(expression, scope, width: left.plan.columnCount)
    case .using(let columns):
      condition = try equate(columns, left, right)
      scope = try merged(scope, columns.map(\.text), left.scope.columns.count)
    case .natural:
      let names = common(left.scope, right.scope)
      condition = try equate(names.map { Identifier($0, origin: origin) }, left, right)
      scope = try merged(scope, names, left.scope.columns.count)
    }
    return (plan(left.plan, right.plan, condition), isHalf ? left.scope : scope)
  }

  /// Whether only the columns of the left side come out.
  private var isHalf: Bool { join.kind == .leftSemi || join.kind == .leftAnti }

  private func plan(_ left: Plan, _ right: Plan, _ condition: Condition) -> Plan {
    let kind: JoinPlan.Kind =
      switch join.kind {
      case .inner, .cross, .full: .inner
      case .left, .right: .left
      case .leftSemi: .semi
      case .leftAnti: .anti
      }
    let residual = BoundExpression.all(of: condition.residual)
    guard join.kind == .right else {
      return .join(JoinPlan(kind, left, right, keys: condition.keys, residual: residual))
    }
    let (leftCount, rightCount) = (left.columnCount, right.columnCount)
    let swapped = JoinPlan(
      .left, right, left, keys: condition.keys.map { ($0.right, $0.left) },
      residual: residual?.mapColumns { index, column in
        let place = index < leftCount ? index + rightCount : index - leftCount
        return BoundExpression(.column(place), column.type, place: column.place)
      })
    let fields = left.schema.fields + right.schema.fields
    return .project(
      .join(swapped),
      fields.enumerated().map { index, field in
        let place = index < leftCount ? index + rightCount : index - leftCount
        return OutputColumn(field.name, .column(place, field.type))
      })
  }

  private func bind(
    _ expression: Expression, _ scope: Scope, width: Int
  ) throws -> Condition {
    let expressions = ExpressionBinder(binder, SelectContext(scope), .on)
    let bound = try expressions.bindCondition(expression, "the condition of ON")
    var condition = Condition()
    for conjunct in bound.conjuncts {
      if conjunct.hasOuterReference {
        throw binder.notSupported("a column of the query around in ON", expression.origin)
      }
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
    if ofA.isEmpty || ofB.isEmpty { return nil }
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

  /// Of each pair of joined columns, one goes by the plain name and stands first in `*`.
  private func merged(_ scope: Scope, _ names: [String], _ leftCount: Int) throws -> Scope {
    let lowered = names.map { $0.lowercased() }
    let result = Scope(
      relations: scope.relations, columns: scope.columns, starOrder: scope.starOrder,
      outer: scope.outer)
    var first: [Int] = []
    for name in lowered {
      for index in scope.starOrder where scope.columns[index].name.lowercased() == name {
        // A right join gives every row of the right side: its column is never null for want of one.
        if (index < leftCount) == (join.kind != .right) {
          first.append(index)
        } else {
          result.columns[index].needsQualifier = true
        }
      }
    }
    let merged = Set(lowered)
    result.starOrder =
      first + scope.starOrder.filter { !merged.contains(scope.columns[$0].name.lowercased()) }
    return result
  }
}
