import LakeCore

/// Columns that an expression refers to before their places are known.
///
/// While the expressions of a SELECT are bound, its aggregates, windows and subqueries have no
/// place in any row. They are numbered beyond all columns, and replaced when the plan around them
/// is built. Columns of the query around this one have negative numbers.
struct Placeholders {
  enum Kind { case aggregate, window, subquery, grouping }

  /// A window function and what it ranks by.
  struct WindowCall {
    var function: WindowPlan.Function
    var partition: [BoundExpression]
    var order: [SortKey]
  }

  /// A plan that is joined to the rows: to each of them belongs the row in which the keys agree, if
  /// there is one. There is at most one such row.
  struct Lookup {
    /// May speak of the rows that it is joined to, as of a query around.
    var plan: Plan
    var keys: [(outer: BoundExpression, inner: BoundExpression)] = []
  }

  private(set) var aggregates: [AggregateCall] = []
  private(set) var windows: [WindowCall] = []
  private(set) var lookups: [Lookup] = []
  /// What each grouping() asks for.
  private(set) var groupings: [[BoundExpression]] = []

  private static let span = 1 << 40

  private static func base(_ kind: Kind) -> Int {
    switch kind {
    case .aggregate: span
    case .window: 2 * span
    case .subquery: 3 * span
    case .grouping: 4 * span
    }
  }

  /// What a number stands for; nil for a column.
  static func kind(of index: Int) -> (kind: Kind, number: Int)? {
    switch index {
    case ..<span: nil
    case ..<(2 * span): (.aggregate, index - span)
    case ..<(3 * span): (.window, index - 2 * span)
    case ..<(4 * span): (.subquery, index - 3 * span)
    case ..<(5 * span): (.grouping, index - 4 * span)
    default: nil
    }
  }

  /// The number of a lambda's parameter while its body is bound.
  static func lambdaParameter(_ number: Int) -> Int { 5 * span + number }

  mutating func add(_ call: AggregateCall) -> BoundExpression {
    let known = aggregates.firstIndex { $0.isSame(as: call) }
    if known == nil { aggregates.append(call) }
    let number = known ?? aggregates.count - 1
    return .column(Placeholders.base(.aggregate) + number, call.type)
  }

  mutating func add(_ call: WindowCall) -> BoundExpression {
    windows.append(call)
    return .column(Placeholders.base(.window) + windows.count - 1, call.function.type)
  }

  mutating func add(grouping arguments: [BoundExpression]) -> BoundExpression {
    groupings.append(arguments)
    return .column(Placeholders.base(.grouping) + groupings.count - 1, .bigint)
  }

  /// Several columns of one lookup, counted from its last: at most so many.
  private static let lookupColumnsMax = 8

  /// Notes a lookup; returns its last columns, the last one first.
  mutating func add(_ lookup: Lookup, columns: Int = 1) -> [BoundExpression] {
    lookups.append(lookup)
    let first = Placeholders.base(.subquery) + (lookups.count - 1) * Placeholders.lookupColumnsMax
    let types = lookup.plan.schema.fields.map(\.type).suffix(columns).reversed()
    return types.enumerated().map { .column(first + $0, $1) }
  }

  /// The lookup that a number of the kind `subquery` stands for, and the column of it.
  func lookup(_ number: Int) -> (number: Int, lookup: Lookup, fromEnd: Int) {
    let index = number / Placeholders.lookupColumnsMax
    return (index, lookups[index], number % Placeholders.lookupColumnsMax)
  }
}

extension BoundExpression {
  func has(_ kind: Placeholders.Kind) -> Bool {
    contains { expression in
      expression.columnIndex.map { Placeholders.kind(of: $0)?.kind == kind } ?? false
    }
  }
}
