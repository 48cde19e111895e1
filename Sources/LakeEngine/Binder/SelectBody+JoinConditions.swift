import LakeSQL

extension SelectBody {
  /// The same with conditions of inner joins that hold subqueries moved to WHERE, where they mean
  /// the same as long as no outer join stands above them.
  var withJoinSubqueriesInFilter: SelectBody {
    var result = self
    var moved: [Expression] = []
    result.from = from.map { $0.withoutSubqueries(&moved) }
    guard !moved.isEmpty else { return self }
    let conditions = (filter.map { [$0] } ?? []) + moved
    result.filter = conditions.count == 1 ? conditions[0] : Expression(.and(conditions))
    return result
  }
}

extension TableReference {
  fileprivate func withoutSubqueries(_ moved: inout [Expression]) -> TableReference {
    guard case .join(var join) = kind, join.kind == .inner || join.kind == .cross else {
      return self
    }
    join.left = join.left.withoutSubqueries(&moved)
    join.right = join.right.withoutSubqueries(&moved)
    if case .on(let condition) = join.condition {
      let going = condition.conjuncts.filter(\.hasSubquery)
      if !going.isEmpty {
        let staying = condition.conjuncts.filter { !$0.hasSubquery }
        moved += going
        join.condition = .on(
          staying.isEmpty
            ? Expression(.literal(.boolean(true)), origin: condition.origin)
            : staying.count == 1 ? staying[0] : Expression(.and(staying), origin: condition.origin))
      }
    }
    return TableReference(.join(join), alias: alias, origin: origin)
  }
}

extension Expression {
  var hasSubquery: Bool {
    var isFound = false
    visit { part in
      switch part.kind {
      case .subquery, .exists, .isInQuery, .quantified: isFound = true
      default: break
      }
      return !isFound
    }
    return isFound
  }
}
