import LakeCore

/// Columns that an expression refers to before their places are known.
///
/// While the expressions of a SELECT are bound, its aggregates, windows and subqueries have no
/// place in any row. They are numbered beyond all columns, and replaced when the plan around them
/// is built. Columns of the query around this one have negative numbers.
struct Placeholders {
  enum Kind { case aggregate, window, subquery }

  /// A window function and what it ranks by.
  struct WindowCall {
    var function: WindowPlan.Function
    var partition: [BoundExpression]
    var order: [SortKey]
  }

  /// A plan that is joined to the rows so that it gives each of them one value: its last column, in
  /// the row in which the keys agree. There is at most one such row.
  struct Lookup {
    var plan: Plan
    var keys: [(outer: BoundExpression, inner: BoundExpression)] = []
  }

  private(set) var aggregates: [AggregateCall] = []
  private(set) var windows: [WindowCall] = []
  private(set) var lookups: [Lookup] = []

  private static let span = 1 << 40

  private static func base(_ kind: Kind) -> Int {
    switch kind {
    case .aggregate: span
    case .window: 2 * span
    case .subquery: 3 * span
    }
  }

  /// What a number stands for; nil for a column.
  static func kind(of index: Int) -> (kind: Kind, number: Int)? {
    switch index {
    case ..<span: nil
    case ..<(2 * span): (.aggregate, index - span)
    case ..<(3 * span): (.window, index - 2 * span)
    case ..<(4 * span): (.subquery, index - 3 * span)
    default: nil
    }
  }

  /// The number of a lambda's parameter while its body is bound.
  static func lambdaParameter(_ number: Int) -> Int { 4 * span + number }

  mutating func add(_ call: AggregateCall) -> BoundExpression {
    let known = aggregates.firstIndex { $0.isSame(as: call) }
    if known == nil { aggregates.append(call) }
    let number = known ?? aggregates.count - 1
    return .column(Placeholders.base(.aggregate) + number, call.type)
  }

  mutating func add(_ call: WindowCall) -> BoundExpression {
    windows.append(call)
    return .column(Placeholders.base(.window) + windows.count - 1, .bigint)
  }

  mutating func add(_ lookup: Lookup) -> BoundExpression {
    lookups.append(lookup)
    let type = lookup.plan.schema.fields.last?.type ?? .unseen
    return .column(Placeholders.base(.subquery) + lookups.count - 1, type)
  }
}

extension BoundExpression {
  /// The place of a column of the query around this one.
  static func outer(_ index: Int, _ type: DataType) -> BoundExpression { .column(-1 - index, type) }

  var isOuterReference: Bool { columnIndex.map { $0 < 0 } ?? false }

  var hasOuterReference: Bool { contains(where: \.isOuterReference) }

  var hasInnerReference: Bool {
    contains { $0.columnIndex.map { $0 >= 0 } ?? false }
  }

  /// The expression over the columns of the query around, of which alone it speaks.
  var asSeenOutside: BoundExpression {
    mapColumns { index, column in
      BoundExpression(.column(-1 - index), column.type, place: column.place)
    }
  }

  func has(_ kind: Placeholders.Kind) -> Bool {
    contains { expression in
      expression.columnIndex.map { Placeholders.kind(of: $0)?.kind == kind } ?? false
    }
  }
}
