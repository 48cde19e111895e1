import LakeCore

/// What rules have to know of an expression before they move it.
extension BoundExpression {
  /// Whether equal rows give equal results.
  package var isDeterministic: Bool {
    !contains { expression in
      if case .call(let function, _) = expression.node { !function.isDeterministic } else { false }
    }
  }

  /// Whether evaluation can fail on some row. Such an expression must see no row that the statement
  /// keeps from it.
  package var canFail: Bool {
    switch node {
    case .attempt: return false
    case .cast(let operand, .strict):
      return operand.canFail || !operand.type.castsWithoutFailure(to: type)
    case .compare(_, let a, let b):
      return a.type.isNested || a.canFail || b.canFail
    case .call(let function, let arguments):
      return !BoundExpression.totalFunctions.contains(function.name.lowercased())
        || arguments.contains { $0.canFail }
    default: return children.contains { $0.canFail }
    }
  }

  /// Functions that have an answer for all arguments.
  private static let totalFunctions: Set = [
    "lower", "upper", "trim", "ltrim", "rtrim", "length", "reverse", "concat", "||", "like",
    "starts_with", "ends_with", "is_nan", "is_finite", "is_infinite", "now", "current_timestamp",
    "current_date", "strpos", "cardinality", "contains", "replace",
  ]

  /// Whether the condition is never true where all these columns are null.
  package func rejectsNulls(of columns: Set<Int>) -> Bool {
    switch node {
    case .compare(let how, let a, let b):
      guard how != .distinct, how != .notDistinct else { return false }
      return a.isNullWhere(columns) || b.isNullWhere(columns)
    case .isIn(let a, _): return a.isNullWhere(columns)
    case .not(let a):
      if case .isNull(let operand) = a.node { return operand.isNullWhere(columns) }
      return a.isNullWhere(columns)
    case .and(let all): return all.contains { $0.rejectsNulls(of: columns) }
    case .or(let all): return all.allSatisfy { $0.rejectsNulls(of: columns) }
    default: return isNullWhere(columns)
    }
  }

  /// Whether the value is null wherever all these columns are.
  private func isNullWhere(_ columns: Set<Int>) -> Bool {
    switch node {
    case .column(let index): return columns.contains(index)
    case .literal(let value): return value.isNull
    case .cast(let a, _), .member(let a, _), .attempt(let a), .not(let a):
      return a.isNullWhere(columns)
    case .compare(let how, let a, let b):
      guard how != .distinct, how != .notDistinct else { return false }
      return a.isNullWhere(columns) || b.isNullWhere(columns)
    case .isIn(let a, _): return a.isNullWhere(columns)
    case .call(let function, let arguments):
      return function.isStrict && arguments.contains { $0.isNullWhere(columns) }
    default: return false
    }
  }

  /// Whether two expressions are the same, wherever they stand in the text.
  package func isSame(as other: BoundExpression) -> Bool {
    guard type == other.type else { return false }
    switch (node, other.node) {
    case (.column(let a), .column(let b)): return a == b
    case (.literal(let a), .literal(let b)): return a.isIdentical(to: b)
    case (.cast(let a, let m), .cast(let b, let n)): return m == n && a.isSame(as: b)
    case (.compare(let m, let a, let c), .compare(let n, let b, let d)):
      return m == n && a.isSame(as: b) && c.isSame(as: d)
    case (.and(let a), .and(let b)), (.or(let a), .or(let b)), (.coalesce(let a), .coalesce(let b)):
      return a.areSame(as: b)
    case (.not(let a), .not(let b)), (.isNull(let a), .isNull(let b)),
      (.attempt(let a), .attempt(let b)):
      return a.isSame(as: b)
    case (.isIn(let a, let m), .isIn(let b, let n)): return a.isSame(as: b) && m.areSame(as: n)
    case (.choose(let a, _), .choose(let b, _)):
      return a.count == b.count && children.areSame(as: other.children)
    case (.member(let a, let m), .member(let b, let n)): return m == n && a.isSame(as: b)
    case (.call(let f, let a), .call(let g, let b)):
      return f.name == g.name && f.lambdas == g.lambdas && f.isDeterministic && a.areSame(as: b)
    default: return false
    }
  }
}

extension [BoundExpression] {
  package func areSame(as other: [BoundExpression]) -> Bool {
    count == other.count && zip(self, other).allSatisfy { $0.isSame(as: $1) }
  }
}

extension AggregateCall {
  package func isSame(as other: AggregateCall) -> Bool {
    guard function == other.function, isDistinct == other.isDistinct,
      arguments.areSame(as: other.arguments), order.count == other.order.count,
      zip(order, other.order).allSatisfy({ $0.isSame(as: $1) })
    else { return false }
    switch (filter, other.filter) {
    case (nil, nil): return true
    case (let a?, let b?): return a.isSame(as: b)
    default: return false
    }
  }

  /// The expressions in it.
  package var expressions: [BoundExpression] {
    arguments + order.map(\.expression) + (filter.map { [$0] } ?? [])
  }

  package func map(_ body: (BoundExpression) throws -> BoundExpression) rethrows -> AggregateCall {
    var result = AggregateCall(
      function, try arguments.map(body), isDistinct: isDistinct, filter: try filter.map(body),
      type: type)
    result.order = try order.map { try $0.map(body) }
    return result
  }
}

extension SortKey {
  package func isSame(as other: SortKey) -> Bool {
    isDescending == other.isDescending && nullsFirst == other.nullsFirst
      && expression.isSame(as: other.expression)
  }
}

extension DataType {
  /// Whether every value has one of the target type.
  package func castsWithoutFailure(to target: DataType) -> Bool {
    if self == target || self == .unseen { return true }
    switch (self, target) {
    case (.varbinary, .varchar), (.json, .varchar): return false
    case (_, .varchar): return !isNested
    case (.tinyint, .smallint), (.tinyint, .integer), (.tinyint, .bigint), (.smallint, .integer),
      (.smallint, .bigint), (.integer, .bigint):
      return true
    case (_, .double), (_, .real): return isNumber
    case (.tinyint, .decimal(let p, let s)): return p - s >= 3
    case (.smallint, .decimal(let p, let s)): return p - s >= 5
    case (.integer, .decimal(let p, let s)): return p - s >= 10
    case (.bigint, .decimal(let p, let s)): return p - s >= 19
    case (.decimal(let p, let s), .decimal(let q, let t)):
      return q - t > p - s || q - t == p - s && t >= s
    default: return false
    }
  }

  package var isNumber: Bool {
    switch self {
    case .tinyint, .smallint, .integer, .bigint, .real, .double, .decimal: true
    default: false
    }
  }

  package var isInteger: Bool {
    switch self {
    case .tinyint, .smallint, .integer, .bigint: true
    default: false
    }
  }
}
