import LakeCore
import LakeSQL

/// Calls with OVER.
extension ExpressionBinder {
  func bindWindow(
    _ name: String, _ call: LakeSQL.FunctionCall, _ over: Window, _ origin: Origin
  ) throws -> BoundExpression {
    guard clause.allowsWindows, !isInsideAggregate, !isInsideWindow else {
      throw binder.error(
        "\(name)() OVER … cannot stand in \(isInsideAggregate ? "an aggregate" : clause.rawValue)",
        origin, hint: "Conditions on it stand in QUALIFY.")
    }
    var window = try self.window(over, origin, depth: 0)
    let frame = try bindFrame(window.frame, &window, origin)
    let function: WindowPlan.Function
    if let kind = WindowPlan.Function.Kind(name: name) {
      function = try bindFunction(kind, call, frame, origin)
      if kind.needsOrder, window.order.isEmpty {
        throw binder.error("\(name)() needs ORDER BY in its OVER", origin)
      }
    } else {
      function = WindowPlan.Function(try bindWindowAggregate(name, call, origin), frame: frame)
    }
    return context.placeholders.add(
      Placeholders.WindowCall(
        function: function, partition: window.partition, order: window.order))
  }

  private func bindFunction(
    _ kind: WindowPlan.Function.Kind, _ call: LakeSQL.FunctionCall, _ frame: WindowPlan.Frame,
    _ origin: Origin
  ) throws -> WindowPlan.Function {
    let name = kind.rawValue
    guard kind.argumentCounts.contains(call.arguments.count), !call.isStar, !call.isDistinct,
      call.filter == nil, call.orderBy.isEmpty
    else {
      let what = kind.argumentCounts == 0...0 ? "\(name) takes no arguments" : "\(kind.usage)"
      throw binder.error(what, origin)
    }
    if call.nullTreatment != nil, !kind.givesValues {
      throw binder.error("\(name) looks at no values: it takes no IGNORE NULLS", origin)
    }
    var inner = self
    inner.isInsideWindow = true
    var arguments = try call.arguments.map(inner.bind)
    let numberPlace = kind == .ntile ? 0 : 1
    if kind != .firstValue, kind != .lastValue, arguments.indices.contains(numberPlace) {
      let number = arguments[numberPlace]
      guard number.type.isInteger || number.type == .unseen else {
        throw binder.error(
          "\(name) counts rows: that takes a whole number, not \(number.type)",
          call.arguments[numberPlace].origin)
      }
      arguments[numberPlace] = coerced(number, to: .bigint)
    }
    var type = kind.numberType
    if kind.givesValues { type = arguments[0].type }
    if arguments.count > 2 {
      guard let (value, other) = try unified(arguments[0], arguments[2], origin) else {
        throw binder.error(
          "\(name) gives \(arguments[0].type), and its default is \(arguments[2].type)", origin)
      }
      (arguments[0], arguments[2], type) = (value, other, value.type)
    }
    return WindowPlan.Function(
      kind, arguments, ignoresNulls: call.nullTreatment == .ignore,
      frame: kind.looksAtFrame ? frame : .standard, type: type)
  }

  private func bindWindowAggregate(
    _ name: String, _ call: LakeSQL.FunctionCall, _ origin: Origin
  ) throws -> AggregateCall {
    guard AggregateFunctions.isKnown(name) else {
      let known =
        WindowPlan.Function.Kind.allCases.map(\.rawValue)
        + AggregateFunctions.catalogue.map(\.name)
      throw binder.error(
        "there is no window function '\(name)'", origin, code: .notFound,
        hint: Suggestion.hint(for: name, among: known))
    }
    if !call.orderBy.isEmpty || call.nullTreatment != nil {
      throw binder.error("an aggregate with OVER takes no ORDER BY and no IGNORE NULLS", origin)
    }
    var inner = self
    inner.isInsideWindow = true
    return try inner.aggregateCall(name, call, origin)
  }
}

// MARK: - What stands behind OVER

extension ExpressionBinder {
  typealias BoundWindow = (
    partition: [BoundExpression], order: [SortKey], frame: WindowFrame?
  )

  private func window(
    _ window: Window, _ origin: Origin, depth: Int
  ) throws -> BoundWindow {
    switch window {
    case .named(let name):
      guard let specification = context.windows[name.text.lowercased()], depth < 100 else {
        throw binder.error(
          "there is no window '\(name.text)'", name.origin, code: .notFound,
          hint: Suggestion.hint(for: name.text, among: context.windows.keys.sorted()))
      }
      return try self.window(.specification(specification), origin, depth: depth + 1)
    case .specification(let specification):
      var inner = self
      inner.isInsideWindow = true
      var partition = try specification.partitionBy.map(inner.bind)
      var order = try specification.orderBy.map(inner.sortKey)
      if let base = specification.base {
        let inherited = try self.window(.named(base), origin, depth: depth + 1)
        partition = inherited.partition + partition
        order = inherited.order + order
        return (partition, order, specification.frame ?? inherited.frame)
      }
      return (partition, order, specification.frame)
    }
  }

  /// The frame, or what holds without one: everything up to the rows equal to this one, and
  /// without an order the whole partition.
  private func bindFrame(
    _ frame: WindowFrame?, _ window: inout BoundWindow, _ origin: Origin
  ) throws -> WindowPlan.Frame {
    guard let frame else {
      if window.order.isEmpty {
        return WindowPlan.Frame(.rows, start: .unboundedPreceding, end: .unboundedFollowing)
      }
      return .standard
    }
    guard frame.start.isBefore(frame.end) else {
      throw binder.error("a frame must not end before it begins", origin)
    }
    let unit: WindowPlan.Frame.Unit =
      switch frame.unit {
      case .rows: .rows
      case .range: .range
      case .groups: .groups
      }
    if unit == .groups, window.order.isEmpty {
      throw binder.error("GROUPS needs ORDER BY in its OVER", origin)
    }
    let start = try bindBound(frame.start, unit, &window, origin)
    let end = try bindBound(frame.end, unit, &window, origin)
    return WindowPlan.Frame(unit, start: start, end: end)
  }

  private func bindBound(
    _ bound: WindowFrame.Bound, _ unit: WindowPlan.Frame.Unit, _ window: inout BoundWindow,
    _ origin: Origin
  ) throws -> WindowPlan.Frame.Bound {
    switch bound {
    case .unboundedPreceding: return .unboundedPreceding
    case .unboundedFollowing: return .unboundedFollowing
    case .currentRow: return .currentRow
    case .preceding(let distance), .following(let distance):
      var isPreceding = false
      if case .preceding = bound { isPreceding = true }
      var inner = self
      inner.isInsideWindow = true
      let bound = try inner.bind(distance)
      try refuseNegative(bound, distance)
      if unit == .range {
        return .value(try rangeBound(bound, isPreceding: isPreceding, &window, distance))
      }
      guard bound.type.isInteger else {
        throw binder.error(
          "\(unit.rawValue) counts rows: that takes a whole number, not \(bound.type)",
          distance.origin)
      }
      let number = coerced(bound, to: .bigint)
      return isPreceding ? .preceding(number) : .following(number)
    }
  }

  private func refuseNegative(_ bound: BoundExpression, _ expression: Expression) throws {
    guard case .literal(let value) = bound.node else { return }
    var isRefused = value.isNull
    if case .int(let number) = value { isRefused = number < 0 }
    if case .double(let number) = value { isRefused = !(number >= 0) }
    if isRefused {
      throw binder.error("the distance of a frame must not be negative", expression.origin)
    }
  }

  /// The value so far before or behind that of the row; the order is by a type that has room for
  /// it.
  private func rangeBound(
    _ distance: BoundExpression, isPreceding: Bool, _ window: inout BoundWindow,
    _ expression: Expression
  ) throws -> BoundExpression {
    guard window.order.count == 1, let key = window.order.first else {
      throw binder.error(
        "RANGE with a distance needs one expression in ORDER BY", expression.origin)
    }
    let sign = isPreceding != key.isDescending ? "-" : "+"
    let value = try call(sign, [key.expression, distance], expression.origin)
    guard let type = TypeCoercion.common(key.expression.type, value.type) else {
      throw binder.error(
        "\(key.expression.type) and \(distance.type) make \(value.type), which has no place"
          + " among the values of ORDER BY", expression.origin)
    }
    window.order[0].expression = coerced(key.expression, to: type)
    return coerced(value, to: type)
  }

  func sortKey(_ item: SortItem) throws -> SortKey {
    try sortKey(item, try bind(item.expression))
  }

  func sortKey(_ item: SortItem, _ expression: BoundExpression) throws -> SortKey {
    guard expression.type.isOrderable else {
      throw binder.error("values of type \(expression.type) have no order", item.origin)
    }
    return SortKey(
      expression, isDescending: item.isDescending, nullsFirst: item.nulls == .first)
  }
}

extension WindowFrame.Bound {
  private var rank: Int {
    switch self {
    case .unboundedPreceding: 0
    case .preceding: 1
    case .currentRow: 2
    case .following: 3
    case .unboundedFollowing: 4
    }
  }

  /// Whether a frame can begin with this and end with another.
  fileprivate func isBefore(_ end: WindowFrame.Bound) -> Bool {
    rank <= end.rank && rank < 4 && end.rank > 0
  }
}

extension WindowPlan.Function.Kind {
  /// Nil for aggregates.
  init?(name: String) {
    guard let kind = WindowPlan.Function.Kind(rawValue: name), kind != .aggregate else {
      return nil
    }
    self = kind
  }

  fileprivate var argumentCounts: ClosedRange<Int> {
    switch self {
    case .ntile, .firstValue, .lastValue: 1...1
    case .lag, .lead: 1...3
    case .nthValue: 2...2
    default: 0...0
    }
  }

  fileprivate var usage: String {
    switch self {
    case .lag, .lead: "\(rawValue) takes a value, and perhaps a distance and a default"
    case .nthValue: "nth_value takes a value and a number"
    case .ntile: "ntile takes the number of parts"
    default: "\(rawValue) takes one value"
    }
  }

  fileprivate var needsOrder: Bool {
    switch self {
    case .rank, .denseRank, .percentRank, .cumeDist: true
    default: false
    }
  }

  fileprivate var givesValues: Bool {
    switch self {
    case .lag, .lead, .firstValue, .lastValue, .nthValue: true
    default: false
    }
  }

  fileprivate var looksAtFrame: Bool {
    self == .firstValue || self == .lastValue || self == .nthValue
  }

  fileprivate var numberType: DataType {
    self == .percentRank || self == .cumeDist ? .double : .bigint
  }
}
