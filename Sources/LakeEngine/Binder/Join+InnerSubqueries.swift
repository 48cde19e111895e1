import LakeSQL

extension Join {
  /// The same join with conditions of ON that hold subqueries moved into the side of which a row
  /// without a match is left out: there they filter, and mean the same as long as they speak of
  /// that side alone. Nil where there are none, or the join keeps the rows of both sides.
  var withSubqueriesInside: Join? {
    guard kind == .left || kind == .right, case .on(let condition) = condition else { return nil }
    let going = condition.conjuncts.filter(\.hasSubquery)
    guard !going.isEmpty, let side = (kind == .left ? right : left).filtered(by: going) else {
      return nil
    }
    var join = self
    if kind == .left { join.right = side } else { join.left = side }
    let staying = condition.conjuncts.filter { !$0.hasSubquery }
    let rest: Expression =
      switch staying.count {
      case 0: Expression(.literal(.boolean(true)), origin: condition.origin)
      case 1: staying[0]
      default: Expression(.and(staying), origin: condition.origin)
      }
    join.condition = .on(rest)
    return join
  }
}

extension TableReference {
  /// The rows of one relation for which conditions are true, under the names that it has.
  fileprivate func filtered(by conditions: [Expression]) -> TableReference? {
    var names: [QualifiedName] = []
    var called = alias
    switch kind {
    case .join: return nil
    case .table(let name, _):
      if called == nil {
        names = name.parts.indices.map { QualifiedName(Array(name.parts[$0...])) }
        called = TableAlias(name.parts[name.parts.count - 1])
      }
    default: break
    }
    guard let called else { return nil }
    // New names of columns are given inside, and hold outside.
    var outside = TableAlias(called.name)
    outside.otherNames = called.otherNames + names
    var body = SelectBody([SelectItem(.star(Star()))])
    body.from = [self]
    body.filter = conditions.count == 1 ? conditions[0] : Expression(.and(conditions))
    return TableReference(
      .subquery(Query(.select(body), origin: origin), isLateral: false), alias: outside,
      origin: origin)
  }
}
