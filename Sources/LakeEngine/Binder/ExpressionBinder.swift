import LakeCore
import LakeSQL

/// What the expressions of one SELECT share: the names that they can use, and what they refer to
/// before it has a place.
final class SelectContext {
  var scope: Scope
  var placeholders = Placeholders()
  /// The names that the SELECT list gives, for clauses that may use them.
  var aliases: [(name: String, expression: BoundExpression)] = []
  /// Those names before the list is bound: clauses that do not see them can say so.
  var unseenAliases: [String] = []
  var windows: [String: WindowSpecification] = [:]

  init(_ scope: Scope) {
    self.scope = scope
  }
}

/// Makes bound expressions of those in the tree, within one clause of one SELECT.
///
/// Each node is bound once, from the leaves up. Its implicit casts become nodes, its place in the
/// text goes with it, and what it turned out to be is recorded in the binder's `bindings`.
struct ExpressionBinder {
  enum Clause: String {
    case select = "SELECT"
    case from = "FROM"
    case on = "ON"
    case filter = "WHERE"
    case groupBy = "GROUP BY"
    case having = "HAVING"
    case qualify = "QUALIFY"
    case orderBy = "ORDER BY"
    case values = "VALUES"
    case limit = "LIMIT"
    case condition = "a condition on rows"

    var allowsAggregates: Bool {
      self == .select || self == .having || self == .qualify || self == .orderBy
    }
    var allowsWindows: Bool { self == .select || self == .qualify || self == .orderBy }
    var allowsSubqueries: Bool {
      allowsAggregates || self == .filter || self == .groupBy
    }
    var allowsAliases: Bool { allowsAggregates && self != .select || self == .groupBy }
  }

  let binder: Binder
  let context: SelectContext
  let clause: Clause
  /// Inside the arguments of an aggregate or of a window.
  var isInsideAggregate = false
  var isInsideWindow = false
  /// What the lambdas around call their parameters, the innermost last.
  var lambdaParameters: [(name: String, column: BoundExpression)] = []

  init(_ binder: Binder, _ context: SelectContext, _ clause: Clause) {
    self.binder = binder
    self.context = context
    self.clause = clause
  }

  func bind(_ expression: Expression) throws -> BoundExpression {
    var bound = try bindNode(expression)
    if bound.place == nil { bound.place = binder.source.place(of: expression.origin) }
    binder.record(expression.id, bound.type)
    return bound
  }

  /// An expression that must be true or false.
  func bindCondition(_ expression: Expression, _ what: String) throws -> BoundExpression {
    let bound = try bind(expression)
    if bound.type == .boolean { return bound }
    if bound.type == .unseen { return coerced(bound, to: .boolean) }
    throw binder.error(
      "\(what) must be a boolean, and '\(binder.source.line(of: expression.origin))' is"
        + " \(bound.type)", expression.origin,
      hint: bound.type.isNumber ? "Compare it with something: … <> 0." : nil)
  }

  private func bindNode(_ expression: Expression) throws -> BoundExpression {
    switch expression.kind {
    case .literal(let literal): return try bind(literal, expression.origin)
    case .parameter(let number): return try bindParameter(number, expression.origin)
    case .namedParameter(let name): return try bindParameter(name)
    case .name(let name): return try bind(name)
    case .unary(let sign, let operand): return try bindSign(sign, operand, expression)
    case .binary(let sign, let a, let b):
      return try call(sign.rawValue, [try bind(a), try bind(b)], expression.origin)
    case .concatenate(let operands):
      return try call("||", try operands.map(bind), expression.origin)
    case .compare(let sign, let a, let b):
      return try compare(Comparison(sign), try bind(a), try bind(b), expression.origin)
    case .isDistinct(let a, let b, let isNegated):
      let how: Comparison = isNegated ? .notDistinct : .distinct
      return try compare(how, try bind(a), try bind(b), expression.origin)
    case .and, .or, .not, .isNull, .isTruth: return try bindLogic(expression)
    case .between, .isInList, .like, .choose: return try bindChoice(expression)
    case .cast, .attempt, .extract, .element, .member, .row, .array, .atTimeZone:
      return try bindConversion(expression)
    case .call(let function): return try bindCall(function, expression.origin)
    case .isInQuery, .exists, .quantified, .subquery:
      try refuseInLambda("a subquery", expression.origin)
      return try bindSubquery(expression)
    case .lambda:
      throw binder.error(
        "a lambda stands only where a function asks for one", expression.origin,
        hint: "For example transform(array, x -> x + 1).")
    }
  }

  private func bindLogic(_ expression: Expression) throws -> BoundExpression {
    switch expression.kind {
    case .and(let members):
      let bound = try members.map { try bindCondition($0, "each side of AND") }
      return BoundExpression(.and(bound), .boolean)
    case .or(let members):
      let bound = try members.map { try bindCondition($0, "each side of OR") }
      return BoundExpression(.or(bound), .boolean)
    case .not(let operand):
      return BoundExpression(.not(try bindCondition(operand, "what stands behind NOT")), .boolean)
    case .isNull(let operand, let isNegated):
      let isNull = BoundExpression(
        .isNull(try bind(operand)), .boolean, place: binder.source.place(of: expression.origin))
      return isNegated ? BoundExpression(.not(isNull), .boolean) : isNull
    case .isTruth(let operand, let truth, let isNegated):
      let condition = try bindCondition(operand, "what IS TRUE or IS FALSE looks at")
      let matches =
        truth.map { truth in
          BoundExpression(
            .compare(.notDistinct, condition, .literal(.bool(truth), .boolean)), .boolean)
        } ?? BoundExpression(.isNull(condition), .boolean)
      return isNegated ? BoundExpression(.not(matches), .boolean) : matches
    default: throw binder.notSupported("this expression", expression.origin)
    }
  }

  private func bindSign(
    _ sign: UnaryOperator, _ operand: Expression, _ expression: Expression
  ) throws -> BoundExpression {
    if sign == .minus, case .literal(let literal) = operand.kind,
      let number = try negated(literal, expression.origin)
    {
      binder.record(operand.id, number.type)
      return number
    }
    let bound = try bind(operand)
    if sign == .plus, bound.type.isNumber { return bound }
    if sign == .plus {
      throw binder.error("+ needs a number, not \(bound.type)", expression.origin)
    }
    return try call("negate", [bound], expression.origin)
  }

  private func bindParameter(_ name: Identifier) throws -> BoundExpression {
    guard let found = binder.namedParameters[name.text.lowercased()] else {
      throw binder.error(
        "there is no value for the parameter ':\(name.text)'", name.origin, code: .notFound,
        hint: Suggestion.hint(for: name.text, among: binder.namedParameters.keys.sorted())
          ?? "Give one with --param \(name.text)=value.")
    }
    return .literal(found.value, found.type)
  }

  private func bindParameter(_ number: Int, _ origin: Origin) throws -> BoundExpression {
    guard binder.parameters.indices.contains(number) else {
      throw binder.error(
        "there is no value for parameter \(number + 1)", origin,
        hint: "\(binder.parameters.count) values were given for the '?' of the statement.")
    }
    let (value, type) = binder.parameters[number]
    return .literal(value, type)
  }
}

extension Comparison {
  init(_ sign: ComparisonOperator) {
    switch sign {
    case .equal: self = .equal
    case .notEqual: self = .notEqual
    case .less: self = .less
    case .lessOrEqual: self = .lessOrEqual
    case .greater: self = .greater
    case .greaterOrEqual: self = .greaterOrEqual
    }
  }

  /// As SQL writes it.
  package var sign: String {
    switch self {
    case .equal: "="
    case .notEqual: "<>"
    case .less: "<"
    case .lessOrEqual: "<="
    case .greater: ">"
    case .greaterOrEqual: ">="
    case .distinct: "IS DISTINCT FROM"
    case .notDistinct: "IS NOT DISTINCT FROM"
    }
  }
}
