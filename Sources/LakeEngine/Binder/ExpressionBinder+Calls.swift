import LakeCore
import LakeSQL

extension ExpressionBinder {
  /// A function of the row, or an operator by its sign, on bound arguments.
  func call(
    _ name: String, _ arguments: [BoundExpression], _ origin: Origin
  ) throws -> BoundExpression {
    switch ScalarFunctions.resolve(name, arguments.map(\.type)) {
    case .found(let function, let parameters, let result):
      let placed = zip(arguments, parameters).map { coerced($0, to: $1) }
      return BoundExpression(
        .call(function, placed), result, place: binder.source.place(of: origin))
    case .wrongArguments(let expected):
      if let dated = dated(arguments),
        case .found = ScalarFunctions.resolve(name, dated.map(\.type))
      {
        return try self.call(name, dated, origin)
      }
      let given = arguments.map(\.type.description).joined(separator: ", ")
      let isSign = !name.utf8.contains { $0 | 0x20 >= UInt8(ascii: "a") }
      let what =
        isSign && arguments.count == 2
        ? "'\(name)' is not defined for \(arguments[0].type) and \(arguments[1].type)"
        : "\(name)(\(given)) is not how \(name) is called"
      throw binder.error(
        what, origin,
        hint: isSign
          ? castHint(arguments)
          : "Call it as "
            + expected.joined(separator: ", or as ") + ".")
    case .unknown(let suggestion):
      throw binder.error(
        "there is no function '\(name)'", origin, code: .notFound,
        hint: ForeignFunctions.hint(for: name) ?? suggestion.map { "Did you mean '\($0)'?" }
          ?? Suggestion.hint(for: name, among: AggregateFunctions.catalogue.map(\.name)))
    }
  }

  private func castHint(_ arguments: [BoundExpression]) -> String? {
    if arguments.contains(where: { $0.type.isMomentOrDay }),
      arguments.contains(where: { $0.type.isInteger })
    {
      return "A number of days is INTERVAL '3' DAY, or date_add('day', 3, x)."
    }
    guard arguments.contains(where: { $0.type == .varchar }) else { return nil }
    return "Text becomes a number by CAST(… AS double)."
  }

  func bindCall(_ call: LakeSQL.FunctionCall, _ origin: Origin) throws -> BoundExpression {
    guard call.name.parts.count == 1 else {
      throw binder.error("there is no function '\(call.name.text)'", origin, code: .notFound)
    }
    let name = call.name.parts[0].text.lowercased()
    if call.over != nil || AggregateFunctions.isKnown(name), !call.hasLambda {
      try refuseInLambda("\(name)() over several rows", origin)
    }
    if call.hasLambda { return try bindHigherOrder(name, call, origin) }
    if let over = call.over { return try bindWindow(name, call, over, origin) }
    if AggregateFunctions.isKnown(name) { return try bindAggregate(name, call, origin) }
    if call.isStar || call.isDistinct || call.filter != nil || !call.orderBy.isEmpty
      || call.nullTreatment != nil
    {
      if case .unknown = ScalarFunctions.resolve(name, []), !Desugar.isKnown(name) {
        return try self.call(name, [], origin)
      }
      throw binder.error(
        "'\(name)' is no aggregate: it takes no *, DISTINCT, ORDER BY or FILTER", origin)
    }
    if WindowPlan.Function.Kind(name: name) != nil {
      throw binder.error(
        "\(name)() needs OVER", origin, hint: "Write \(name)() OVER (ORDER BY …).")
    }
    if let other = try rewritten(name, call, origin) { return try bind(other) }
    if let special = try bindSpecial(name, call, origin) { return special }
    return try self.call(name, try call.arguments.map(bind), origin)
  }

  /// What is written as a function and is none, since it does not evaluate all its arguments.
  private func bindSpecial(
    _ name: String, _ call: LakeSQL.FunctionCall, _ origin: Origin
  ) throws -> BoundExpression? {
    switch name {
    case "named_struct": return try namedRow(call, origin)
    case "grouping", "grouping_id": return try bindGrouping(name, call, origin)
    case "coalesce", "nvl", "ifnull":
      guard name == "coalesce" ? !call.arguments.isEmpty : call.arguments.count == 2 else {
        throw wrongCount(name, name == "coalesce" ? "one argument or more" : "two", origin)
      }
      let all = try unified(try call.arguments.map(bind), name.uppercased(), origin)
      if all.count == 1 { return all[0] }
      return BoundExpression(.coalesce(all), all[0].type)
    case "nullif":
      guard call.arguments.count == 2 else { throw wrongCount(name, "two arguments", origin) }
      let value = try bind(call.arguments[0])
      let equal = try compare(.equal, value, try bind(call.arguments[1]), origin)
      return BoundExpression(
        .choose(
          [.init(condition: equal, result: .literal(.null, value.type))], otherwise: value),
        value.type)
    case "if":
      guard (2...3).contains(call.arguments.count) else {
        throw wrongCount(name, "two or three arguments", origin)
      }
      let condition = try bindCondition(call.arguments[0], "the condition of IF")
      let results = try unified(try call.arguments.dropFirst().map(bind), "IF", origin)
      return BoundExpression(
        .choose(
          [.init(condition: condition, result: results[0])],
          otherwise: results.count > 1 ? results[1] : nil), results[0].type)
    case "nvl2", "isnull":
      let expected = name == "nvl2" ? 3 : 1
      guard call.arguments.count == expected else {
        throw wrongCount(name, expected == 3 ? "three arguments" : "one argument", origin)
      }
      let isNull = BoundExpression(.isNull(try bind(call.arguments[0])), .boolean)
      if expected == 1 { return isNull }
      let results = try unified(try call.arguments.dropFirst().map(bind), "NVL2", origin)
      return BoundExpression(
        .choose([.init(condition: isNull, result: results[1])], otherwise: results[0]),
        results[0].type)
    case "try":
      guard call.arguments.count == 1 else { throw wrongCount(name, "one argument", origin) }
      let operand = try bind(call.arguments[0])
      return BoundExpression(.attempt(operand), operand.type)
    default: return nil
    }
  }

  /// Which of its arguments a row is not grouped by, as bits.
  private func bindGrouping(
    _ name: String, _ call: LakeSQL.FunctionCall, _ origin: Origin
  ) throws -> BoundExpression {
    guard clause.allowsAggregates, !isInsideAggregate else {
      throw binder.error("\(name)() cannot stand in \(clause.rawValue)", origin)
    }
    guard (1...62).contains(call.arguments.count) else {
      throw wrongCount(name, "one to 62 arguments", origin)
    }
    return context.placeholders.add(grouping: try call.arguments.map(bind))
  }

  private func wrongCount(_ name: String, _ count: String, _ origin: Origin) -> LakeError {
    binder.error("\(name) takes \(count)", origin)
  }

  private func bindAggregate(
    _ name: String, _ call: LakeSQL.FunctionCall, _ origin: Origin
  ) throws -> BoundExpression {
    context.placeholders.add(try boundAggregate(name, call, origin))
  }

  private func boundAggregate(
    _ name: String, _ call: LakeSQL.FunctionCall, _ origin: Origin
  ) throws -> AggregateCall {
    if isInsideAggregate {
      throw binder.error("an aggregate cannot stand inside another", origin)
    }
    guard clause.allowsAggregates else {
      throw binder.error(
        "the aggregate \(name) cannot stand in \(clause.rawValue)", origin,
        hint: clause == .filter ? "Conditions on groups stand in HAVING." : nil)
    }
    if call.nullTreatment != nil {
      throw binder.notSupported("IGNORE NULLS of an aggregate", origin)
    }
    var inner = self
    inner.isInsideAggregate = true
    return try inner.aggregateCall(name, call, origin)
  }

  /// An aggregate whose arguments are bound as this one binds.
  func aggregateCall(
    _ name: String, _ call: LakeSQL.FunctionCall, _ origin: Origin
  ) throws -> AggregateCall {
    let inner = self
    let arguments = try call.arguments.map(inner.bind)
    let filter = try call.filter.map { try inner.bindCondition($0, "FILTER (WHERE …)") }
    let types = arguments.map(\.type)
    let isCountOfRows = name == "count" && call.isStar
    guard !call.isStar || isCountOfRows,
      let (function, parameters, result) = AggregateFunctions.resolve(name, types)
    else {
      let given = call.isStar ? "*" : types.map(\.description).joined(separator: ", ")
      throw binder.error(
        "\(name)(\(given)) is not how \(name) is called", origin,
        hint: "Call it as " + AggregateFunctions.signatures(name).joined(separator: ", or as ")
          + ".")
    }
    if call.isDistinct, arguments.isEmpty {
      throw binder.error("DISTINCT needs an argument", origin)
    }
    let placed = zip(arguments, parameters).map { coerced($0, to: $1) }
    var bound = AggregateCall(
      function, placed, isDistinct: call.isDistinct, filter: filter, type: result)
    bound.order = try call.orderBy.map(inner.sortKey)
    if bound.isDistinct {
      for (key, item) in zip(bound.order, call.orderBy)
      where !placed.contains(where: { $0.isSame(as: key.expression) }) {
        throw binder.error(
          "with DISTINCT, \(name) can be ordered by its arguments only", item.origin)
      }
    }
    return bound
  }
}

extension DataType {
  fileprivate var isMomentOrDay: Bool {
    switch self {
    case .date, .timestamp, .localTimestamp: true
    default: false
    }
  }
}
