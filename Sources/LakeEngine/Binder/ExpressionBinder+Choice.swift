import LakeCore
import LakeSQL

extension ExpressionBinder {
  func bindChoice(_ expression: Expression) throws -> BoundExpression {
    switch expression.kind {
    case .between(let value, let low, let high, let isNegated):
      let bound = try bind(value)
      let origin = expression.origin
      let from = try compare(.greaterOrEqual, bound, try bind(low), origin)
      let to = try compare(.lessOrEqual, bound, try bind(high), origin)
      return negated(BoundExpression(.and([from, to]), .boolean), isNegated)
    case .isInList(let value, let members, let isNegated):
      return negated(try isIn(value, members, expression.origin), isNegated)
    case .like(let like): return negated(try bind(like, expression.origin), like.isNegated)
    case .choose(let choice): return try bind(choice, expression.origin)
    default: throw binder.notSupported("this expression", expression.origin)
    }
  }

  func negated(_ condition: BoundExpression, _ isNegated: Bool) -> BoundExpression {
    isNegated ? BoundExpression(.not(condition), .boolean, place: condition.place) : condition
  }

  private func isIn(
    _ value: Expression, _ members: [Expression], _ origin: Origin
  ) throws -> BoundExpression {
    let bound = try bind(value)
    let others = try members.map(bind)
    if others.count > 1, others.allSatisfy({ $0.columns.isEmpty && $0.isDeterministic }) {
      return try isIn(bound, constants: others, origin)
    }
    let equations = try others.map { try compare(.equal, bound, $0, origin) }
    return BoundExpression.any(of: equations) ?? .literal(.bool(false), .boolean)
  }

  private func isIn(
    _ value: BoundExpression, constants: [BoundExpression], _ origin: Origin
  ) throws -> BoundExpression {
    // Each member is compared with the value, not with the other members.
    var (type, adapted): (DataType, [BoundExpression]) = (value.type, [])
    for member in constants {
      guard let (_, right) = try unified(value, member, origin) else {
        // Throws: this is the comparison that cannot be.
        return try compare(.equal, value, member, origin)
      }
      adapted.append(right)
      type = TypeCoercion.common(type, right.type) ?? type
    }
    return BoundExpression(
      .isIn(coerced(value, to: type), adapted.map { coerced($0, to: type) }), .boolean,
      place: binder.source.place(of: origin))
  }

  private func bind(_ like: LikeExpression, _ origin: Origin) throws -> BoundExpression {
    var operands = [try bind(like.value), try bind(like.pattern)]
    for operand in operands where operand.type != .varchar && operand.type != .unseen {
      throw binder.error(
        "LIKE compares text, not \(operand.type)", origin,
        hint: "Write CAST(… AS varchar) around it.")
    }
    if like.ignoresCase { operands = try operands.map { try call("lower", [$0], origin) } }
    if let escape = like.escape { operands.append(try bind(escape)) }
    return try call("like", operands, origin)
  }

  private func bind(_ choice: CaseExpression, _ origin: Origin) throws -> BoundExpression {
    let operand = try choice.operand.map(bind)
    let conditions = try choice.branches.map { branch in
      guard let operand else { return try bindCondition(branch.condition, "what follows WHEN") }
      return try compare(.equal, operand, try bind(branch.condition), branch.condition.origin)
    }
    var results = try choice.branches.map { try bind($0.result) }
    if let otherwise = choice.otherwise { results.append(try bind(otherwise)) }
    results = try unified(results, "CASE", origin)
    let branches = zip(conditions, results).map {
      BoundExpression.Branch(condition: $0, result: $1)
    }
    let otherwise = choice.otherwise == nil ? nil : results.last
    return BoundExpression(.choose(branches, otherwise: otherwise), results[0].type)
  }
}

extension ExpressionBinder {
  func bindConversion(_ expression: Expression) throws -> BoundExpression {
    let origin = expression.origin
    switch expression.kind {
    case .cast(let operand, let type, let isTry):
      return try cast(try bind(operand), to: type, isTry: isTry, origin)
    case .attempt(let operand):
      let bound = try bind(operand)
      return BoundExpression(.attempt(bound), bound.type)
    case .extract(let field, let operand):
      return try extract(field, try bind(operand), origin)
    case .element(let container, let index):
      return try call("[]", [try bind(container), try bind(index)], origin)
    case .member(let operand, let name):
      return try member(name.text, of: try bind(operand), origin)
    case .row(let members): return try call("row", try members.map(bind), origin)
    case .array(let members):
      let bound = try unified(try members.map(bind), "ARRAY", origin)
      return try call("array", bound, origin)
    case .atTimeZone(let time, let zone):
      var moment = try bind(time)
      // The same moment in another zone.
      if case .call(let function, let operands) = moment.node, function.name == "at_timezone" {
        moment = operands[0]
      }
      return try call("at_timezone", [moment, try bind(zone)], origin)
    default: throw binder.notSupported("this expression", origin)
    }
  }

  private func cast(
    _ operand: BoundExpression, to type: TypeName, isTry: Bool, _ origin: Origin
  ) throws -> BoundExpression {
    binder.record(type.id, type.type)
    if operand.type == type.type { return operand }
    guard operand.type.canCast(to: type.type) else {
      throw binder.error(
        "a value of type \(operand.type) cannot be cast to \(type.type)", origin,
        hint: operand.type.isNumber && type.type == .timestamp
          ? "A number of milliseconds becomes a timestamp by from_unixtime(x / 1000.0)." : nil)
    }
    return BoundExpression(
      .cast(operand, isTry ? .orNull : .strict), type.type, place: binder.source.place(of: origin))
  }

  private func extract(
    _ field: Identifier, _ operand: BoundExpression, _ origin: Origin
  ) throws -> BoundExpression {
    let names = [
      "dow": "day_of_week", "doy": "day_of_year", "yow": "year_of_week", "isodow": "day_of_week",
    ]
    let known = [
      "year", "quarter", "month", "week", "day", "day_of_month", "day_of_week", "day_of_year",
      "year_of_week", "hour", "minute", "second", "millisecond", "epoch",
    ]
    let name = names[field.text.lowercased()] ?? field.text.lowercased()
    guard known.contains(name) else {
      throw binder.error(
        "there is no field '\(field.text)' in a time", field.origin,
        hint: Suggestion.hint(for: field.text, among: known) ?? "Fields: year, month, day, hour, …."
      )
    }
    return try call(name == "epoch" ? "to_unixtime" : name, [operand], origin)
  }
}
